"""Rules on the day they are to be looked at again: they lapse, or somebody is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F, Q

from core.markdown import to_text
from notifications.models import Notice
from notifications.services import tell
from permissions.audit import record
from permissions.models import OptOutRule, RuleState, User
from permissions.models.rules import Moment
from permissions.roles import council_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from permissions.models.rules import RuleQuerySet

AGAIN = timedelta(days=7)
SUBJECT = "rule"
LONGEST = 300


class Reviewed(NamedTuple):
    """How many rules lapsed, and of how many somebody was reminded."""

    lapsed: int
    reminded: int


def review_rules() -> Reviewed:
    """Tell of the rules whose day has come, each at most once a week; whoever runs it again tells nothing twice."""
    today = Moment.now().day
    lapsed = OptOutRule.objects.in_state(RuleState.LAPSED).filter(_untold())
    waiting = _untold() | Q(nagged_on__lte=today - AGAIN)
    due = OptOutRule.objects.in_state(RuleState.DUE).filter(waiting)
    council = list(council_members())
    return Reviewed(
        sum(_told_of_end(pk, today) for pk in _ids(lapsed)),
        sum(_reminded(pk, today, waiting, council) for pk in _ids(due)),
    )


def _untold() -> Q:
    """Nobody has been told since its day came."""
    return Q(nagged_on=None) | Q(nagged_on__lt=F("review_on"))


def _ids(rules: RuleQuerySet) -> Iterator[int]:
    yield from list(rules.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _told_of_end(pk: int, today: date) -> bool:
    rule = _claim(OptOutRule.objects.in_state(RuleState.LAPSED).filter(_untold(), pk=pk), today)
    if rule is None:
        return False
    record("rule.lapsed", actor=None, thing=rule, after={"review_on": rule.review_on})
    _tell(rule, [rule.owner], "rule_lapsed", f"Lapsed at its review: {rule}")
    return True


@transaction.atomic
def _reminded(pk: int, today: date, waiting: Q, council: list[User]) -> bool:
    rule = _claim(OptOutRule.objects.in_state(RuleState.DUE).filter(waiting, pk=pk), today)
    if rule is None:
        return False
    people = {person.pk: person for person in (rule.owner, *council)}
    _tell(rule, people.values(), "rule_review", f"Due for review: {rule}")
    return True


def _claim(rules: RuleQuerySet, today: date) -> OptOutRule | None:
    """The rule, if nobody else tells of it at this moment."""
    rule = rules.select_related("owner").select_for_update(skip_locked=True, of=("self",)).first()
    if rule is not None:
        rule.nagged_on = today
        rule.save(update_fields=["nagged_on"])
    return rule


def _tell(rule: OptOutRule, people: Iterable[User], kind: str, title: str) -> None:
    tell(
        Notice(
            person=person, kind=kind, title=title[:LONGEST], detail=to_text(rule.reason)[:LONGEST],
            url=rule.get_absolute_url(), subject=SUBJECT, subject_id=rule.pk,
        )
        for person in people
        if person.is_active
    )  # fmt: skip
