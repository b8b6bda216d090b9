"""Kept values as people read them: names for ids, and of names only those that the reader may know of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalog.curation.facts import FACTS
from catalog.models import Classification, DataProduct, Dataset, Domain, Tag
from permissions.models import User

if TYPE_CHECKING:
    from permissions.access import Viewer

_PEOPLE: Callable[[Viewer, set[int]], dict[int, str]] = lambda viewer, ids: {  # noqa: E731
    one.pk: str(one) for one in User.objects.filter(pk__in=ids)
}


def _named(rows: Callable[[Viewer], Any], column: str = "name") -> Callable[[Viewer, set[int]], dict[int, str]]:
    return lambda viewer, ids: dict(rows(viewer).filter(pk__in=ids).values_list("pk", column))


_DOMAINS = _named(Domain.objects.visible_to)
# What a fact refers to; by name alone where kinds agree.
_NAMES: dict[str, Callable[[Viewer, set[int]], dict[int, str]]] = {
    "owner": _PEOPLE,
    "steward": _PEOPLE,
    "certified_by": _PEOPLE,
    "domain": _DOMAINS,
    "parent": _DOMAINS,
    "product": _named(DataProduct.objects.visible_to),
    "successor": _named(Dataset.objects.visible_to, "key"),
    "tags": _named(lambda viewer: Tag.objects.all()),
    "classifications": _named(lambda viewer: Classification.objects.all()),
}


@dataclass
class Words:
    """Tells values of facts in words, for one reader; read with a query for each kind of thing referred to."""

    viewer: Viewer
    _names: dict[str, dict[int, str]] = field(default_factory=dict)

    @classmethod
    def for_values(cls, viewer: Viewer, values: Iterable[tuple[str, Any]]) -> Words:
        """`values` are the facts, and the values of them, that will be told."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for fact, value in values:
            if fact in _NAMES:
                wanted[fact] |= set(_ids(value))
        return cls(viewer, {fact: _NAMES[fact](viewer, ids) for fact, ids in wanted.items() if ids})

    def tell(self, kind: str, fact: str, value: Any) -> str:
        """A value in words; nothing for what the reader may not know of."""
        if value in (None, "", [], {}):
            return ""
        if fact in _NAMES:
            names = self._names.get(fact, {})
            return ", ".join(_with_state(names[pk], value) for pk in _ids(value) if pk in names)
        if fact == "links":
            return "\n".join(f"{title} <{address}>" if title != address else address for title, address in value)
        if isinstance(value, list):
            return ", ".join(map(str, value))
        known = FACTS[kind].get(fact)
        choices = dict(getattr(known.cleaner, "choices", ())) if known else {}
        return str(choices.get(value, value))


def _ids(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [int(value["id"])] if "id" in value else []
    if isinstance(value, list):
        return [int(one) for one in value]
    return [int(value)] if value is not None and value != "" else []


def _with_state(name: str, value: Any) -> str:
    state = value.get("state") if isinstance(value, dict) else None
    return f"{name} ({state})" if state and state != "confirmed" else name
