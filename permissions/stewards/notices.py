"""What people are told about duties. A thing is named only to those who may know of it, now and when they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.models import Notice
from notifications.services import tell
from permissions.gate import may
from permissions.levels import Level
from permissions.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models import Grant

MOST_TOLD = 500


def tell_of_grant(grant: Grant, title: str, actor: User) -> int:
    """Tell the person, or the members of the team, that a duty was given or taken."""
    thing = grant.thing
    return tell(
        Notice(
            person=person, kind="grant", title=title[:300], detail=f"By {actor}.", url=thing.get_absolute_url(),
            subject=thing.noun(), subject_id=thing.pk,
        )
        for person in people_of(grant)
        if person != actor and may(thing, person, Level.DISCOVER)
    )  # fmt: skip


def people_of(grant: Grant) -> Iterable[User]:
    """Who has it now, by name or by the team."""
    return [grant.person] if grant.person else User.objects.filter(teams=grant.team, is_active=True)[:MOST_TOLD]
