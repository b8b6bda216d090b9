"""People, teams, and who may write what, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from core.api.query import Query, flag
from core.tabular.collections import Collection, Column, Kind
from permissions.holding import answerables
from permissions.levels import Level
from permissions.models import Team, User

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from permissions.access import Viewer


class PeopleTableQuery(Query):
    closed = flag("Closed accounts, or open ones; open ones when not given.")


def people(_viewer: Viewer, wanted: Mapping[str, Any]) -> QuerySet[User]:
    """People as the directory lists them for everybody."""
    return User.objects.filter(is_service=False, is_active=not wanted.get("closed", False))


def teams(_viewer: Viewer, _wanted: Mapping[str, Any]) -> QuerySet[Team]:
    return Team.objects.all()


def grants(viewer: Viewer, _wanted: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Who was granted what, on what the viewer may read about."""
    for model in answerables():
        known: Any = model._default_manager.all()
        found = model.all_grants().filter(thing__in=known.open_to(viewer, Level.READ))
        for one in found.select_related("thing", "person", "team", "given_by").order_by("thing_id", "duty", "pk"):
            person, team, by = (getattr(one, name) for name in ("person", "team", "given_by"))
            whom = (person and person.username, team and team.slug)
            yield (model.noun(), _named(one.thing), one.duty, *whom, by and by.username, one.given_at.isoformat())


def _named(thing: Any) -> str:
    """What addresses call it: a dataset's key, the short name of others."""
    return str(thing.key if hasattr(thing, "key") else thing.slug)


def _names(model: Any, column: str, **lookup: Any) -> Any:
    return ArraySubquery(model.objects.filter(**lookup).order_by(column).values(column))


COLLECTIONS = (
    Collection(
        name="people",
        title="People",
        about="Who may sign in.",
        key=("username",),
        rows=people,
        order=("username",),
        query=PeopleTableQuery,
        columns=(
            Column("username", "username", "Their handle."),
            Column("first_name", "first_name", "First name."),
            Column("last_name", "last_name", "Last name."),
            Column("title", "title", "Job title."),
            Column("teams", lambda _: _names(Team, "slug", members=OuterRef("pk")), "Their teams.", Kind.NAMES),
        ),
    ),
    Collection(
        name="teams",
        title="Teams",
        about="Groups of people.",
        key=("team",),
        rows=teams,
        order=("slug",),
        columns=(
            Column("team", "slug", "Its short name.", word=True),
            Column("name", "name", "What people call it."),
            Column("members", lambda _: _names(User, "username", teams=OuterRef("pk")), "Usernames.", Kind.NAMES),
        ),
    ),
    Collection(
        name="grants",
        title="Grants",
        about="Who was granted to write what, besides those who answer for it.",
        key=("kind", "thing", "duty", "person", "team"),
        lines=grants,
        columns=(
            Column("kind", "", "A dataset, source or domain.", word=True),
            Column("thing", "", "Its key or short name."),
            Column("duty", "", "What they may do.", word=True),
            Column("person", "", "Username."),
            Column("team", "", "Short name of a team.", word=True),
            Column("given_by", "", "Username of who gave it."),
            Column("given_at", "", "Since when.", Kind.MOMENT),
        ),
    ),
)
