"""What a line in a list shows of a dataset besides itself: where it lies, whose it is, its tags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from catalog.models import Container, DataProduct, Dataset, DatasetTag, Domain, Source, Tag
from core.statements import Statement, one_of
from permissions.models import User


def _by_id(model: type[Model]) -> Statement[Any]:
    return Statement(lambda: model._default_manager.filter(one_of("pk", "ids")).order_by())


_SOURCES, _CONTAINERS, _DOMAINS, _PRODUCTS, _PEOPLE = map(_by_id, (Source, Container, Domain, DataProduct, User))
_TAGS: Statement[DatasetTag] = Statement(
    lambda: DatasetTag.objects.filter(one_of("dataset", "ids")).select_related("tag").order_by("tag__name")
)


def with_context(datasets: Sequence[Dataset]) -> list[Dataset]:
    """Return the datasets with what `DatasetQuerySet.with_context` joins, and with tags; without those that were
    deleted meanwhile.

    Each kind is read by a statement of its own: a join of eleven tables takes longer to plan than all of them take.
    """
    datasets = with_places(datasets)
    sources = list({one.source_id: one.source for one in datasets}.values())
    _attach(_PRODUCTS, [(one, "product") for one in datasets])
    domains = _attach(_DOMAINS, [(one, "domain") for one in (*datasets, *sources)])
    people = ((datasets, ("owner", "steward")), (sources, ("owner",)), (domains, ("steward",)))
    _attach(_PEOPLE, [(one, name) for found, names in people for one in found for name in names])
    _attach_tags(datasets)
    return datasets


def with_places(datasets: Sequence[Dataset]) -> list[Dataset]:
    """Return the datasets with their source and container; without those that were deleted meanwhile."""
    there = {source.pk for source in _attach(_SOURCES, [(one, "source") for one in datasets])}
    _attach(_CONTAINERS, [(one, "container") for one in datasets])
    return [one for one in datasets if one.source_id in there]


def _attach(statement: Statement[Any], places: Sequence[tuple[Model, str]]) -> list[Any]:
    """Put into each thing what its foreign key of that name refers to; returns what was found."""
    keys = {key for thing, name in places if (key := getattr(thing, f"{name}_id")) is not None}
    found = {row.pk: row for row in statement.run(ids=list(keys))} if keys else {}
    for thing, name in places:
        thing._meta.get_field(name).set_cached_value(thing, found.get(getattr(thing, f"{name}_id")))  # type: ignore[union-attr]
    return list(found.values())


def _attach_tags(datasets: Sequence[Dataset]) -> None:
    tags: dict[int, list[Tag]] = defaultdict(list)
    for marked in _TAGS.run(ids=[one.pk for one in datasets]):
        tags[marked.dataset_id].append(marked.tag)
    for dataset in datasets:
        known = Tag.objects.all()
        known._result_cache, known._prefetch_done = tags[dataset.pk], True  # type: ignore[attr-defined]
        dataset._prefetched_objects_cache = {"tags": known}  # type: ignore[attr-defined]
