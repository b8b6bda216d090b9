"""The labels of the catalog as rules choose them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from catalog.labels import LONGEST, container_labels, dataset_label, field_label, refresh_field_labels
from catalog.models import Classification, Container, DataProduct, Dataset, DatasetTag, Domain, Field, Source, Tag
from catalog.rule_scope import within
from catalog.search.suggest import suggest
from core.names import split_path
from permissions.labels import PREFIXES
from permissions.rules.carriers import LabelHint, LabelSource

if TYPE_CHECKING:
    from permissions.models import User
    from permissions.querysets import Labelled

LOCK = 7_205_731  # held shared by whoever writes fields, alone by whoever names one: neither misses the other
EACH = 4  # suggestions of one kind


def _exists(label: str, viewer: User) -> bool:
    """Words may be there before anything carries them."""
    prefix, _, value = label.partition(":")
    if prefix == "tag":
        return Tag.objects.filter(slug=value).exists()
    if prefix == "class":
        return Classification.objects.filter(Q(slug=value) | Q(slug__startswith=f"{value}.")).exists()
    if prefix == "domain":
        return Domain.objects.visible_to(viewer).filter(slug=value).exists()
    return prefix == "product" and DataProduct.objects.visible_to(viewer).filter(slug=value).exists()


def _field(value: str) -> Q:
    """The fields that ``key#path`` may name: names may hold the mark themselves."""
    parts = value.split("#")
    ways = (("#".join(parts[:at]), "#".join(parts[at:])) for at in range(1, len(parts)))
    condition = Q(pk__in=[])
    for key, path in ways:
        condition |= Q(dataset__key=key, path=path)
    return condition


def _named(label: str) -> None:
    """A field carries its own label from the moment a rule names it."""
    if not label.startswith("field:"):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    value = label.removeprefix("field:")
    fields = Field.objects.filter(_field(value))
    if "~" in value and len(value.encode()) <= LONGEST:  # perhaps the short form of a long name
        fields = Field.objects.filter(dataset__key__startswith=value[:100].split("#")[0])
    refresh_field_labels("f.id = ANY(%s)", [list(fields.values_list("pk", flat=True))])


def mark_named_fields(scope: str) -> None:
    """Mark new fields that rules name already; call it last in the transaction that wrote them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
        cursor.execute(
            "SELECT EXISTS (SELECT FROM permissions_optoutrule WHERE starts_with(label, 'field:'))"
            " OR EXISTS (SELECT FROM permissions_ruleexception WHERE starts_with(label, 'field:'))"
        )
        (any_named,) = cursor.fetchone()
    if any_named:
        refresh_field_labels(scope, [])


def _suggest(viewer: User, typed: str, limit: int) -> Iterator[LabelHint]:
    """Things whose names hold what was typed; after ``prefix:``, only those of that kind."""
    prefix, colon, rest = typed.strip().partition(":")
    wanted = {prefix} if colon and prefix in PREFIXES else set(PREFIXES)
    text = rest if colon and prefix in PREFIXES else typed.strip()
    each = limit if len(wanted) == 1 else EACH
    for kind, hints in (
        ("class", _classifications), ("source", _sources), ("domain", _domains), ("product", _products),
        ("tag", _tags), ("path", _paths),
    ):  # fmt: skip
        if kind in wanted:
            yield from hints(viewer, text, each)
    if wanted & {"dataset", "field"} and text:
        yield from _things(viewer, text, wanted, each)


def _like(text: str) -> Q:
    return Q(slug__icontains=text) | Q(name__icontains=text)


def _classifications(viewer: User, text: str, limit: int) -> Iterator[LabelHint]:
    for one in Classification.objects.filter(_like(text)).order_by("slug")[:limit]:
        yield LabelHint(f"class:{one.slug}", one.name, "classification", "datasets and fields so classified")


def _sources(viewer: User, text: str, limit: int) -> Iterator[LabelHint]:
    for one in Source.objects.visible_to(viewer).filter(_like(text)).order_by("name")[:limit]:
        yield LabelHint(f"source:{one.slug}", one.name, "source", "everything of it")


def _domains(viewer: User, text: str, limit: int) -> Iterator[LabelHint]:
    for one in Domain.objects.visible_to(viewer).filter(_like(text)).order_by("name")[:limit]:
        yield LabelHint(f"domain:{one.slug}", one.name, "domain", "its datasets")


def _products(viewer: User, text: str, limit: int) -> Iterator[LabelHint]:
    for one in DataProduct.objects.visible_to(viewer).filter(_like(text)).order_by("name")[:limit]:
        yield LabelHint(f"product:{one.slug}", one.name, "data product", "its datasets")


def _tags(viewer: User, text: str, limit: int) -> Iterator[LabelHint]:
    seen = DatasetTag.objects.filter(tag=OuterRef("pk"), dataset__in=Dataset.objects.visible_to(viewer))
    for one in Tag.objects.filter(_like(text)).filter(Exists(seen)).order_by("name")[:limit]:
        yield LabelHint(f"tag:{one.slug}", one.name, "tag", "datasets that carry it")


def _paths(viewer: User, text: str, limit: int) -> Iterator[LabelHint]:
    last = text.rpartition("/")[2]
    found = Container.objects.visible_to(viewer).filter(archived_at=None, name__icontains=last)
    for one in found.select_related("source").order_by("path", "pk")[:limit]:
        label = container_labels(one.source.slug, split_path(one.path))[-1]
        yield LabelHint(label, one.name, "container", f"everything in it, in {one.source.name}")


def _things(viewer: User, text: str, wanted: set[str], limit: int) -> Iterator[LabelHint]:
    """Datasets and fields: of the search index, and of exactly this key."""
    key, _, path = text.partition("#")
    exact = Dataset.objects.visible_to(viewer).filter(key=key)[:1]
    found = suggest(viewer, path or text, limit)
    if "dataset" in wanted:
        yield from _datasets([*exact, *found.datasets])
    if "field" in wanted:
        of_exact = Field.objects.visible_to(viewer).filter(dataset__in=exact, path__istartswith=path)
        of_exact = of_exact.present().select_related("dataset")[:limit]
        yield from _fields([*of_exact, *found.fields])


def _datasets(datasets: Iterable[Dataset]) -> Iterator[LabelHint]:
    for one in datasets:
        yield LabelHint(dataset_label(one.key), one.title or one.name, str(one.get_kind_display()), one.key)


def _fields(fields: Iterable[Field]) -> Iterator[LabelHint]:
    for one in fields:
        yield LabelHint(field_label(one.dataset.key, one.path), one.path, "field", f"of {one.dataset.key}")


def _goes_by(model: type[Labelled], label: str) -> Q | None:
    return _field(label.removeprefix("field:")) if model is Field and label.startswith("field:") else None


LABELS = (LabelSource(exists=_exists, suggest=_suggest, goes_by=_goes_by, within=within, named=_named),)
