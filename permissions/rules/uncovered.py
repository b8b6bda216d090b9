"""Rules that were written by a grant which covers them no more: they go on, and somebody has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from notifications.models import Notice
from notifications.services import tell
from permissions.audit import record
from permissions.models import OptOutRule, RuleState, User
from permissions.models.rules import Moment
from permissions.roles import administrators, council_members
from permissions.rules.review import LONGEST, SUBJECT
from permissions.rules.scope import no_longer_covered

if TYPE_CHECKING:
    from collections.abc import Iterable

DETAIL = "It goes on. Its owner may change what it says; the data council takes it over by changing or extending it."


@transaction.atomic
def note_uncovered(authors: Iterable[User] | None = None) -> int:
    """Tell of the rules that no grant covers since the last look, those of some authors or all; returns how many.

    The owner of the rule and the council hear of it, once, until it is covered again.
    """
    rules = OptOutRule.objects.filter(by_grant_of__isnull=False, withdrawn_at=None)
    if authors is not None:
        rules = rules.filter(by_grant_of__in=list(authors))
    ended = OptOutRule.objects.in_state(RuleState.LAPSED).values("pk")
    found = list(rules.exclude(pk__in=ended).select_related("by_grant_of", "owner").select_for_update(of=("self",)))
    uncovered = no_longer_covered(found)
    again = [rule.pk for rule in found if rule.uncovered_on and rule.pk not in uncovered]
    OptOutRule.objects.filter(pk__in=again).update(uncovered_on=None)
    fresh = [rule for rule in found if rule.pk in uncovered and rule.uncovered_on is None]
    OptOutRule.objects.filter(pk__in=[rule.pk for rule in fresh]).update(uncovered_on=Moment.now().day)
    council = list(council_members()) or list(administrators()) if fresh else []
    for rule in fresh:
        record("rule.uncovered", actor=None, thing=rule, before={"by grant of": rule.by_grant_of})
        _tell(rule, council)
    return len(fresh)


def _tell(rule: OptOutRule, council: Iterable[User]) -> None:
    people = {one.pk: one for one in (rule.owner, *council) if one.is_active}
    tell(
        Notice(
            person=person, kind="rule_uncovered", title=f"No grant covers this rule any more: {rule}"[:LONGEST],
            detail=DETAIL, url=rule.get_absolute_url(), subject=SUBJECT, subject_id=rule.pk,
        )
        for person in people.values()
    )  # fmt: skip
