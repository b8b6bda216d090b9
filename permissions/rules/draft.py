"""What a rule says, before it is one; as it is kept in versions, tables and code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from permissions.models import OptOutRule, RuleException, Team, User

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

NAMED = ("people", "teams", "except_people", "except_teams")


class Whom(NamedTuple):
    """Whom a rule keeps out, and whom of those it spares."""

    everyone: bool = False
    people: Collection[User] = ()
    teams: Collection[Team] = ()
    except_people: Collection[User] = ()
    except_teams: Collection[Team] = ()

    @property
    def nobody(self) -> bool:
        return not (self.everyone or self.people or self.teams)

    def stopped(self) -> QuerySet[User]:
        """The people with an account that is open who are kept out, as `RuleQuerySet.stopping` says of each."""
        active = User.objects.filter(is_active=True)
        spared = Q(pk__in=_ids(self.except_people)) | Q(pk__in=_members(self.except_teams))
        if not self.everyone:
            active = active.filter(Q(pk__in=_ids(self.people)) | Q(pk__in=_members(self.teams)))
        return active.exclude(spared)


def _ids(rows: Collection[User] | Collection[Team]) -> list[int]:
    return [row.pk for row in rows]


def _members(teams: Collection[Team]) -> Any:
    return Team.members.through.objects.filter(team__in=_ids(teams)).values("user")


@dataclass(frozen=True)
class RuleDraft:
    """All that a rule says. `starts_at` is None for at once, or for as it is."""

    label: str
    level: str
    whom: Whom
    reason: str
    owner: User
    review_on: date
    mask: str = OptOutRule.Mask.HIDDEN
    legal_basis: str = ""
    starts_at: datetime | None = None
    at_review: str = OptOutRule.AtReview.NAG

    @property
    def columns(self) -> dict[str, Any]:
        """What stands in the rule's own row."""
        plain = ("label", "level", "mask", "reason", "legal_basis", "owner", "review_on", "at_review")
        values = {name: getattr(self, name) for name in plain} | {"everyone": self.whom.everyone}
        return values | ({"starts_at": self.starts_at} if self.starts_at else {})


def draft_of(rule: OptOutRule) -> RuleDraft:
    """Return what a rule says now."""
    named = {name: list(getattr(rule, name).all()) for name in NAMED}
    return RuleDraft(
        label=rule.label, level=rule.level, mask=rule.mask, whom=Whom(everyone=rule.everyone, **named),
        reason=rule.reason, legal_basis=rule.legal_basis, owner=rule.owner, starts_at=rule.starts_at,
        review_on=rule.review_on, at_review=rule.at_review,
    )  # fmt: skip


def content_of(rule: OptOutRule) -> dict[str, Any]:
    """Return all of a rule as plain data: names instead of rows, ISO dates."""
    people = {name: sorted(one.username for one in getattr(rule, name).all()) for name in ("people", "except_people")}
    teams = {name: sorted(one.slug for one in getattr(rule, name).all()) for name in ("teams", "except_teams")}
    return {
        "label": rule.label, "level": str(rule.level), "mask": str(rule.mask), "everyone": rule.everyone,
        "people": people["people"], "teams": teams["teams"],
        "except_people": people["except_people"], "except_teams": teams["except_teams"],
        "reason": rule.reason, "legal_basis": rule.legal_basis, "owner": rule.owner.username,
        "starts_at": rule.starts_at.isoformat(), "review_on": rule.review_on.isoformat(),
        "at_review": str(rule.at_review), "withdrawn_at": rule.withdrawn_at and rule.withdrawn_at.isoformat(),
    }  # fmt: skip


def stopped_by(rule: OptOutRule) -> QuerySet[User]:
    """The people whom a rule keeps out now, without those who have an exception from all of it."""
    waived = RuleException.objects.in_force().filter(rule=rule, label="")
    spared = Q(pk__in=waived.filter(person__isnull=False).values("person"))
    spared |= Q(pk__in=Team.members.through.objects.filter(team__in=waived.values("team")).values("user"))
    return draft_of(rule).whom.stopped().exclude(spared)
