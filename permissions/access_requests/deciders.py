"""Who decides about a request: the owner of each rule, then the council, and never anybody whom it is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from permissions.models import AskedRule, Team, User
from permissions.roles import administrators, council_members, may_manage_rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.models import OptOutRule


def silent_since() -> datetime:
    """Requests made before this moment and not answered are for the council."""
    return timezone.now() - timedelta(days=settings.ACCESS_COUNCIL_AFTER_DAYS)


def profits(person: User, *, of_person: int | None, of_team: int | None) -> bool:
    """Whether an exception for that person or team would be the person's own."""
    if of_team is None:
        return person.pk == of_person
    return Team.objects.filter(pk=of_team, members=person).exists()


def may_decide(person: User, asked: AskedRule) -> bool:
    """Whether `person` may approve or decline what is asked of one rule now."""
    return waiting_for(person).filter(pk=asked.pk).exists()


def may_make_exceptions(person: User, rule: OptOutRule) -> bool:
    """Whether `person` may waive the rule for others: its owner, or the council."""
    return rule.owner_id == person.pk or may_manage_rules(person)


def council() -> QuerySet[User]:
    """Whom to tell of what is for the council; administrators while it has no members."""
    members = council_members()
    return members if members.exists() else administrators()


def waiting_for(person: User) -> QuerySet[AskedRule]:
    """What is asked of rules that `person` may decide now: of their own, or as the council of those left lying."""
    mine = Q(rule__owner=person)
    if may_manage_rules(person):
        mine |= for_council()
    teams = Team.objects.filter(members=person)
    own = Q(request__asker=person) | Q(person=person) | Q(team__in=teams)
    return AskedRule.objects.filter(mine, state=AskedRule.State.OPEN).exclude(own)


def for_council() -> Q:
    """What nobody answered in time, and what the rule's owner may not answer: they would profit, or are gone."""
    in_team = Team.members.through.objects.filter(team=OuterRef("team"), user=OuterRef("rule__owner"))
    unable = Q(request__asker=_owner()) | Q(person=_owner()) | Exists(in_team) | Q(rule__owner__is_active=False)
    return Q(request__created_at__lte=silent_since()) | unable


def _owner() -> F:
    return F("rule__owner")


def deciders(asked: AskedRule) -> list[User]:
    """Whom to tell of what is asked of one rule: its owner, or the council where the owner cannot decide."""
    if AskedRule.objects.filter(for_council(), pk=asked.pk).exists():
        return [one for one in council() if not profits_from(one, asked)]
    return [asked.rule.owner]


def profits_from(person: User, asked: AskedRule) -> bool:
    """Whether the person asked for it, or it is for them or a team they are in."""
    own = profits(person, of_person=asked.person_id, of_team=asked.team_id)
    return own or asked.request.asker_id == person.pk
