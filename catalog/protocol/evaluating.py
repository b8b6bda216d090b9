"""What is asked of datasets and what of it is missing: one statement, for one dataset or for all.

`Completeness` keeps the answer for lists. Small edits bring it up to date with themselves; `follow` does the rest, from
the change feed: harvests, imports, statements by hand. A protocol that changes, or a rule that hides something from
somebody, has all datasets counted anew: what is hidden from anybody does not count, for a count tells of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from catalog.models import Change, CompletenessFollowed, DatasetChange, Domain, Protocol
from catalog.protocol.requirements import ALL, OPEN_FIELD, Requirement, known
from permissions.rules.hiding import hiding_labels

if TYPE_CHECKING:
    from catalog.models import Dataset, Edit

FEW = 500  # datasets of an edit that are counted with it
BATCH = 10_000
MANY = 200_000  # changed datasets from which on all are counted

_EXAMINED = """
    WITH hidden AS (SELECT %s::text[] AS labels)
    SELECT d.id, r.asked, r.missing
    FROM catalog_dataset d JOIN catalog_source s ON s.id = d.source_id
    CROSS JOIN LATERAL (SELECT {fitting} OFFSET 0) AS p
    CROSS JOIN LATERAL (SELECT
        array_remove(ARRAY[{asked}]::text[], NULL) AS asked, array_remove(ARRAY[{missing}]::text[], NULL) AS missing
    ) AS r
    WHERE {scope}
"""
_KEEP = """
    INSERT INTO catalog_completeness AS known (dataset_id, asked, missing, since)
    SELECT e.id, cardinality(e.asked), e.missing, now() FROM ({examined}) AS e ORDER BY e.id
    ON CONFLICT (dataset_id) DO UPDATE SET asked = excluded.asked, missing = excluded.missing,
        since = CASE WHEN (known.missing = '{{}}') = (excluded.missing = '{{}}') THEN known.since
            ELSE excluded.since END
    WHERE (known.asked, known.missing) IS DISTINCT FROM (excluded.asked, excluded.missing)
