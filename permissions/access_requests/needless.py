"""Requests follow what a rule says now: what is asked of one that does not stop the asker any more closes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from permissions.access_requests.current import still_stops
from permissions.access_requests.deciding import conclude
from permissions.access_requests.notices import tell_asker
from permissions.audit import record
from permissions.models import AskedRule

if TYPE_CHECKING:
    from permissions.models import OptOutRule

AT_ONCE = 500
State = AskedRule.State


def lift_needless(rule: OptOutRule | None = None) -> int:
    """Close what is asked of a rule, or of any, that it does not stop any more, and tell who asked; returns how many.

    Whoever changes the rule holds it, so that nobody decides meanwhile.
    """
    waiting = AskedRule.objects.filter(state=State.OPEN)
    waiting = waiting if rule is None else waiting.filter(rule=rule)
    found = waiting.select_related("request__asker", "team").order_by("pk")[:AT_ONCE]
    return sum(_lift(asked) for asked in found if not still_stops(asked))


@transaction.atomic
def _lift(asked: AskedRule) -> bool:
    """Close one part, unless somebody decided it meanwhile."""
    waiting = AskedRule.objects.filter(pk=asked.pk, state=State.OPEN)
    if not waiting.update(state=State.LIFTED, decided_at=timezone.now()):
        return False
    asked.refresh_from_db()
    conclude(asked.request)
    record("request.lifted", actor=None, thing=asked.request, after={"rule": str(asked.rule)})
    tell_asker(asked)
    return True
