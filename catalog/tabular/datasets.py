"""Datasets as a table. One that may be known of and not read about has the cells that name it, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Case, F, Func, IntegerField, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from catalog.models import Dataset, DatasetClassification, DatasetTag
from catalog.tabular.cells import (
    NO_NAMES,
    closed_paths,
    domain_slug,
    if_readable,
    is_closed,
    key_of,
    names,
    product_slug,
    says_who,
    shown_text,
    text,
)
from core.api.query import Query, flag, many, many_of
from core.api.query import text as one_text
from core.statements import IDS
from core.tabular.collections import Collection, Column, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalog.querysets import DatasetQuerySet
    from permissions.access import Viewer

_TAGS = names(DatasetTag.objects.filter(dataset=OuterRef("pk")), "tag__slug")
_CLASSES = names(DatasetClassification.objects.filter(dataset=OuterRef("pk")), "classification__slug")


class DatasetTableQuery(Query):
    source = many("Short name of a source.")  # type: ignore[assignment]
    domain = many("Short name of a domain; a dataset without one has its source's.")
    kind = many_of(Dataset.Kind.choices, "What it is.")
    owner = many("Username of the owner.")
    steward = many("Username of the steward.")
    lifecycle = many_of(Dataset.Lifecycle.choices, "Where it is in its life.")
    certified = flag("Certified or not.")
    archived = flag("Gone from the source, or still there; those still there when not given.")
    name = one_text("How the name begins, in any case.")


_LOOKUPS = {
    "source": "source__slug__in", "kind": "kind__in", "owner": "owner__username__in",
    "steward": "steward__username__in", "lifecycle": "lifecycle__in", "name": "name__istartswith",
}  # fmt: skip


def narrowed(datasets: Any, wanted: Mapping[str, Any], at: str = "") -> Any:
    """Datasets, or what hangs on them by `at`, as the members of `DatasetTableQuery` narrow them."""
    found = datasets.filter(**{f"{at}{lookup}": wanted[name] for name, lookup in _LOOKUPS.items() if wanted.get(name)})
    if "certified" in wanted:
        found = found.filter(**{f"{at}certified_at__isnull": not wanted["certified"]})
    if domains := wanted.get("domain"):
        inherited = Q(**{f"{at}domain": None, f"{at}source__domain__slug__in": domains})
        found = found.filter(Q(**{f"{at}domain__slug__in": domains}) | inherited)
    return found.filter(**{f"{at}archived_at__isnull": not wanted.get("archived", False)})


def rows(viewer: Viewer, wanted: Mapping[str, Any]) -> DatasetQuerySet:
    known = Dataset.objects.visible_to(viewer)
    return _listed(known, wanted["ids"]) if "ids" in wanted else narrowed(known, wanted)


def _listed(datasets: DatasetQuerySet, ids: list[int]) -> DatasetQuerySet:
    """Those among `ids`, in their order."""
    place = Func(Value(ids, output_field=IDS), F("pk"), function="array_position", output_field=IntegerField())
    return datasets.filter(pk__in=ids).order_by(place)


def known_datasets(viewer: Viewer) -> DatasetQuerySet:
    return Dataset.objects.visible_to(viewer)


_MISSING = Coalesce("completeness__missing", NO_NAMES)


def _address(_viewer: Viewer) -> Any:
    start, _, end = reverse("catalog:dataset", args=[0]).rpartition("0")
    site = settings.CONCORD_URL.rstrip("/")
    return Concat(Value(f"{site}{start}"), Cast("pk", TextField()), Value(end), output_field=TextField())


def _open(value: Any, closed: Any = None) -> Any:
    return if_readable(Dataset, value, closed)


def _joined(column: str) -> Any:
    return Func(F(column), Value(", "), Value(""), function="array_to_string", output_field=TextField())


_LINKS = """(
    SELECT string_agg((one->>0) || ' <' || (one->>1) || '>', E'\\n') FROM jsonb_array_elements(%(expressions)s) AS one
)"""


def _links(column: str) -> Any:
    """Links as people write them, a line for each."""
    return Func(F(column), template=_LINKS, output_field=TextField())


def _told_openly(value: Any) -> Any:
    """A text that may name fields: nothing where one of them is closed to the viewer."""

    def cell(viewer: Viewer) -> Any:
        closing = {pk for pk, _ in closed_paths(viewer)}
        shown = Case(When(pk__in=closing, then=None), default=value, output_field=TextField()) if closing else value
        return if_readable(Dataset, shown)(viewer)

    return cell


COLLECTION = Collection(
    name="datasets",
    edits="dataset",
    title="Datasets",
    about="What there is: tables, views, file sets and streams.",
    key=("dataset",),
    rows=rows,
    order=("key", "pk"),
    query=DatasetTableQuery,
    columns=(
        Column("dataset", "key", "The key people quote."),
        Column("title", lambda _: text("title"), "What people call it.", fact="title"),
        Column("kind", "kind", "What it is.", word=True),
        Column("source", "source__slug", "Short name of its source.", word=True),
        Column("container", "container__path", "Its schema or folder."),
        Column("restricted", is_closed(Dataset), "Whether reading about it is closed to you.", Kind.FLAG),
        Column(
            "description",
            _open(shown_text("human_description", "harvested_description")),
            "What it holds; Markdown.",
            fact="description",
            who="described_by",
        ),
        Column(
            "described_by",
            _open(says_who("human_description", "harvested_description")),
            "Who says so: human or harvest.",
            word=True,
        ),
        Column("readme", _open(text("readme")), "All that readers should know; Markdown.", fact="readme"),
        Column("grain", _open(text("grain")), "What one record stands for.", fact="grain"),
        Column("domain", _open(domain_slug("domain")), "Short name of its own domain.", word=True, fact="domain"),
        Column(
            "source_domain",
            _open(domain_slug("source__domain")),
            "That of its source, which counts without one.",
            word=True,
        ),
        Column("product", _open(product_slug("product")), "Short name of its data product.", word=True, fact="product"),
        Column("owner", _open("owner__username"), "Username of its owner.", fact="owner"),
        Column("steward", _open("steward__username"), "Username of its steward.", fact="steward"),
        Column("tags", _open(_TAGS, NO_NAMES), "Short names of its tags.", Kind.NAMES, fact="tags"),
        Column(
            "classifications",
            _open(_CLASSES, NO_NAMES),
            "Short names of its classifications.",
            Kind.NAMES,
            fact="classifications",
        ),
        Column("nature", _open(text("nature")), "Transaction or interaction data.", word=True, fact="nature"),
        Column("motion", _open("motion"), "At rest or in motion.", word=True, fact="motion"),
        Column("delivery", _open(text("delivery")), "Batch or streaming.", word=True, fact="delivery"),
        Column("stage", _open(text("stage")), "Of the supply chain.", word=True, fact="stage"),
        Column("lifecycle", _open("lifecycle"), "Draft, active or deprecated.", word=True, fact="lifecycle"),
        Column("deprecation_note", _open(text("deprecation_note")), "Why it is deprecated.", fact="deprecation_note"),
        Column(
            "successor",
            _open(key_of("successor_id", known_datasets)),
            "The dataset that replaces it.",
            fact="successor",
        ),
        Column(
            "record_key",
            _told_openly(_joined("human_key")),
            "The fields that tell its records apart; commas between.",
            fact="record_key",
        ),
        Column("sort_order", _told_openly(text("human_sort_order")), "How it is sorted.", fact="sort_order"),
        Column("service", _open(text("service")), "What readers may count on; Markdown.", fact="service"),
        Column("links", _open(_links("links")), "A line for each: Title <https://address>.", fact="links"),
        Column("licence", _open(text("licence")), "What one may do with the data.", fact="licence"),
        Column("retention", _open(text("retention")), "How long its data is kept.", fact="retention"),
        Column("published", _open("published_at"), "Since when people may use it.", Kind.MOMENT, fact="published"),
        Column(
            "retire_on", _open(Cast("retire_on", TextField())), "When it goes out of use.", word=True, fact="retire_on"
        ),
        Column("certified_at", _open("certified_at"), "When it was certified.", Kind.MOMENT),
        Column("asked", _open("completeness__asked"), "How many facts it must have.", Kind.NUMBER),
        Column("missing", _open(_MISSING, NO_NAMES), "Those that are not there.", Kind.NAMES),
        Column("fields", _open("field_count"), "How many fields it has.", Kind.NUMBER),
        Column("rows", _open("row_estimate"), "How many rows, about.", Kind.NUMBER),
        Column("bytes", _open("size_bytes"), "How large it is.", Kind.NUMBER),
        Column("changed_at", _open("source_modified_at"), "When its data last changed.", Kind.MOMENT),
        Column("archived_at", _open("archived_at"), "When it was gone from its source.", Kind.MOMENT),
        Column("popularity", _open("popularity"), "People who opened it in the last 30 days.", Kind.NUMBER),
        Column("address", _address, "Its page.", word=True),
    ),
)
