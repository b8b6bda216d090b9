"""A token that is limited to labels finds nothing else, wherever it looks."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from catalog.models import Dataset, Domain, Source
from catalog.search.feed import catch_up
from permissions.access import limit
from permissions.denials import EVERYTHING, NO_RULE, Denial
from permissions.levels import Level
from permissions.models import OptOutRule, User
from permissions.tokens.services import create_token
from tests.api.conftest import every, read
from tests.factories import DatasetFactory, DomainFactory, SourceFactory

pytestmark = pytest.mark.django_db


def limited(person: User, **labels: list[str]) -> Client:
    secret = create_token(actor=person, name="a script", **labels).secret  # type: ignore[arg-type]
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def shop(customers: Dataset) -> Source:
    """A second source, with a gold dataset and a plain one."""
    shop = SourceFactory.create(slug="shop", name="Shop", domain=DomainFactory.create(slug="sales", name="Sales"))
    DatasetFactory.create(source=shop, name="orders", tags=["gold"])
    DatasetFactory.create(source=shop, name="baskets")
    return shop


def names(client: Client) -> set[str]:
    return {item["name"] for item in every(client, "datasets")}


def test_it_reads_only_what_carries_its_labels(alice: User, shop: Source) -> None:
    assert names(limited(alice, only_labels=["source:shop"])) == {"orders", "baskets"}
    assert names(limited(alice, only_labels=["tag:gold", "source:crm"])) == {"orders", "customers"}


def test_it_reads_nothing_that_carries_what_it_is_kept_from(alice: User, shop: Source) -> None:
    assert names(limited(alice, kept_from=["source:shop"])) == {"customers"}
    assert names(limited(alice, only_labels=["source:shop"], kept_from=["tag:gold"])) == {"baskets"}


def test_what_is_outside_is_absent_and_not_forbidden(alice: User, customers: Dataset, shop: Source) -> None:
    client = limited(alice, only_labels=["source:shop"])
    for path in (f"datasets/{customers.pk}", f"datasets/{customers.pk}/fields", "sources/crm", "sources/crm/runs"):
        assert read(client, path, 404)["detail"] == read(client, "datasets/99999999", 404)["detail"]
    assert {item["slug"] for item in read(client, "sources")["items"]} == {"shop"}
    assert read(client, "sources")["items"][0]["dataset_count"] == 2


@pytest.mark.django_db(transaction=True)
def test_search_counts_and_facets_know_nothing_else(search_dir: object, alice: User, shop: Source) -> None:
    catch_up()
    client = limited(alice, only_labels=["source:shop"])
    found = read(client, "search", q="")
    assert {hit["dataset"]["name"] for hit in found["items"]} == {"orders", "baskets"}
    assert found["total"] == 2
    assert "crm" not in str(found["facets"])
    assert read(client, "search", q="customers")["total"] == 0
    assert "customers" not in str(read(client, "suggest", q="cust"))


def test_rules_hold_besides(alice: User, charlie: User, shop: Source, hidden_from_charlie: OptOutRule) -> None:
    assert names(limited(charlie, kept_from=["tag:gold"])) == {"baskets"}


def test_domains_outside_are_not_named(alice: User, shop: Source) -> None:
    DomainFactory.create(slug="finance", name="Finance")
    limit(alice, [Denial(NO_RULE, EVERYTHING, Level.DISCOVER, frozenset(["domain:sales"]))])
    assert set(Domain.objects.visible_to(alice).values_list("slug", flat=True)) == {"sales"}
    assert not Domain.objects.get(slug="finance").known_to(alice)


@pytest.mark.parametrize("label", ["source:nowhere", "nonsense", "tag:gold'"])
def test_a_label_that_nothing_carries_is_refused(alice: User, shop: Source, label: str) -> None:
    with pytest.raises(ValidationError):
        create_token(actor=alice, name="a script", kept_from=[label])


def test_a_label_that_is_hidden_is_refused_as_one_that_is_not(charlie: User, hidden_from_charlie: OptOutRule) -> None:
    with pytest.raises(ValidationError, match="Nothing that you know of carries source:crm"):
        create_token(actor=charlie, name="a script", kept_from=["source:crm"])


def test_it_says_of_itself_what_it_is_limited_to(alice: User, shop: Source) -> None:
    told = read(limited(alice, only_labels=["source:shop"]), "me")["token"]
    assert (told["only_labels"], told["kept_from"]) == (["source:shop"], [])
