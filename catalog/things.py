"""Sources, containers, datasets and fields, as requests for access and explanations need to know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse

from catalog.closed import closed_fields, enclosing
from catalog.labels import container_labels, dataset_label, field_label
from catalog.models import Container, Dataset, Field, Source
from catalog.search.suggest import suggest
from core.names import split_path
from permissions.gate import find
from permissions.levels import Level
from permissions.things import NOTHING, Kind, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from permissions.access import Viewer
    from permissions.querysets import LabelledQuerySet

SUGGESTED = 6


def of_source(source: Source) -> Thing:
    answering = _ids(source.owner_id, source.domain.steward_id if source.domain else None)
    labels = frozenset(source.labels)
    return Thing(
        "source", source.pk, source.name, source.get_absolute_url(), f"source:{source.slug}", (labels,), answering,
        "source",
    )  # fmt: skip


def of_container(container: Container) -> Thing:
    title = f"{container.source.slug}.{container.path}"
    labels, answering = frozenset(container.labels), _ids(container.source.owner_id)
    url = reverse("catalog:browse_container", args=[container.source.slug, container.pk])
    label = container_labels(container.source.slug, split_path(container.path))[-1]
    return Thing("container", container.pk, title, url, label, (labels,), answering, container.get_kind_display())


def of_dataset(dataset: Dataset) -> Thing:
    return Thing(
        "dataset", dataset.pk, dataset.key, dataset.get_absolute_url(), dataset_label(dataset.key),
        (frozenset(dataset.labels),), _answering(dataset), "dataset",
    )  # fmt: skip


def of_field(field: Field, around: Iterable[Field]) -> Thing:
    """A field; `around` are the fields it lies in, each of whose rules holds for it as well."""
    dataset = field.dataset
    sets = tuple(frozenset(dataset.labels).union(one.labels) for one in (field, *around))
    label = field_label(dataset.key, field.path)
    return Thing(
        "field", field.pk, f"{dataset.key}.{field.path}", field.get_absolute_url(), label,
        tuple(dict.fromkeys(sets)), _answering(dataset), "field", of_dataset(dataset),
    )  # fmt: skip


def _answering(dataset: Dataset) -> frozenset[int]:
    domain = dataset.effective_domain
    steward = domain.steward_id if domain else None
    return _ids(dataset.owner_id, dataset.steward_id, steward, dataset.source.owner_id)


def _ids(*people: int | None) -> frozenset[int]:
    return frozenset(pk for pk in people if pk is not None)


def find_source(viewer: Viewer, pk: int) -> Thing:
    return of_source(find(Source.objects.select_related("domain"), viewer, Level.DISCOVER, pk=pk))


def find_container(viewer: Viewer, pk: int) -> Thing:
    return of_container(find(Container.objects.select_related("source"), viewer, Level.DISCOVER, pk=pk))


def find_dataset(viewer: Viewer, pk: int) -> Thing:
    return of_dataset(find(_datasets(), viewer, Level.DISCOVER, pk=pk))


def find_field(viewer: Viewer, pk: int) -> Thing:
    field = find(_fields(), viewer, Level.DISCOVER, pk=pk)
    if not known_fields(viewer, [pk]):
        raise Http404(NOTHING)
    return _with_surroundings([field])[0]


def known_fields(viewer: Viewer, ids: Collection[int]) -> set[int]:
    """Fields that the viewer may know of: neither they nor a field around them is hidden, nor their dataset."""
    fields = list(_fields().filter(pk__in=ids).visible_to(viewer))
    closed = closed_fields(viewer, {field.dataset for field in fields})
    readable = set(Dataset.objects.readable_by(viewer).filter(pk__in=closed).values_list("pk", flat=True))
    return {
        field.pk for field in fields
        if field.dataset_id in readable and not closed[field.dataset_id].hides(field.path)
    }  # fmt: skip


def _with_surroundings(fields: Collection[Field]) -> list[Thing]:
    """The fields with those around each, in one query."""
    around = {field.pk: [path for path in enclosing(field.path) if path != field.path] for field in fields}
    condition = Q()
    for field in fields:
        if around[field.pk]:
            condition |= Q(dataset=field.dataset_id, path__in=around[field.pk])
    found = {(one.dataset_id, one.path): one for one in Field.objects.filter(condition)} if condition else {}
    return [
        of_field(field, [found[key] for path in around[field.pk] if (key := (field.dataset_id, path)) in found])
        for field in fields
    ]


def suggest_sources(viewer: Viewer, text: str) -> list[Thing]:
    named = Q(name__icontains=text) | Q(slug__iexact=text)
    found = Source.objects.visible_to(viewer).select_related("domain").filter(named).order_by("name")
    return [of_source(source) for source in found[:SUGGESTED]]


def suggest_datasets(viewer: Viewer, text: str) -> list[Thing]:
    exact = list(_datasets().visible_to(viewer).filter(folded_key=text.lower())[:1])
    ids = [] if exact else [one.pk for one in suggest(viewer, text, SUGGESTED).datasets]
    found = exact or list(_datasets().visible_to(viewer).filter(pk__in=ids))
    return [of_dataset(dataset) for dataset in sorted(found, key=lambda one: ids.index(one.pk) if ids else 0)]


def suggest_fields(viewer: Viewer, text: str) -> list[Thing]:
    """The field that ``dataset.path`` names, or those of suggested datasets."""
    cuts = [at for at, letter in enumerate(text) if letter == "."][:20]
    keys = {text[:at].lower(): text[at + 1 :] for at in cuts}
    named = Q(pk__in=[])
    for key, path in keys.items():
        named |= Q(dataset__folded_key=key, path__iexact=path)
    exact = list(_fields().visible_to(viewer).filter(named)[:1]) if keys else []
    found = exact or list(_fields().filter(pk__in=[one.pk for one in suggest(viewer, text, SUGGESTED).fields[:3]]))
    known = known_fields(viewer, [one.pk for one in found]) if found else set()
    return _with_surroundings([one for one in found if one.pk in known])


def _none(viewer: Viewer, text: str) -> list[Thing]:
    return []


def _datasets() -> Any:
    related = ("source__domain", "domain", "container")
    return Dataset.objects.select_related(*related).defer("sql", "details")


def _fields() -> Any:
    return Field.objects.select_related("dataset__source__domain", "dataset__domain")


def _known(rows: LabelledQuerySet[Any]) -> Callable[[Viewer, Collection[int]], set[int]]:
    def known(viewer: Viewer, ids: Collection[int]) -> set[int]:
        return set(rows.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))

    return known


def _as_it_is(rows: Any, of_row: Callable[[Any], Thing]) -> Callable[[int], Thing | None]:
    def as_it_is(pk: int) -> Thing | None:
        row = rows.filter(pk=pk).first()
        return of_row(row) if row else None

    return as_it_is


def _carriers(rows: LabelledQuerySet[Any]) -> Callable[[Viewer, Collection[str]], dict[str, int]]:
    def carriers(viewer: Viewer, labels: Collection[str]) -> dict[str, int]:
        wanted = sorted(labels)
        counts = {f"l{at}": Count("pk", filter=Q(labels__contains=[label])) for at, label in enumerate(wanted)}
        found = rows.visible_to(viewer).filter(labels__overlap=wanted).order_by().aggregate(**counts)
        return {label: found[f"l{at}"] for at, label in enumerate(wanted)}

    return carriers


_PRESENT = Field.objects.filter(archived_at=None)
KINDS = (
    Kind(
        "dataset", Dataset, find_dataset, _known(Dataset.objects.all()), suggest_datasets, "datasets",
        _as_it_is(_datasets(), of_dataset), _carriers(Dataset.objects.filter(archived_at=None)),
    ),
    Kind(
        "field", Field, find_field, known_fields, suggest_fields, "fields",
        _as_it_is(_fields(), lambda field: _with_surroundings([field])[0]), _carriers(_PRESENT),
    ),
    Kind(
        "source", Source, find_source, _known(Source.objects.all()), suggest_sources, "sources",
        _as_it_is(Source.objects.select_related("domain"), of_source), _carriers(Source.objects.all()),
    ),
    Kind(
        "container", Container, find_container, _known(Container.objects.all()), _none,
        "schemas and folders", _as_it_is(Container.objects.select_related("source"), of_container),
        _carriers(Container.objects.filter(archived_at=None)),
    ),
)  # fmt: skip
