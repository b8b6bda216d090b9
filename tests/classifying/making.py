"""What a harvest would have suggested."""

from __future__ import annotations

from catalog.classifying.reading import suggested_to
from catalog.labels import refresh_field_labels
from catalog.models import Field, FieldClassification
from permissions.models import User
from tests.factories import ClassificationFactory


def suggest(
    field: Field, slug: str = "pii.contact", category: str = "e-mail", sure: float = 0.9
) -> FieldClassification:
    made = FieldClassification.objects.create(
        field=field, classification=ClassificationFactory.create(slug=slug), category=category, confidence=sure,
        evidence=[f"column name says {field.name}"],
    )  # fmt: skip
    refresh_field_labels("f.id = %s", [field.pk])
    return made


def again(person: User) -> User:
    """The same person in a later request."""
    return User.objects.get(pk=person.pk)


def paths_for(person: User) -> set[str]:
    """The fields whose suggestions wait for a person."""
    marks = suggested_to(again(person)).values_list("field__dataset__name", "field__path")
    return {f"{dataset}.{path}" for dataset, path in marks}


def labels_of(field: Field) -> list[str]:
    field.refresh_from_db(fields=["labels"])
    return list(field.labels)
