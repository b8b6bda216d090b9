"""Suggestions as those who may decide on them see them: narrowed, and grouped by what is alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, TextField, Value
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Concat, Lower

from catalog.models import Dataset, Field, FieldClassification
from core.paging import Page, keyset_page
from permissions.levels import Level
from permissions.models import Duty

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from catalog.querysets import FieldQuerySet
    from permissions.access import Viewer

BY_COLUMNS = ("slug", "category", "called")
ORDER = ("-fields", *BY_COLUMNS)


def readable_fields(viewer: Viewer) -> FieldQuerySet:
    """Fields of datasets that are there, of which the viewer may read, as of all fields around them."""
    fields = Field.objects.readable_by(viewer).present().filter(dataset__archived_at=None)
    closed = Field.objects.exclude(labels=[]).closed_to(viewer, Level.READ)
    if closed.query.is_empty():
        return fields
    inner = ExpressionWrapper(OuterRef("path"), output_field=TextField())
    around = closed.filter(dataset=OuterRef("dataset")).annotate(inner=inner)
    return fields.exclude(Exists(around.filter(inner__startswith=Concat("path", Value(".")))))


def decidable(viewer: Viewer) -> QuerySet[FieldClassification]:
    """Classifications of fields that the viewer may read and curate."""
    datasets = Dataset.objects.writable_by(viewer, Duty.CURATE)
    return FieldClassification.objects.filter(field__in=readable_fields(viewer).filter(dataset__in=datasets))


def suggested_to(viewer: Viewer) -> QuerySet[FieldClassification]:
    """Suggestions that wait for somebody like the viewer to decide."""
    return decidable(viewer).filter(state=FieldClassification.State.SUGGESTED)


@dataclass(frozen=True)
class Narrowing:
    """What suggestions are narrowed to; what is empty does not matter. Confidence is a share of one."""

    text: str = ""
    source: str = ""
    domain: str = ""
    classification: str = ""
    least: float | None = None
    below: float | None = None

    def of(self, marks: QuerySet[FieldClassification]) -> QuerySet[FieldClassification]:
        for word in self.text.split():
            marks = marks.filter(Q(field__name__icontains=word) | Q(field__dataset__name__icontains=word))
        if self.source:
            marks = marks.filter(field__dataset__source__slug=self.source)
        if self.domain:
            marks = marks.filter(field__dataset__labels__contains=[f"domain:{self.domain}"])
        if self.classification:
            own = Q(classification__slug=self.classification)
            marks = marks.filter(own | Q(classification__slug__startswith=f"{self.classification}."))
        if self.least is not None:
            marks = marks.filter(confidence__gte=self.least)
        return marks.filter(confidence__lt=self.below) if self.below is not None else marks


class Key(NamedTuple):
    """What the suggestions of a group have in common; `newest` is the latest of those that were looked at."""

    classification: str
    category: str
    called: str
    newest: int

    def of(self, marks: QuerySet[FieldClassification]) -> QuerySet[FieldClassification]:
        """Those of the group; what was suggested since is not decided unseen."""
        alike = marks.alias(called=Lower("field__name")).filter(called=self.called, category=self.category)
        return alike.filter(classification__slug=self.classification, pk__lte=self.newest)


class Group(NamedTuple):
    """Suggestions alike: of one classification, for one reason, on fields of one name."""

    key: Key
    name: str  # of the classification
    fields: int
    datasets: int
    least: float | None
    most: float | None
    example: FieldClassification


def groups_of(marks: QuerySet[FieldClassification], *, cursor: str | None, size: int) -> tuple[Page[Any], list[Group]]:
    """Return a page of groups, those of most fields first. Raises `core.paging.BadCursor`."""
    alike = marks.order_by().annotate(
        slug=F("classification__slug"), class_name=F("classification__name"), called=Lower("field__name")
    )
    counted = alike.values(*BY_COLUMNS, "class_name").annotate(
        fields=Count("pk"), datasets=Count("field__dataset", distinct=True), least=Min("confidence"),
        most=Max("confidence"), newest=Max("pk"), first=Min("pk"),
    )  # fmt: skip
    named: Any = counted.values_list(
        *BY_COLUMNS, "class_name", "fields", "datasets", "least", "most", "newest", "first", named=True
    )
    page: Page[Any] = keyset_page(named, order=ORDER, cursor=cursor, size=size)
    examples = _with_places(FieldClassification.objects.all()).in_bulk([row.first for row in page.items])
    return page, [_group(row, examples[row.first]) for row in page.items if row.first in examples]


def _group(row: Any, example: FieldClassification) -> Group:
    key = Key(row.slug, row.category, row.called, row.newest)
    return Group(key, row.class_name, row.fields, row.datasets, row.least, row.most, example)


def in_order(marks: QuerySet[FieldClassification]) -> QuerySet[FieldClassification]:
    """Suggestions with where their fields are, the surest first."""
    return _with_places(marks).order_by(F("confidence").desc(nulls_last=True), "field__dataset__key", "pk")


def _with_places(marks: QuerySet[FieldClassification]) -> QuerySet[FieldClassification]:
    return marks.select_related("classification", "field__dataset__source", "field__dataset__container")


def ids_of(marks: QuerySet[FieldClassification], keys: Collection[Key], most: int) -> list[int]:
    """Return the ids of the suggestions in the groups, at most `most` of them."""
    if not keys:
        return []
    alike = (
        Q(called=key.called, category=key.category, classification__slug=key.classification, pk__lte=key.newest)
        for key in keys
    )
    chosen = marks.order_by().alias(called=Lower("field__name")).filter(reduce(or_, alike))
    return list(chosen.values_list("pk", flat=True)[:most])
