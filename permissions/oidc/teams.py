"""Groups at the provider as teams here: it decides who is in the teams that it manages, and in no others."""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from permissions.audit import record
from permissions.models import Team
from permissions.oidc.accounts import groups_of

if TYPE_CHECKING:
    from permissions.models import User
    from permissions.oidc.conf import Provider

logger = logging.getLogger(__name__)
MOST_GROUPS = 1000
LONGEST = 120  # of the name of a team; longer ones end in a digest
ELSEWHERE = "_claim_names"  # with too many groups some providers say only where to ask for them


@transaction.atomic
def sync_teams(*, person: User, provider: Provider, claims: dict[str, Any]) -> None:
    """Put a person into the teams of their groups, and take them out of the provider's other teams."""
    if not provider.groups_claim:
        return
    if provider.groups_claim not in claims and provider.groups_claim in claims.get(ELSEWHERE, {}):
        logger.warning("the provider sends too many groups to list; teams stay as they are", extra={"user": person.pk})
        return
    groups = groups_of(provider, claims)[:MOST_GROUPS]
    wanted = {team.pk for team in map(_team_of, groups) if team is not None}
    theirs = Team.objects.filter(managed_by=Team.Manager.PROVIDER)
    held = set(theirs.filter(members=person).values_list("pk", flat=True))
    person.teams.add(*(wanted - held))
    person.teams.remove(*(held - wanted))
    for action, changed in (("team.joined", wanted - held), ("team.left", held - wanted)):
        for team in Team.objects.filter(pk__in=changed):
            record(action, actor=None, thing=team, after={"person": person.username}, note="by the provider's groups")


def _team_of(group: str) -> Team | None:
    """The provider's team for a group, made when it is new; None when people here have a team of that name."""
    team = Team.objects.filter(managed_by=Team.Manager.PROVIDER, external_id=group[: Team.LONGEST_EXTERNAL]).first()
    if team is not None:
        return team
    name, slug = _fitting(group), slugify(_fitting(group))[:50] or sha256(group.encode()).hexdigest()[:12]
    if Team.objects.filter(name__iexact=name).exists() or Team.objects.filter(slug=slug).exists():
        logger.warning("a group has the name of a team that people manage here, and is passed over: %r", group[:200])
        return None
    return Team.objects.create(
        name=name, slug=slug, managed_by=Team.Manager.PROVIDER, external_id=group[: Team.LONGEST_EXTERNAL]
    )


def _fitting(group: str) -> str:
    return group if len(group) <= LONGEST else f"{group[: LONGEST - 9]}-{sha256(group.encode()).hexdigest()[:8]}"
