"""Fields as a table: those that the reader may read about.

A field in a closed one is closed as well, and so is one that has a closed part: its type would name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, OuterRef
from django.db.models.expressions import RawSQL

from catalog.models import Dataset, Field, FieldClassification
from catalog.tabular.cells import closed_paths, names, says_who, shown_text
from catalog.tabular.datasets import DatasetTableQuery, narrowed
from core.api.query import many
from core.tabular.collections import Collection, Column, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalog.querysets import FieldQuerySet
    from permissions.access import Viewer

SUGGESTED, CONFIRMED = FieldClassification.State.SUGGESTED, FieldClassification.State.CONFIRMED
_CLASSES = {
    state: names(FieldClassification.objects.filter(field=OuterRef("pk"), state=state), "classification__slug")
    for state in (SUGGESTED, CONFIRMED)
}
# One pass over both: closed fields are few, and are looked up by their dataset.
_BESIDE_CLOSED = """
    NOT EXISTS (
        SELECT FROM unnest(%s::bigint[], %s::text[]) AS closed (dataset_id, path)
        WHERE closed.dataset_id = catalog_field.dataset_id AND (
            closed.path = catalog_field.path OR starts_with(catalog_field.path, closed.path || '.')
            OR starts_with(closed.path, catalog_field.path || '.')
        )
    )
"""


TEXTS = ("human_description", "harvested_description")


class FieldTableQuery(DatasetTableQuery):
    dataset = many("Key of a dataset.")


def rows(viewer: Viewer, wanted: Mapping[str, Any]) -> FieldQuerySet:
    """Fields of datasets that the members of `FieldTableQuery` narrow to."""
    fields: Any = Field.objects.readable_by(viewer).present()
    found: FieldQuerySet = narrowed(fields, wanted, at="dataset__")
    if keys := wanted.get("dataset"):
        found = found.filter(dataset__in=Dataset.objects.filter(key__in=keys))
    return beside_closed(found, viewer)


def beside_closed(fields: FieldQuerySet, viewer: Viewer) -> FieldQuerySet:
    """Without what is in, around or as a field that is closed to the viewer: what `ClosedFields.closes` says of one."""
    closed = closed_paths(viewer)
    if not closed:
        return fields
    parameters = [[pk for pk, _ in closed], [path for _, path in closed]]
    return fields.filter(RawSQL(_BESIDE_CLOSED, parameters, BooleanField()))  # noqa: S611 - our own, its values apart


COLLECTION = Collection(
    name="fields",
    edits="field",
    title="Fields",
    about="Columns and their parts, with what they mean.",
    key=("dataset", "field"),
    rows=rows,
    order=("dataset__key", "dataset_id", "position", "pk"),
    query=FieldTableQuery,
    columns=(
        Column("dataset", "dataset__key", "The key of its dataset."),
        Column("field", "path", "The names of the fields around it and its own, joined by dots."),
        Column("position", "position", "Its place.", Kind.NUMBER),
        Column("type", "type", "Its type, in words of our own.", word=True),
        Column("native_type", "native_type", "Its type, as its source calls it."),
        Column("nullable", "nullable", "Whether it may be empty.", Kind.FLAG),
        Column("key_position", "key_position", "Its place in the primary key.", Kind.NUMBER),
        Column("unique", "unique", "Whether no value comes twice.", Kind.FLAG),
        Column(
            "description",
            lambda _: shown_text(*TEXTS),
            "What it holds; Markdown.",
            fact="description",
            who="described_by",
        ),
        Column("described_by", lambda _: says_who(*TEXTS), "Who says so: human or harvest.", word=True),
        Column(
            "classifications",
            lambda _: _CLASSES[CONFIRMED],
            "Those that people confirmed.",
            Kind.NAMES,
            fact="classifications",
        ),
        Column("suggested", lambda _: _CLASSES[SUGGESTED], "Those that recognition suggests.", Kind.NAMES),
    ),
)
