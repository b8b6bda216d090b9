"""Who says what stands there: a person, a rule, the source; and what the source says since somebody wrote over it."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.curation.kinds import kind_of
from catalog.models import Change, Edit, Origin
from catalog.models.tracked import TRACKED

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from permissions.models import User


_USUAL = ("motion", "lifecycle")  # they always say something: who said so is known once somebody has


class Mark(NamedTuple):
    """Where a fact comes from; `offered` is what the source says now, where that is news to whoever wrote over it."""

    origin: str
    by: User | None = None
    at: datetime | None = None
    offered: str = ""
    source: str = ""  # what the source says, where a person says otherwise

    @property
    def word(self) -> str:
        return str(Origin(self.origin).label)


def marks(thing: Model) -> dict[str, Mark]:
    """The facts of a thing that are not empty, with where each comes from, in one query."""
    kind = kind_of(thing)
    last = Change.objects.filter(kind=kind.name, thing_id=thing.pk).order_by("fact", "-pk").distinct("fact")
    changes = {change.fact: change for change in last.select_related("edit__actor")}
    found: dict[str, Mark] = {}
    for name, column in TRACKED[kind.name].items():
        harvested = str(getattr(thing, kind.facts[name].harvested, "")) if kind.facts[name].harvested else ""
        if getattr(thing, column) not in (None, "", []) and (name not in _USUAL or name in changes):
            found[name] = _mark(thing, name, changes.get(name), harvested)
        elif harvested:
            found[name] = Mark(Origin.HARVEST)
    return found | {name: _mark(thing, name, one, "") for name, one in changes.items() if name in _sets(kind)}


def _sets(kind: Any) -> list[str]:
    return [fact.name for fact in kind.facts.values() if fact.members]


def _mark(thing: Any, fact: str, change: Change | None, harvested: str) -> Mark:
    edit = change.edit if change else None
    origin = Origin.RULE if edit and edit.origin == Edit.Origin.RULE else Origin.HUMAN
    by, at = (edit.actor, edit.at) if edit else (None, change.at if change else None)
    if change is None and fact == "description":
        by, at = thing.described_by, thing.described_at
    over = (thing.kept_over or {}).get(fact) if harvested else None
    news = over is not None and over != md5(harvested.encode(), usedforsecurity=False).hexdigest()
    return Mark(origin, by, at, harvested if news else "", harvested)
