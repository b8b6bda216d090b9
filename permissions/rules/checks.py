"""What a rule must not say."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from permissions.labels import validate_label
from permissions.levels import Level
from permissions.models import OptOutRule
from permissions.models.rules import LEAST_REASON, LONGEST_REASON, Moment
from permissions.rules.carriers import exists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import User
    from permissions.rules.draft import RuleDraft

LEAST_WORDS = 3
MOST_YEARS = 2

Problem = tuple[str, str]  # where, and what is wrong there


def check_draft(*, draft: RuleDraft, actor: User, before: RuleDraft | None = None, not_yet: bool = False) -> None:
    """Raise `ValidationError`, by the part it is about, for what a rule must not say.

    What is as it was `before` is not looked at again. `not_yet` allows a label that nothing carries so far.
    """
    problems: dict[str, list[str]] = {}
    for place, message in _problems(draft, actor, before, not_yet):
        problems.setdefault(place, []).append(message)
    if problems:
        raise ValidationError(problems)


def _problems(draft: RuleDraft, actor: User, before: RuleDraft | None, not_yet: bool) -> Iterator[Problem]:
    if before is None or draft.label != before.label:
        yield from _label(draft.label, actor, not_yet)
    yield from _reason(draft.reason)
    if before is None or draft.review_on != before.review_on:
        yield from _review(draft.review_on)
    if before is None or draft.starts_at != before.starts_at:
        yield from _start(draft)
    if draft.whom.nobody:
        yield "everyone", "Say whom the rule keeps out: everyone, people or teams."
    if not draft.owner.is_active:
        yield "owner", "The owner's account is closed. Name somebody who can answer for the rule."
    if draft.mask != OptOutRule.Mask.HIDDEN and draft.level != Level.SAMPLE:
        yield "mask", "Only values are masked: choose the level sample, or hide them."


def _label(label: str, actor: User, not_yet: bool) -> Iterator[Problem]:
    try:
        validate_label(label)
    except ValidationError as error:
        yield "label", str(error.message)
        return
    if not not_yet and not exists(label, actor):
        yield (
            "label",
            (
                f"Nothing that you may know of carries “{label}”. Choose one of the suggestions, or say that it is not "
                "there yet."
            ),
        )


def _reason(reason: str) -> Iterator[Problem]:
    if len(reason.strip()) < LEAST_REASON or len(reason.split()) < LEAST_WORDS:
        yield (
            "reason",
            f"Give a reason of at least a sentence ({LEAST_REASON} characters): those it stops will read it.",
        )
    elif len(reason) > LONGEST_REASON:
        yield "reason", f"The reason has {len(reason):,} characters; at most {LONGEST_REASON:,} fit."
    elif "\0" in reason:
        yield "reason", "The reason holds a character that cannot be stored (NUL)."


def _review(review_on: date) -> Iterator[Problem]:
    today = Moment.now().day
    if review_on <= today:
        yield "review_on", "The review date must lie in the future."
    elif review_on > latest_review(today):
        yield (
            "review_on",
            f"Rules are looked at again within {MOST_YEARS} years: by {latest_review(today)} at the latest.",
        )


def latest_review(today: date) -> date:
    """Return the last day on which a rule may be looked at again."""
    return today + timedelta(days=365 * MOST_YEARS + 1)


def _start(draft: RuleDraft) -> Iterator[Problem]:
    if draft.starts_at is None:
        return
    if draft.starts_at < timezone.now() - timedelta(days=1):
        yield "starts_at", "The start lies in the past. Leave it empty for at once."
    elif draft.starts_at.astimezone(UTC).date() >= draft.review_on:
        yield "review_on", "The review must come after the start."
