"""Each address asks the same few questions of the database, whatever the size of the catalog."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Dataset
from catalog.schema_diff import FieldState, diff, to_json
from harvest.models import Run
from permissions.models import User
from tests.api.conftest import program
from tests.caching import forget_cached
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    ExceptionFactory,
    FieldFactory,
    FieldProfileFactory,
    ForeignKeyFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db
MOST = 25
ADDRESSES: dict[str, Callable[[Dataset], str]] = {
    "datasets": lambda dataset: "datasets",
    "datasets, filtered": lambda dataset: "datasets?tag=t1&tag=t2&domain=sales&certified=false&name=c",
    "dataset": lambda dataset: f"datasets/{dataset.pk}",
    "dataset by key": lambda dataset: "datasets/by-key/CRM.public.customers",
    "fields": lambda dataset: f"datasets/{dataset.pk}/fields",
    "fields, filtered": lambda dataset: f"datasets/{dataset.pk}/fields?type=string&classification=pii",
    "versions": lambda dataset: f"datasets/{dataset.pk}/versions",
    "version": lambda dataset: f"datasets/{dataset.pk}/versions/2?since=1",
    "sources": lambda dataset: "sources",
    "source": lambda dataset: "sources/crm",
    "runs": lambda dataset: "runs",
    "runs of a source": lambda dataset: "sources/crm/runs",
    "run": lambda dataset: f"runs/{Run.objects.filter(source__slug='crm').latest('pk').pk}",
    "me": lambda dataset: "me",
}


@pytest.fixture
def reader(bob: User, alice: User) -> Client:
    """Bob, who is stopped here and there, with an exception: the dearest case for every filter."""
    RuleFactory.create(label="class:finance", level="discover", people=[bob], owner=alice)
    RuleFactory.create(label="class:pii", level="sample", people=[bob], owner=alice)
    RuleFactory.create(label="domain:closed", level="read", people=[bob], owner=alice)
    rule = RuleFactory.create(label="tag:t3", level="read", people=[bob], owner=alice)
    ExceptionFactory.create(rule=rule, person=bob, label="tag:gold", approved_by=alice)
    return program(bob)


@pytest.fixture
def catalog(customers: Dataset) -> Dataset:
    customers.source.domain = DomainFactory.create(slug="sales")
    customers.source.save()
    SampleFactory.create(dataset=customers)
    DomainFactory.create(slug="closed")
    version(customers, 1)
    return customers


def grow(customers: Dataset, by: int) -> None:
    """Add `by` of everything that an address could ask for one by one."""
    started = Dataset.objects.count()
    for n in range(started, started + by):
        other = DatasetFactory.create(
            source=customers.source, container=customers.container, name=f"c{n}", tags=[f"t{n}"], columns=["id"]
        )
        source = SourceFactory.create(domain=DomainFactory.create())
        DatasetFactory.create(source=source, container=ContainerFactory.create(source=source), tags=["t3"])
        ForeignKeyFactory.create(dataset=other, fields=["id"], ref_dataset=customers)
        ForeignKeyFactory.create(dataset=customers, fields=["id"], ref_dataset=other)
        field = FieldFactory.create(dataset=customers, name=f"f{n}", classified=["pii" if n % 2 else "finance"])
        FieldProfileFactory.create(sample=customers.sample, path=field.path)
        version(customers, n + 1)
        entry = {"id": other.pk, "path": f"public.c{n}", "kind": "table"}
        for of in (customers.source, source):
            Run.objects.create(source=of, state="succeeded", diff={"added": [entry]})


def version(customers: Dataset, number: int) -> None:
    changes = to_json(diff([FieldState("a", "int", "integer")], []))
    SchemaVersionFactory.create(dataset=customers, number=number, changes=changes, created_at=timezone.now())


def queries(client: Client, address: str) -> list[str]:
    """What is asked when nothing is cached: counts that are kept for a minute would make it depend on the clock."""
    forget_cached()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/v1/{address}").status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_asks_the_same_few_questions_at_any_size(name: str, catalog: Dataset, reader: Client) -> None:
    grow(catalog, by=4)
    queries(reader, "me")  # the use of the token is noted once a minute
    few = queries(reader, ADDRESSES[name](catalog))
    grow(catalog, by=6)
    many = queries(reader, ADDRESSES[name](catalog))
    assert len(many) <= MOST, "\n".join(many)
    assert len(many) <= len(few), "\n".join(many)
