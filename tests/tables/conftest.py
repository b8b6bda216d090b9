"""A catalog that Alice answers for, and ways to bring a table back to it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from catalog.models import Dataset
from catalog.tabular.importing import Plan, import_table, plan_import
from core.tabular.collections import collections
from core.tabular.reading import read_table
from core.tabular.writing import FORMATS
from permissions.models import User
from tests.factories import DataProductFactory, DatasetFactory, DomainFactory, FieldFactory, TagFactory


@pytest.fixture
def shelf(customers: Dataset, alice: User) -> Dataset:
    """Alice's ``customers`` with everything that can be written, and Bob's ``weather``."""
    TagFactory.create(slug="gold")
    DataProductFactory.create(slug="churn", domain=DomainFactory.create(slug="sales"))
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"], position=4)
    Dataset.objects.filter(pk=customers.pk).update(
        harvested_description="From the source.",
        readme="=SUM(A1)\n'quoted', \"too\"\ttab",
        human_key=["id", "na me"],
        links=[["Handbook", "https://example.org/a"]],
        title="-Customers",
    )
    DatasetFactory.create(name="weather", source__slug="met", key="met.weather", columns=["day"])
    return customers


def taken(person: User, name: str, form: str = "csv") -> bytes:
    file = io.BytesIO()
    FORMATS[form].write(collections()[name], person, {}, file)
    return file.getvalue()


def brought(person: User, name: str, raw: bytes | str, form: str = "csv", *, dry: bool = False, **more: Any) -> Plan:
    data = raw.encode() if isinstance(raw, str) else raw
    given = read_table(io.BytesIO(data), form)
    collection = collections()[name]
    actor = User.objects.get(pk=person.pk)
    if dry:
        return plan_import(actor=actor, collection=collection, given=given)
    return import_table(actor=actor, collection=collection, given=given, **more)
