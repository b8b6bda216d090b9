"""What the command palette finds of definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.palette import PER_PROVIDER, Item, Provider
from definitions.models import Definition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import User


def definitions(user: User, query: str) -> Iterator[Item]:
    """Definitions in force, by words of their names."""
    if not query.strip():
        return
    found = Definition.objects.in_force_for(user)
    for word in query.split()[:5]:
        found = found.filter(name__icontains=word)
    for one in found.in_order().with_text()[:PER_PROVIDER]:
        where = one.domain.name if one.scope == Definition.Scope.LOCAL and one.domain else "everywhere"
        yield Item(one.name, one.get_absolute_url(), "Definition", where, icon="vocabulary")


PROVIDERS: tuple[Provider, ...] = (definitions,)
