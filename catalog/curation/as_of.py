"""What was said of a thing at an earlier time: what stood there before the first change after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.curation.kinds import kind_of
from catalog.models import Change, DatasetClassification, DatasetTag, FieldClassification
from catalog.models.tracked import TRACKED

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

_SETS: dict[tuple[str, str], tuple[Any, str, str, dict[str, str]]] = {
    ("dataset", "tags"): (DatasetTag, "dataset", "tag_id", {}),
    ("dataset", "classifications"): (DatasetClassification, "dataset", "classification_id", {}),
    ("field", "classifications"): (FieldClassification, "field", "classification_id", {"state": "confirmed"}),
}


def now(thing: Model) -> dict[str, Any]:
    """The facts of a thing as history keeps them, sets as sorted ids."""
    kind = kind_of(thing)
    found = {fact: _plain(getattr(thing, column)) for fact, column in TRACKED[kind.name].items()}
    for (name, fact), (model, owner, member, more) in _SETS.items():
        if name == kind.name:
            rows = model.objects.filter(**{owner: thing.pk}, **more)
            found[fact] = sorted(rows.values_list(member, flat=True))
    return found


def as_of(thing: Model, when: datetime) -> dict[str, Any]:
    """The facts of a thing as they were at `when`, in the same shapes."""
    found, kind = now(thing), kind_of(thing)
    changes = Change.objects.filter(kind=kind.name, thing_id=thing.pk, at__gt=when).exclude(fact="")
    for change in changes.order_by("-pk"):
        if kind.facts[change.fact].members:
            found[change.fact] = sorted(_stepped_back(set(found[change.fact]), change))
        else:
            found[change.fact] = change.before
    return found


def _stepped_back(members: set[int], change: Change) -> set[int]:
    after, before = change.after, change.before
    if after and after.get("state", "confirmed") == "confirmed":
        members = members - {after["id"]}
    if before and before.get("state", "confirmed") == "confirmed":
        members = members | {before["id"]}
    return members


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
