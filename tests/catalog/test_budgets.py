"""Each page asks the database as often in a large catalog as in a small one, and at most 25 times."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalog.models import Dataset, SavedSearch, SavedSearchMatch
from catalog.schema_diff import FieldState, diff, to_json
from catalog.searches import remember_search
from catalog.services import record_visit, refresh_popularity
from notifications.models import Notice
from permissions.models import OptOutRule, User
from tests.caching import forget_cached
from tests.cast import signed_in
from tests.counting import queries
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    EdgeFactory,
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
PAGES: dict[str, Callable[[Dataset], str]] = {
    "home": lambda dataset: reverse("catalog:home"),
    "search": lambda dataset: reverse("catalog:search") + "?q=customers",
    "browse": lambda dataset: reverse("catalog:browse"),
    "domains": lambda dataset: reverse("catalog:browse_domains"),
    "domain": lambda dataset: reverse("catalog:domain", args=["sales"]),
    "source": lambda dataset: reverse("catalog:browse_source", args=["crm"]),
    "container": lambda dataset: reverse("catalog:browse_container", args=["crm", dataset.container_id]),
    "overview": lambda dataset: reverse("catalog:dataset", args=[dataset.pk]),
    "schema": lambda dataset: reverse("catalog:dataset_schema", args=[dataset.pk]),
    "sample": lambda dataset: reverse("catalog:dataset_sample", args=[dataset.pk]),
    "history": lambda dataset: reverse("catalog:dataset_history", args=[dataset.pk]),
    "snapshot": lambda dataset: reverse("catalog:dataset_snapshot", args=[dataset.pk, 1]),
    "lineage": lambda dataset: reverse("lineage:panel", args=[dataset.pk]),
    "person": lambda dataset: reverse("catalog:person_panel", args=["alice"]),
    "field": lambda dataset: dataset.fields.get(path="id").get_absolute_url(),
    "tree": lambda dataset: reverse("catalog:browse_source_tree", args=["crm"]),
    "recent": lambda dataset: reverse("catalog:recent"),
    "popular": lambda dataset: reverse("catalog:popular"),
    "saved searches": lambda dataset: reverse("catalog:saved_searches"),
    "suggestions": lambda dataset: reverse("catalog:suggest") + "?q=cust",
    "inbox": lambda dataset: reverse("notifications:inbox"),
    "palette": lambda dataset: reverse("core:palette") + "?q=cust",
}


@pytest.fixture(autouse=True)
def no_index(settings: Settings, tmp_path: Path) -> None:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"


@pytest.fixture
def restricted(bob: User, alice: User) -> list[OptOutRule]:
    """Bob is stopped here and there, with an exception: the dearest case for every filter."""
    rules = [
        RuleFactory.create(label="class:pii", level="sample", people=[bob], owner=alice),
        RuleFactory.create(label="class:finance", level="discover", people=[bob], owner=alice),
        RuleFactory.create(label="tag:secret", level="read", people=[bob], owner=alice),
    ]
    ExceptionFactory.create(rule=rules[2], person=bob, label="tag:gold", approved_by=alice)
    return rules


def grow(customers: Dataset, alice: User, bob: User, by: int) -> None:
    """Add `by` of everything that a page could ask for one by one."""
    started = Dataset.objects.count()
    for n in range(started, started + by):
        other = DatasetFactory.create(
            source=customers.source, container=customers.container, name=f"customers_{n}", tags=[f"t{n}"],
            columns=["id", "name"], parent=customers, steward=alice if n % 2 else None,
        )  # fmt: skip
        source = SourceFactory.create(domain=customers.source.domain)
        away = DatasetFactory.create(source=source, container=ContainerFactory.create(source=source), popularity=n)
        ContainerFactory.create(source=customers.source, name=f"schema{n}")
        ForeignKeyFactory.create(dataset=other, fields=["id"], ref_dataset=customers)
        ForeignKeyFactory.create(dataset=customers, fields=["id"], ref_dataset=other)
        EdgeFactory.create(upstream=away, downstream=customers)
        EdgeFactory.create(upstream=customers, downstream=other)
        field = FieldFactory.create(dataset=customers, name=f"f{n}", classified=["pii" if n % 2 else "finance"])
        FieldProfileFactory.create(sample=customers.sample, path=field.path)
        version(customers, n + 2)
        version(other, 2)
        for person in (alice, bob):
            record_visit(actor=person, dataset=other)
            remember_search(actor=person, text=f"words {n}")
            found = SavedSearch.objects.create(person=person, name=f"search {n}")
            SavedSearchMatch.objects.create(search=found, dataset=other)
            about = {"subject": "dataset", "subject_id": other.pk}
            Notice.objects.create(person=person, kind="new_match", title=f"notice {n}", url="/", **about)
    refresh_popularity()


def version(dataset: Dataset, number: int) -> None:
    changes = to_json(diff([FieldState("a", "int", "integer")], []))
    SchemaVersionFactory.create(dataset=dataset, number=number, changes=changes, created_at=timezone.now())


@pytest.fixture
def catalog(customers: Dataset, alice: User) -> Dataset:
    customers.source.domain = DomainFactory.create(slug="sales", name="Sales", steward=alice)
    customers.source.save()
    Dataset.objects.filter(pk=customers.pk).update(sql="select 1", successor=DatasetFactory.create(), kind="view")
    customers.refresh_from_db()
    SampleFactory.create(dataset=customers)
    version(customers, 1)
    return customers


def asked_cold(client: Client, address: str) -> list[str]:
    forget_cached()
    return queries(client, address)


def test_a_page_asks_the_same_few_questions_at_any_size(
    catalog: Dataset, restricted: list[OptOutRule], alice: User, bob: User
) -> None:
    client = signed_in(bob)
    addresses = {name: address(catalog) for name, address in PAGES.items()}
    grow(catalog, alice, bob, by=2)
    few = {name: asked_cold(client, address) for name, address in addresses.items()}
    grow(catalog, alice, bob, by=6)
    many = {name: asked_cold(client, address) for name, address in addresses.items()}
    for name, asked in many.items():
        assert len(asked) <= min(MOST, len(few[name])), "\n".join([name, *asked])
