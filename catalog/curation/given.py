"""What is kept of a thing, as it would be given again: the inverse of cleaning, for forms and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.curation.as_of import now
from catalog.curation.kinds import kind_of
from catalog.models import Classification, DataProduct, Dataset, Domain, Tag
from permissions.models import User

if TYPE_CHECKING:
    from django.db.models import Model

    from permissions.access import Viewer

_DOMAIN = (Domain.objects.visible_to, "slug")
_PERSON = (lambda viewer: User.objects.all(), "username")
_NAMED: dict[str, tuple[Any, str]] = {
    "owner": _PERSON,
    "steward": _PERSON,
    "domain": _DOMAIN,
    "parent": _DOMAIN,
    "product": (DataProduct.objects.visible_to, "slug"),
    "successor": (Dataset.objects.visible_to, "key"),
    "tags": (lambda viewer: Tag.objects.all(), "slug"),
    "classifications": (lambda viewer: Classification.objects.all(), "slug"),
}


def given(thing: Model, viewer: Viewer) -> dict[str, Any]:
    """The facts of a thing by name, as texts that can be given again; nothing for what the viewer may not know of."""
    stated = {name for name, fact in kind_of(thing).facts.items() if fact.stated}
    return {fact: _told(fact, value, viewer) for fact, value in now(thing).items() if fact in stated}


def _told(fact: str, value: Any, viewer: Viewer) -> str:
    if value in (None, "", []):
        return ""
    if fact in _NAMED:
        rows, column = _NAMED[fact]
        ids = value if isinstance(value, list) else [value]
        return ", ".join(rows(viewer).filter(pk__in=ids).order_by(column).values_list(column, flat=True))
    if fact == "links":
        return "\n".join(f"{title} <{address}>" if title != address else address for title, address in value)
    if fact == "published":
        return str(value)[:10]
    return ", ".join(value) if isinstance(value, list) else str(value)
