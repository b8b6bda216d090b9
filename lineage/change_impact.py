"""What a change hits before it is made: of a dataset or field, or of a file of SQL that is to be merged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from catalog.closed import closed_fields_of
from catalog.models import Dataset, Field
from lineage.changed_sql import changes_in
from lineage.impact import Impact, impact_of
from lineage.jobs import visible_jobs
from lineage.models import Edge, Node
from lineage.naming import Told
from lineage.nodes import datasets_named
from lineage.views_read import dialect_of
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from catalog.models import Source
    from lineage.sql import Problem
    from permissions.access import Viewer

MOST_CHANGES = 50


class Change(NamedTuple):
    """One thing that goes, and what it hits; an empty `column` is the whole dataset."""

    dataset: Dataset
    column: str
    impact: Impact


class Review(NamedTuple):
    """What a file changes; `unknown` are tables that are not in the catalog, or that the viewer may not read."""

    changes: list[Change]
    unknown: list[str]
    open_ended: list[str]  # defined with a star: what will be gone cannot be told
    problems: list[Problem]


class Model(NamedTuple):
    """A model of dbt: its id, as `model.shop.orders`, the relation that it makes, and its compiled SQL, or ""."""

    id: str
    relation: str
    sql: str = ""


Definition = tuple[Dataset, list[str] | None]  # and the fields that it will have, where that can be told


def review(viewer: Viewer, source: Source, sql: str, *, target: Dataset | None = None) -> Review:
    """Return what `sql` would take away in `source`. A query that makes nothing is taken for that of `target`."""
    found = changes_in(sql, dialect_of(source))
    names = list(dict.fromkeys([*(table for table, _ in found.dropped), *found.defined]))
    known = _readable(viewer, source, names)
    dropped = [(known[table], column) for table, column in found.dropped if table in known]
    definitions: list[Definition] = [(known[table], cols) for table, cols in found.defined.items() if table in known]
    if target is not None and (found.shown is not None or not found.defined):
        definitions.append((target, found.shown))
    return _review(viewer, dropped, definitions, ([name for name in names if name not in known], found.problems))


def review_models(viewer: Viewer, source: Source, models: Sequence[Model]) -> Review:
    """Return what a dbt project, given whole, would take away of the datasets in `source` that its models make.

    A model that is new takes nothing away. One that is gone, of a project that is known by its jobs, takes all.
    """
    known = _readable(viewer, source, [model.relation for model in models])
    dialect = dialect_of(source)
    definitions: list[Definition] = []
    problems: list[Problem] = []
    for model in models:
        if model.relation in known and model.sql:
            found = changes_in(model.sql, dialect)
            problems += [replace(one, message=f"{model.id}: {one.message}") for one in found.problems]
            definitions.append((known[model.relation], found.shown))
    dropped = [(dataset, "") for dataset in _made_no_more(viewer, models)]
    return _review(viewer, dropped, definitions, ([], problems))


def _made_no_more(viewer: Viewer, models: Sequence[Model]) -> Iterable[Dataset]:
    """What jobs of the same projects make whose model is not given."""
    projects = {".".join(model.id.split(".")[:2]) for model in models if model.id.count(".") >= 2}
    if not projects:
        return []
    named = Q()
    for project in projects:
        named |= Q(name__startswith=f"{project}.")
    gone = visible_jobs(viewer, Level.READ).filter(named, closed_at=None).exclude(name__in=[one.id for one in models])
    made = Edge.objects.current().filter(job__in=gone, downstream__dataset__isnull=False)
    return Dataset.objects.readable_by(viewer).filter(pk__in=made.values("downstream__dataset")).order_by("key")


def _review(
    viewer: Viewer, dropped: Iterable[tuple[Dataset, str]], definitions: Collection[Definition],
    unread: tuple[list[str], list[Problem]],
) -> Review:  # fmt: skip
    gone = {(dataset.pk, column): (dataset, column) for dataset, column in dropped}
    for dataset, columns in definitions:
        for column in _lost(viewer, dataset, columns):
            gone[dataset.pk, column] = (dataset, column)
    changes = [
        Change(dataset, column, impact_on(viewer, dataset, column))
        for dataset, column in [*gone.values()][:MOST_CHANGES]
    ]
    open_ended = [dataset.key for dataset, columns in definitions if columns is None]
    return Review(changes, unread[0], open_ended, unread[1])


def impact_on(viewer: Viewer, dataset: Dataset, column: str = "") -> Impact:
    """Return what depends on a dataset that the viewer may read, or on one of its fields."""
    node = Node.objects.filter(dataset=dataset).first()
    return impact_of(viewer, node, column) if node else Impact([], [], [], 0, True)


def _readable(viewer: Viewer, source: Source, names: list[str]) -> dict[str, Dataset]:
    told = {name: Told(source.slug, name) for name in names}
    ids = datasets_named(list(told.values()))
    found = Dataset.objects.readable_by(viewer).in_bulk([pk for pk in ids.values() if pk])
    return {name: found[pk] for name, one in told.items() if (pk := ids[one]) in found}


def _lost(viewer: Viewer, dataset: Dataset, columns: list[str] | None) -> list[str]:
    """The fields that the dataset has now, as far as the viewer may read them, and will have no more."""
    if columns is None:
        return []
    kept = {name.lower() for name in columns}
    closed = closed_fields_of(viewer, dataset)
    fields = Field.objects.present().filter(dataset=dataset, parent_path="").order_by("position")
    return [one.path for one in fields if one.name.lower() not in kept and not closed.closes(one.path)]
