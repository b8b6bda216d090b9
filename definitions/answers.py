"""Definitions as the first answer to a search for their word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q, Value
from django.db.models.functions import Length

from core.answers import Answer, Provider
from core.markdown import to_text
from definitions.models import Definition, Unproven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from definitions.querysets import DefinitionQuerySet
    from permissions.models import User

SHORTEST = 3  # letters of a query, or of a name inside one
MOST = 3
LONGEST = 240


def matching(viewer: User, query: str) -> DefinitionQuerySet:
    """Return definitions in force that a query is about, the longest name in it first: its name or a synonym is the
    query, begins with it, or stands in it ("how many active customers")."""
    text = " ".join(query.split())[:200]
    if len(text) < SHORTEST:
        return Definition.objects.none()
    found = Definition.objects.in_force_for(viewer).annotate(asked=Value(text), letters=Length("name"))
    named = Q(name__istartswith=text) | Q(asked__icontains=F("name"), letters__gte=SHORTEST)
    also = Q(current__synonyms__icontains=text)
    return found.filter(named | also).order_by("-letters", "-scope", "pk")


def definitions(user: User, query: str) -> Iterator[Answer]:
    """What the words of a query mean here."""
    found = list(matching(user, query).with_text()[:MOST])
    doubted = set(Unproven.objects.filter(definition__in=found, settled_at=None).values_list("definition", flat=True))
    for one in found:
        where = f"in {one.domain.name}" if one.scope == Definition.Scope.LOCAL and one.domain else "everywhere"
        text = to_text(one.current.statement)[:LONGEST] if one.current else ""
        version = f"v{one.current.number}" if one.current else ""
        hint = f"{one.get_kind_display()}, {version}, holds {where}"
        yield Answer(
            one.name, one.get_absolute_url(), text, hint,
            icon="vocabulary", warning="unproven" if one.pk in doubted else "",
        )  # fmt: skip


PROVIDERS: tuple[Provider, ...] = (definitions,)
