"""A rule on a class holds for every kind of it, however deep."""

from __future__ import annotations

import pytest

from catalog.models import Dataset
from permissions.models import User
from tests.factories import DatasetFactory, FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db

DEEP = "pii.contact.mail"


@pytest.mark.parametrize("wide", ["pii", "pii.contact", DEEP])
def test_what_is_narrower_is_closed_as_well(wide: str, charlie: User, crm: object) -> None:
    field = FieldFactory.create(classified=[DEEP])
    dataset = DatasetFactory.create(source=crm, classified=[DEEP])
    RuleFactory.create(label=f"class:{wide}", level="discover", people=[charlie])
    assert f"class:{wide}" in field.labels
    assert dataset not in Dataset.objects.visible_to(charlie)


def test_what_is_wider_stays_open(charlie: User) -> None:
    dataset = DatasetFactory.create(classified=["pii"])
    DatasetFactory.create(classified=["pii.contactless"])
    RuleFactory.create(label="class:pii.contact", level="discover", people=[charlie])
    assert Dataset.objects.visible_to(charlie).count() == 2
    assert dataset.labels.count("class:pii") == 1