"""
_FIELD_LABELLED = (
    "EXISTS (SELECT FROM catalog_field f WHERE f.dataset_id = d.id AND f.labels <> '{}'"
    f" AND f.archived_at IS NULL AND f.labels && %s AND {OPEN_FIELD})"
)


@dataclass(frozen=True)
class Examined:
    """What is asked of one dataset, in the order of `catalog.protocol.requirements`."""

    asked: list[Requirement]
    missing: list[Requirement]

    @property
    def met(self) -> int:
        return len(self.asked) - len(self.missing)

    @property
    def share(self) -> float:
        """Of one; all, where nothing is asked."""
        return self.met / len(self.asked) if self.asked else 1.0

    @cached_property
    def missing_names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.missing)


def examine(dataset: Dataset, *, as_certified: bool = False) -> Examined:
    """Look at one dataset as it is now; `as_certified` asks what is asked of certified ones as well."""
    statement, parameters = _examined("d.id = %s", [dataset.pk], as_certified=as_certified)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return Examined(known(row[1]), known(row[2])) if row else Examined([], [])


def refresh(scope: str = "TRUE", parameters: Sequence[Any] = ()) -> int:
    """Bring `Completeness` up to date; returns how many datasets' changed.

    `scope` is a condition on ``d`` (the dataset) and ``s`` (its source). What is gone from its source stays as it was.
    """
    statement, values = _examined(f"d.archived_at IS NULL AND ({scope})", parameters)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(examined=statement), values)
        return int(cursor.rowcount)


def refresh_edited(edit: Edit) -> None:
    """Count the datasets of an edit anew, where they are few; many are left to `follow`."""
    ids = list(Change.objects.filter(edit=edit).order_by().values_list("dataset_id", flat=True).distinct()[: FEW + 1])
    concerned = [pk for pk in ids if pk is not None]
    if concerned and len(ids) <= FEW and Protocol.objects.exists():
        refresh("d.id = ANY(%s)", [concerned])


def count_anew() -> None:
    """Have all datasets counted the next time `follow` runs."""
    CompletenessFollowed.objects.update_or_create(pk=1, defaults={"position": ""})


def follow() -> int:
    """Count what changed since the last time; returns how many datasets' completeness did. Nobody else does meanwhile.

    What commits while this runs is read again the next time.
    """
    CompletenessFollowed.objects.get_or_create(pk=1)
    with transaction.atomic():
        one = CompletenessFollowed.objects.select_for_update(skip_locked=True).first()
        if one is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        now, rules = _snapshot(), _rules()
        position, _, counted_by = one.position.partition(" ")
        changed = _count(_changed_since(position if counted_by == rules else "", now))
        one.position, one.at = f"{now} {rules}", timezone.now()
        one.save()
    return changed


def _count(ids: list[int] | None) -> int:
    if ids is None:
        return refresh()
    return sum(
        refresh("d.id = ANY(%s)", [ids[start : start + BATCH]]) for start in range(0, len(ids), BATCH)
    )  # fmt: skip


def _changed_since(position: str, now: str) -> list[int] | None:
    """The datasets that changed since a snapshot; None for all: without one, after a restore, or when they are many."""
    if not position or int(now.split(":")[1]) < int(position.split(":")[1]):
        return None
    _, before, running = position.split(":")
    later = Q(xid__gte=int(before)) | Q(xid__in=[int(number) for number in running.split(",") if number])
    found = list(DatasetChange.objects.filter(later).order_by().values_list("pk", flat=True)[: MANY + 1])
    return sorted(found) if len(found) <= MANY else None


def _rules() -> str:
    """A digest of the labels that hide something; another one changes what counts."""
    return hashlib.sha256("\n".join(hiding_labels()).encode()).hexdigest()[:16]


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def _examined(scope: str, values: Sequence[Any], *, as_certified: bool = False) -> tuple[str, list[Any]]:
    protocols = list(Protocol.objects.select_related("classification").order_by("pk"))
    parents = dict(Domain.objects.values_list("pk", "parent_id")) if any(one.domain_id for one in protocols) else {}
    fitting, parameters = [], []
    for at, one in enumerate(protocols):
        condition, more = _fits(one, parents, as_certified)
        fitting.append(f"({condition}) AS p{at}")
        parameters += more
    by_name = {
        name: " OR ".join(f"p.p{at}" for at, one in enumerate(protocols) if name in one.requires) for name in ALL
    }
    asked = {name: condition for name, condition in by_name.items() if condition}
    statement = _EXAMINED.format(
        fitting=", ".join(fitting) or "1",
        asked=", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in asked.items()),
        missing=", ".join(
            f"CASE WHEN ({condition}) AND NOT ({ALL[name].met}) THEN '{name}' END" for name, condition in asked.items()
        ),
        scope=scope,
    )
    return statement, [hiding_labels(), *parameters, *values]


def _fits(one: Protocol, parents: Mapping[int, int | None], as_certified: bool) -> tuple[str, list[Any]]:
    """The condition on datasets of the class that a protocol speaks of."""
    parts: list[str] = ["d.lifecycle <> 'archived'"]
    parameters: list[Any] = []
    if one.domain_id:
        parts.append("coalesce(d.domain_id, s.domain_id) = ANY(%s)")
        parameters.append(below(one.domain_id, parents))
    if one.kind:
        parts.append("d.kind = %s")
        parameters.append(one.kind)
    if one.certified and not as_certified:
        parts.append("d.certified_at IS NOT NULL")
    if one.classification:
        labels = [f"class:{one.classification.slug}"]
        parts.append(f"(d.labels && %s OR {_FIELD_LABELLED})")
        parameters += [labels, labels]
    return " AND ".join(parts), parameters


def below(domain: int, parents: Mapping[int, int | None]) -> list[int]:
    """A domain and those in it, at any depth."""
    found, added = {domain}, {domain}
    while added:
        added = {pk for pk, parent in parents.items() if parent in added} - found
        found |= added
    return sorted(found)


def names(requirements: Iterable[Requirement]) -> list[str]:
    return [one.name for one in requirements]
