"""Classifications as a tree, and what carries each: only what the reader may read of, counts included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.db.models import Count, F, Func, Q, TextField

from catalog.classifying.reading import readable_fields
from catalog.curation.editing import editing
from catalog.models import Classification, Dataset, Edit, FieldClassification
from permissions.audit import record
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from catalog.querysets import DatasetQuerySet, FieldQuerySet
    from permissions.models import User

SHAPE = RegexValidator(
    r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z",
    "Small letters, digits and underscores; a dot before each narrower part, as pii.contact.",
)
TAKEN = {"new", "suggested", "withheld"}  # addresses beside those of classifications
COUNCIL = "The data council and administrators decide what classifications there are and how such data is handled."


class Branch(NamedTuple):
    """A classification with how much carries it or one that is a kind of it."""

    classification: Classification
    depth: int
    fields: int
    datasets: int


def label_of(classification: Classification) -> str:
    """The label of what is so classified."""
    return f"class:{classification.slug}"


def tree_for(viewer: User) -> list[Branch]:
    """Every classification, each before those that are kinds of it."""
    fields, datasets = _counts(readable_fields(viewer)), _counts(Dataset.objects.readable_by(viewer).present())
    return [
        Branch(one, _depth(one.slug), fields.get(label_of(one), 0), datasets.get(label_of(one), 0))
        for one in sorted(Classification.objects.all(), key=lambda one: one.slug.split("."))
    ]


def _depth(slug: str) -> int:
    return slug.count(".")


def _counts(rows: FieldQuerySet | DatasetQuerySet) -> dict[str, int]:
    """How many rows carry each label."""
    label = Func(F("labels"), function="unnest", output_field=TextField())
    own: Any = rows.exclude(labels=[]).order_by().annotate(label=label)
    return dict(own.values_list("label").annotate(Count("pk")))


def fields_of(viewer: User, classification: Classification) -> FieldQuerySet:
    """The fields that carry a classification."""
    return readable_fields(viewer).filter(labels__contains=[label_of(classification)]).select_related("dataset__source")


def datasets_of(viewer: User, classification: Classification) -> DatasetQuerySet:
    """The datasets that carry a classification as a whole."""
    found: DatasetQuerySet = Dataset.objects.readable_by(viewer).present()
    return found.filter(labels__contains=[label_of(classification)]).with_context()


def handling_of(viewer: User, dataset: Dataset) -> list[Classification]:
    """Classifications with handling rules of a dataset and of its fields, as far as the viewer may read of those."""
    fields = readable_fields(viewer).filter(dataset=dataset)
    marked = FieldClassification.objects.filter(field__in=fields, state__in=FieldClassification.COUNTING)
    of_it = Q(datasets=dataset) | Q(pk__in=marked.values("classification"))
    return list(Classification.objects.exclude(handling="").filter(of_it).distinct())


def add_classification(*, actor: User, slug: str, name: str) -> Classification:
    """Add a classification. Raises `PermissionDenied`, and `ValidationError` by the name of what does not fit."""
    if not may_manage_rules(actor):
        raise PermissionDenied(COUNCIL)
    made = Classification(slug=slug.strip().lower(), name=" ".join(name.split()))
    try:
        SHAPE(made.slug)
    except ValidationError as error:
        raise ValidationError({"slug": error.messages}) from error
    if made.slug in TAKEN:
        raise ValidationError({"slug": f"“{made.slug}” is the address of something else."})
    made.full_clean()
    with editing(actor=actor, origin=Edit.Origin.PAGE):
        made.save()
        record("classification.added", actor=actor, thing=made, after={"slug": made.slug, "name": made.name})
    return made
