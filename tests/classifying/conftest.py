"""Sources with columns that a harvest takes for e-mail addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.models import Dataset, Field, FieldClassification, Source
from permissions.models import User
from tests.classifying.making import suggest
from tests.factories import DatasetFactory

Table = Callable[..., Dataset]


@pytest.fixture
def table(crm: Source) -> Table:
    """A table of the CRM with columns of which each is suggested to be an e-mail address."""

    def make(name: str, *columns: str, **more: object) -> Dataset:
        dataset: Dataset = DatasetFactory.create(source=more.pop("source", crm), name=name, columns=columns, **more)
        for field in dataset.fields.all():
            suggest(field)
        return dataset

    return make


@pytest.fixture
def email(table: Table, alice: User) -> Field:
    """A suggestion in data that Alice curates, as the owner of its source."""
    return table("people", "email").fields.get()


@pytest.fixture
def mark(email: Field) -> FieldClassification:
    return email.classified.get()
