"""What a rule would do to the programs of those whom it stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from notifications.models import Webhook
from permissions.models import Token
from permissions.rules.effects import Effect, Proposal

RECENT = timedelta(days=30)


def _programs(proposal: Proposal) -> Iterator[Effect]:
    """Tokens that were used lately, and webhooks, that speak for somebody it stops: it is closed to them as well, and
    to a program as to whoever answers for it."""
    stopped = Q(owner__in=proposal.people) | Q(owner__answered_by__in=proposal.people)
    tokens = Token.objects.in_force().filter(stopped, last_used_at__gte=timezone.now() - RECENT).count()
    if tokens:
        words = "token" if tokens == 1 else "tokens"
        yield Effect(f"{tokens:,} {words} used in the last 30 days would be stopped as well")
    spoken = Q(speaks_for__in=proposal.people) | Q(speaks_for__answered_by__in=proposal.people)
    webhooks = Webhook.objects.filter(spoken, off_at=None).count()
    if webhooks:
        words = "webhook speaks" if webhooks == 1 else "webhooks speak"
        yield Effect(f"{webhooks:,} {words} for them, and would not tell of these")


EFFECTS = (_programs,)
