"""How a dataset hangs together with others by its keys, both ways, inside what one person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catalog.closed import closed_fields
from catalog.models import Constraint, Dataset
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.closed import ClosedFields
    from permissions.access import Viewer

LONGEST = 100  # relationships shown in one direction


class Relationship(NamedTuple):
    """`fields` of the dataset at hand and `other_fields` of `other` name the same thing."""

    other: Dataset
    fields: tuple[str, ...]
    other_fields: tuple[str, ...]


class Relationships(NamedTuple):
    """What the dataset's foreign keys point at, and whose point at it."""

    references: list[Relationship]
    referenced_by: list[Relationship]


class Keys(NamedTuple):
    """The keys of a dataset as one person may see them."""

    primary: tuple[str, ...]
    unique: tuple[Constraint, ...]
    checks: tuple[Constraint, ...]


def keys_of(constraints: Iterable[Constraint], closed: ClosedFields) -> Keys:
    """Sort a dataset's constraints, less those that tell of a closed field or whose expression could."""
    open_ones = [one for one in constraints if not _tells(one.fields, closed)]
    by_kind: dict[str, list[Constraint]] = {}
    for one in open_ones:
        by_kind.setdefault(one.kind, []).append(one)
    primary = by_kind.get(Constraint.Kind.PRIMARY, [])
    checks = [*by_kind.get(Constraint.Kind.CHECK, []), *by_kind.get(Constraint.Kind.EXCLUSION, [])]
    return Keys(
        tuple(primary[0].fields) if primary else (),
        tuple(by_kind.get(Constraint.Kind.UNIQUE, [])),
        () if closed.any_closed() else tuple(checks),
    )


def relationships(
    viewer: Viewer, dataset: Dataset, constraints: Iterable[Constraint], closed: ClosedFields, field: str = ""
) -> Relationships:
    """Return how `constraints` of the dataset, and foreign keys of others to it (or to one field of it), relate it.

    A key to a dataset the viewer may not know of is left out, as is one of a dataset whose schema they may not read.
    """
    own = [one for one in constraints if one.ref_dataset_id and not _tells(one.fields, closed)]
    others = Dataset.objects.visible_to(viewer).select_related("source")
    known = others.in_bulk([one.ref_dataset_id for one in own][:LONGEST]) if own else {}
    pointing = _pointing(viewer, dataset, field)
    hidden = closed_fields(viewer, [*known.values(), *(one.dataset for one in pointing)])
    return Relationships(
        references=[
            Relationship(other, tuple(one.fields), _readable(viewer, other, one.ref_fields, hidden[other.pk]))
            for one in own
            if (other := known.get(one.ref_dataset_id or 0))
        ],
        referenced_by=[
            Relationship(one.dataset, tuple(one.ref_fields), tuple(one.fields))
            for one in pointing
            if not _tells(one.fields, hidden[one.dataset_id]) and not _tells(one.ref_fields, closed)
        ],
    )


def _pointing(viewer: Viewer, dataset: Dataset, field: str) -> list[Constraint]:
    """Foreign keys to the dataset of those whose schema the viewer may read."""
    readers = Dataset.objects.readable_by(viewer).present()
    keys = Constraint.objects.filter(ref_dataset=dataset, dataset__in=readers)
    keys = keys.filter(ref_fields__contains=[field]) if field else keys
    return list(keys.select_related("dataset", "dataset__source").order_by("dataset__path", "name")[:LONGEST])


def _tells(names: Iterable[str], closed: ClosedFields) -> bool:
    """Whether a key over these fields tells of one that is closed: being a key is part of a field's schema."""
    return any(closed.closes(name) for name in names)


def _readable(viewer: Viewer, other: Dataset, names: list[str], closed: ClosedFields) -> tuple[str, ...]:
    """Names of another dataset's fields, or none where they are closed."""
    if not may(other, viewer, Level.READ) or _tells(names, closed):
        return ()
    return tuple(names)
