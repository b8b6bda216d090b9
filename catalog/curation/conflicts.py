"""Two who write the same: the second learns what the first wrote, fact by fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.curation.outcome import Clash, Conflict
from catalog.models import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catalog.curation.kinds import Kind


def version_of(kind: Kind, pk: int) -> int:
    """The last change of a thing. Read it before the thing itself: what is read is then at least as new."""
    last = Change.objects.filter(kind=kind.name, thing_id=pk).order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def require_unchanged(kind: Kind, pk: int, given: Mapping[str, Any], base: int) -> None:
    """Raise `Conflict` for those of the given facts that were changed after `base` to something else.

    Members that come or go clash with nothing: both writers get what they asked for.
    """
    clashes = list(_clashes(kind, pk, given, base))
    if clashes:
        raise Conflict(clashes)


def _clashes(kind: Kind, pk: int, given: Mapping[str, Any], base: int) -> Iterator[Clash]:
    since = Change.objects.filter(kind=kind.name, thing_id=pk, pk__gt=base).select_related("edit__actor")
    by_fact: dict[str, list[Change]] = {}
    for change in since.order_by("pk"):
        by_fact.setdefault(change.fact, []).append(change)
    for name, mine in given.items():
        found = by_fact.get(name)
        if not found or kind.facts[name].members:
            continue
        first, last = found[0], found[-1]
        if last.after != mine and not (last.after in (None, "", []) and mine in (None, "", [])):
            by = last.edit.actor if last.edit else None
            yield Clash(name, first.before, last.after, mine, by, last.at)
