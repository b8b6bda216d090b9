"""Drafts of rules for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from permissions.models import OptOutRule, User
from permissions.rules.draft import RuleDraft, Whom
from permissions.rules.services import write_rule

REASON = "Personal data stays with the people who need it."


def soon(days: int = 90) -> date:
    return timezone.now().date() + timedelta(days=days)


def draft(owner: User, **more: Any) -> RuleDraft:
    """A rule that closes the CRM's values to everyone."""
    plain = RuleDraft(
        label="source:crm", level="sample", whom=Whom(everyone=True), reason=REASON, owner=owner, review_on=soon()
    )
    return replace(plain, **more)


def written(owner: User, **more: Any) -> OptOutRule:
    return write_rule(actor=owner, draft=draft(owner, **more), not_yet=True)
