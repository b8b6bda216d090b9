"""The pages of a dataset: who may open which, and what they answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset, Visit
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, RuleFactory, SchemaVersionFactory

pytestmark = pytest.mark.django_db

TABS = ["dataset", "dataset_schema", "dataset_sample", "dataset_history"]


def page(tab: str, dataset: Dataset) -> str:
    return reverse(f"catalog:{tab}", args=[dataset.pk])


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(("level", "status"), [(None, 200), ("sample", 200), ("read", 403), ("discover", 404)])
def test_a_rule_decides_who_opens_a_tab(
    tab: str, level: str | None, status: int, customers: Dataset, charlie: User
) -> None:
    if level:
        RuleFactory.create(label="dataset:crm.public.customers", level=level, people=[charlie])
    assert signed_in(charlie).get(page(tab, customers)).status_code == status


@pytest.mark.parametrize("tab", TABS)
def test_a_stranger_is_sent_to_sign_in(tab: str, customers: Dataset, client: Client) -> None:
    assert client.get(page(tab, customers)).status_code == 302


@pytest.mark.parametrize("tab", TABS)
def test_an_address_without_a_dataset_is_not_found(tab: str, as_alice: Client) -> None:
    assert as_alice.get(reverse(f"catalog:{tab}", args=[999_999_999])).status_code == 404


def test_the_first_screen_says_what_whose_and_how(customers: Dataset, as_bob: Client) -> None:
    Dataset.objects.filter(pk=customers.pk).update(human_description="Everyone who **signed**.", row_estimate=1_234_567)
    shown = text(as_bob, page("dataset", customers))
    assert "Everyone who <strong>signed</strong>." in shown
    assert "1.2\N{NO-BREAK SPACE}M\N{NO-BREAK SPACE}rows" in shown
    assert "Alice Archer" in shown
    assert "db.example.org:5432/shop" in shown
    assert "FROM public.customers" in shown


def test_a_description_says_who_wrote_it_or_that_the_source_did(
    customers: Dataset, alice: User, as_bob: Client
) -> None:
    Dataset.objects.filter(pk=customers.pk).update(harvested_description="From the DBA.")
    assert "From the source" in text(as_bob, page("dataset", customers))
    Dataset.objects.filter(pk=customers.pk).update(human_description="By hand.", described_by=alice)
    shown = text(as_bob, page("dataset", customers))
    assert "Written by Alice Archer" in shown
    assert "From the DBA." not in shown


def test_a_description_cannot_run_scripts(customers: Dataset, as_bob: Client) -> None:
    Dataset.objects.filter(pk=customers.pk).update(harvested_description="<script>alert(1)</script>[x](javascript:1)")
    shown = text(as_bob, page("dataset", customers))
    assert "<script>alert" not in shown
    assert 'javascript:1"' not in shown


def test_a_certified_dataset_says_who_vouches_for_it(customers: Dataset, alice: User, as_bob: Client) -> None:
    Dataset.objects.filter(pk=customers.pk).update(certified_by=alice, certified_at=timezone.now())
    assert "by Alice Archer" in text(as_bob, page("dataset", customers))


def test_a_fresh_breaking_change_is_on_the_first_screen(customers: Dataset, as_bob: Client) -> None:
    change = {"kind": "removed", "path": "fax", "before": "text", "after": "", "breaking": True,
              "message": "`fax` was removed.", "confidence": None}  # fmt: skip
    SchemaVersionFactory.create(dataset=customers, number=1)
    SchemaVersionFactory.create(
        dataset=customers, number=2, created_at=timezone.now() - timedelta(days=2), changes=[change]
    )
    assert "Breaking change" in text(as_bob, page("dataset", customers))


def test_an_archived_dataset_says_when_it_was_last_seen(customers: Dataset, as_bob: Client) -> None:
    then = timezone.now() - timedelta(days=2)
    Dataset.objects.filter(pk=customers.pk).update(archived_at=then, last_seen_at=then)
    assert "it was last seen" in text(as_bob, page("dataset", customers))


def test_a_deprecated_dataset_leads_to_its_successor(customers: Dataset, as_bob: Client) -> None:
    successor = DatasetFactory.create(name="customers_v2")
    Dataset.objects.filter(pk=customers.pk).update(lifecycle="deprecated", successor=successor)
    assert f'href="{successor.get_absolute_url()}"' in text(as_bob, page("dataset", customers))


def test_opening_a_dataset_is_remembered_once_a_person(customers: Dataset, alice: User, as_alice: Client) -> None:
    for _ in range(3):
        text(as_alice, page("dataset", customers))
    assert [(visit.person, visit.dataset) for visit in Visit.objects.all()] == [(alice, customers)]


def test_a_restricted_page_gives_the_reason(customers: Dataset, charlie: User) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[charlie], reason="Only sales works with this.")
    assert "Only sales works with this." in signed_in(charlie).get(page("dataset", customers)).content.decode()


def test_pages_are_only_read(customers: Dataset, as_bob: Client) -> None:
    for address in ("/", "/search/", "/browse/", f"/datasets/{customers.pk}/"):
        assert as_bob.post(address).status_code == 405
        assert as_bob.head(address).status_code == 200


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ({"steward": "bob"}, {"Steward": "Bob Baker", "Owner": "Alice Archer"}),
        ({"steward": "bob", "owner": "charlie"}, {"Steward": "Bob Baker", "Owner": "Charlie Cole"}),
        ({"owner": "charlie"}, {"Owner": "Charlie Cole"}),
        ({}, {"Ask": "Alice Archer"}),
    ],
)
def test_it_says_who_stewards_and_who_owns_it(
    people: dict[str, str], told: dict[str, str], customers: Dataset, alice: User, bob: User, charlie: User
) -> None:
    cast = {"bob": bob, "charlie": charlie}
    customers.owner, customers.steward = cast.get(people.get("owner", "")), cast.get(people.get("steward", ""))
    customers.save()
    side = text(signed_in(alice), page("dataset", customers)).split('id="who-title"')[1].split("</section>")[0]
    words = re.findall(r"<dt>(\w+)</dt>.*?(\w+ (?:Archer|Baker|Cole))", side, re.DOTALL)
    assert dict(words) == told
