"""How many datasets there are of each source, domain and product, among those one person may know of.

Counting reads every dataset, so a count is kept for a minute, for all whom the same rules stop. It is used only as long
as no dataset has changed since: the change feed says so exactly, whatever order transactions commit in.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from catalog.models import Dataset, DatasetChange
from permissions.access import denials_of
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from permissions.access import Viewer

SECONDS = 60
VERSION = 1  # of what is kept


class Group(NamedTuple):
    """The datasets of one source, domain and product: those present, those that came and those that went lately."""

    source: int
    domain: int | None
    product: int | None
    held: int
    added: int
    gone: int


class Sums(NamedTuple):
    held: int = 0
    added: int = 0
    gone: int = 0


def groups_of(viewer: Viewer, since: datetime) -> list[Group]:
    """Return the counts of what `viewer` may know of; what came and went is counted from `since`, to the minute."""
    since = since.replace(second=0, microsecond=0)
    key = f"catalog:groups:{VERSION}:{_rules(viewer)}:{since:%Y%m%d%H%M}"
    known: tuple[str, list[Group]] | None = cache.get(key)
    if known is not None and not _changed_since(known[0]):
        return known[1]
    before = _now()
    groups = [Group(*row) for row in _count(viewer, since)]
    cache.set(key, (before, groups), SECONDS)
    return groups


def summed(groups: list[Group], by: Callable[[Group], int | None]) -> dict[int | None, Sums]:
    """Add up the groups that are alike in what `by` returns of them."""
    totals: dict[int | None, Sums] = {}
    for group in groups:
        known = totals.get(by(group), Sums())
        totals[by(group)] = Sums(known.held + group.held, known.added + group.added, known.gone + group.gone)
    return totals


def _count(viewer: Viewer, since: datetime) -> list[tuple[int, int | None, int | None, int, int, int]]:
    present = Q(archived_at=None)
    rows = (
        Dataset.objects.visible_to(viewer)
        .order_by()
        .annotate(effective=Coalesce(F("domain"), F("source__domain")))
        .values_list("source", "effective", "product")
        .annotate(
            held=Count("pk", filter=present),
            added=Count("pk", filter=present & Q(first_seen_at__gte=since)),
            gone=Count("pk", filter=Q(archived_at__gte=since)),
        )
    )
    return list(rows)


def _rules(viewer: Viewer) -> str:
    """What keeps the viewer from knowing of things, as a short text: whomever the same rules stop sees the same."""
    denials = denials_of(viewer).at(Level.DISCOVER)
    stopping = sorted((one.rule_id, one.label, sorted(one.unless)) for one in denials)
    return sha256(repr(stopping).encode()).hexdigest()[:32]


def _now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def _changed_since(snapshot: str) -> bool:
    """Whether any dataset was changed by a transaction that was not over at `snapshot`."""
    _, before, running = snapshot.split(":")
    later = Q(xid__gte=int(before)) | Q(xid__in=[int(number) for number in running.split(",") if number])
    return DatasetChange.objects.filter(later).exists()
