"""Who decides about a request: the owner of each rule, then the council, and never anybody whom it is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from permissions.models import AskedRule, Team, User
from permissions.roles import administrators, council_members, may_manage_rules
from permissions.rules.scope import granted_rules, may_write_on

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.models import OptOutRule


def silent_since() -> datetime:
    """Requests made before this moment and not answered are for the council."""
    return timezone.now() - timedelta(days=settings.ACCESS_COUNCIL_AFTER_DAYS)


def profits(person: User, *, of_person: int | None, of_team: int | None) -> bool:
    """Whether an exception for that person or team would be the person's own: a program reads for who answers for
    it, and who says who is in a team can join it."""
    if of_team is None:
        return person.pk == of_person or of_person in set(person.service_accounts.values_list("pk", flat=True))
    return _teams_of(person).filter(pk=of_team).exists()


def _teams_of(person: User) -> QuerySet[Team]:
    return Team.objects.filter(Q(members=person) | Q(members__answered_by=person) | Q(managers=person))


def may_decide(person: User, asked: AskedRule) -> bool:
    """Whether `person` may approve or decline what is asked of one rule now."""
    return waiting_for(person).filter(pk=asked.pk).exists()


def may_make_exceptions(person: User, rule: OptOutRule) -> bool:
    """Whether `person` may waive the rule for others: its owner, who manages the rules there, or the council."""
    return rule.owner_id == person.pk or may_write_on(person, rule.label)


def council() -> QuerySet[User]:
    """Whom to tell of what is for the council; administrators while it has no members."""
    members = council_members()
    return members if members.exists() else administrators()


def waiting_for(person: User) -> QuerySet[AskedRule]:
    """What is asked of rules that `person` may decide now: of their own, of those that their grants cover, or as the
    council of those left lying."""
    mine = Q(rule__owner=person) | Q(rule__in=granted_rules(person))
    if may_manage_rules(person):
        mine |= for_council()
    programs = User.objects.filter(answered_by=person)
    own = Q(request__asker=person) | Q(person=person) | Q(person__in=programs) | Q(team__in=_teams_of(person))
    return AskedRule.objects.filter(mine, state=AskedRule.State.OPEN).exclude(own)


def for_council() -> Q:
    """What nobody answered in time, and what the rule's owner may not answer: they would profit, or are gone."""
    owner = OuterRef("rule__owner")
    theirs = Q(members=owner) | Q(members__answered_by=owner) | Q(managers=owner)
    in_team = Team.objects.filter(theirs, pk=OuterRef("team"))
    own = Q(request__asker=_owner()) | Q(person=_owner()) | Q(person__answered_by=_owner()) | Exists(in_team)
    unable = own | Q(rule__owner__is_active=False)
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
