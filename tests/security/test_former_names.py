"""What a closed field was called before is as closed as the field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset
from catalog.schema_diff import FieldState
from permissions.models import User
from tests.factories import FieldFactory, RuleFactory, SchemaVersionFactory

pytestmark = pytest.mark.django_db

NAMES = ("first_name_it_had", "second_name_it_had", "deal_value")


def renamed(before: str, after: str) -> dict[str, object]:
    message = f"`{before}` is now `{after}`."
    return {
        "kind": "renamed", "path": after, "before": before, "after": after, "breaking": True, "message": message,
        "confidence": 0.9,
    }  # fmt: skip


@pytest.fixture
def renamed_twice(customers: Dataset, alice: User) -> Dataset:
    FieldFactory.create(dataset=customers, name=NAMES[-1], classified=["finance"])
    for number, name in enumerate(NAMES, 1):
        SchemaVersionFactory.create(
            dataset=customers, number=number, states=[FieldState(name, "int", "integer")],
            changes=[renamed(NAMES[number - 2], name)] if number > 1 else [],
            created_at=timezone.now() - timedelta(hours=9 - number),
        )  # fmt: skip
    RuleFactory.create(label="class:finance", level="discover", everyone=True, except_people=[alice])
    return customers


def test_former_names_of_a_hidden_field_stand_in_no_version(
    renamed_twice: Dataset, as_alice: Client, as_bob: Client
) -> None:
    for number, name in enumerate(NAMES, 1):
        page = reverse("catalog:dataset_snapshot", args=[renamed_twice.pk, number])
        assert name in as_alice.get(page).content.decode()
        assert name not in as_bob.get(page).content.decode()


def test_former_names_of_a_hidden_field_are_told_by_no_page(
    renamed_twice: Dataset, as_alice: Client, as_bob: Client
) -> None:
    history = reverse("catalog:dataset_history", args=[renamed_twice.pk])
    for page in (history, reverse("catalog:dataset", args=[renamed_twice.pk]), "/"):
        assert "name_it_had" in as_alice.get(page).content.decode(), page
        assert "name_it_had" not in as_bob.get(page).content.decode(), page
