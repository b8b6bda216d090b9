"""Classifications as everybody reads them, and as the council writes them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from catalog.classifying.tree import fields_of, handling_of, tree_for
from catalog.models import Change, Classification, Dataset, Field
from permissions.models import Role, User
from tests.cast import signed_in
from tests.classifying.conftest import Table
from tests.classifying.making import again
from tests.factories import ClassificationFactory, DatasetFactory, FieldFactory, RoleFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(db: None, bob: User) -> Client:
    RoleFactory.create(person=bob, role=Role.COUNCIL)
    return signed_in(bob)


@pytest.fixture
def pii(email: Field) -> Classification:
    return ClassificationFactory.create(slug="pii", handling="Never *by mail*.")


def counts(person: User) -> dict[str, tuple[int, int]]:
    return {one.classification.slug: (one.fields, one.datasets) for one in tree_for(again(person))}


def paths(person: User, classification: Classification) -> set[str]:
    return set(fields_of(again(person), classification).values_list("path", flat=True))


def test_the_wider_counts_the_narrower(pii: Classification, email: Field, bob: User) -> None:
    FieldFactory.create(dataset=email.dataset, name="who", classified=["pii"])
    DatasetFactory.create(classified=["pii"])
    assert counts(bob) == {"pii": (2, 1), "pii.contact": (1, 0)}
    assert paths(bob, pii) == {"email", "who"}


@pytest.mark.parametrize("label", ["class:pii", "source:crm", "dataset:crm.people"])
def test_what_may_not_be_read_is_neither_listed_nor_counted(
    label: str, pii: Classification, alice: User, charlie: User
) -> None:
    RuleFactory.create(label=label, level="read", people=[charlie])
    assert (counts(charlie)["pii"], paths(charlie, pii)) == ((0, 0), set())
    assert (counts(alice)["pii"], paths(alice, pii)) == ((1, 0), {"email"})


def test_nor_is_what_lies_in_a_closed_field_or_is_gone(pii: Classification, email: Field, bob: User) -> None:
    FieldFactory.create(dataset=email.dataset, name="deal", classified=["secret"])
    FieldFactory.create(dataset=email.dataset, name="who", parent_path="deal", classified=["pii"])
    FieldFactory.create(dataset=email.dataset, name="gone", classified=["pii"], archived_at=timezone.now())
    RuleFactory.create(label="class:secret", level="read", people=[bob])
    assert (counts(bob)["pii"], paths(bob, pii)) == ((1, 0), {"email"})


def test_handling_rules_stand_where_such_data_is(
    pii: Classification, email: Field, as_bob: Client, alice: User, bob: User
) -> None:
    Classification.objects.filter(slug="pii.contact").update(handling="Ask *first*.")
    for url in (email.get_absolute_url(), email.dataset.get_absolute_url(), "/classifications/pii.contact/"):
        assert "Ask <em>first</em>." in as_bob.get(url).content.decode(), url
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    assert handling_of(again(bob), email.dataset) == []
    assert "Ask <em>" not in as_bob.get(email.dataset.get_absolute_url()).content.decode()
    assert [one.slug for one in handling_of(alice, email.dataset)] == ["pii.contact"]


def test_the_council_writes_them_and_history_keeps_it(pii: Classification, council: Client, bob: User) -> None:
    base = council.get("/classifications/pii/edit/").context["form"].initial["base"]
    told = {"name": "Personal data", "handling": "Keep it *in*.", "why": "New law", "base": base}
    assert council.post("/classifications/pii/edit/", told).status_code == 302
    pii.refresh_from_db()
    assert (pii.name, pii.handling) == ("Personal data", "Keep it *in*.")
    change = Change.objects.get(kind="classification", fact="handling")
    assert change.edit is not None
    assert (change.edit.actor, change.edit.why) == (bob, "New law")
    late = council.post("/classifications/pii/edit/", told | {"handling": "Mine."})
    assert (late.status_code, "Somebody changed this" in late.content.decode()) == (422, True)


def test_nobody_else_does(pii: Classification, as_alice: Client) -> None:
    for url in ("/classifications/pii/edit/", "/classifications/new/"):
        assert as_alice.get(url).status_code == 403
        assert as_alice.post(url, {"name": "X", "slug": "x", "base": 0}).status_code == 403
    assert "/edit/" not in as_alice.get("/classifications/pii/").content.decode()


@pytest.mark.parametrize("slug", ["pii", "Pii contact", "new", ".a", "a..b", "a.", "a-b", ""])
def test_a_short_name_that_does_not_fit_is_refused(slug: str, pii: Classification, council: Client) -> None:
    before = Classification.objects.count()
    assert council.post("/classifications/new/", {"slug": slug, "name": "X"}).status_code == 422
    assert Classification.objects.count() == before


def test_the_council_adds_one(council: Client) -> None:
    assert council.post("/classifications/new/", {"slug": "trade.secret", "name": "Secret"}).status_code == 302
    assert Classification.objects.get().slug == "trade.secret"
    assert council.get("/classifications/trade.secret/").status_code == 200
    assert council.get("/classifications/never/").status_code == 404


def test_fields_are_paged(table: Table, pii: Classification, as_bob: Client) -> None:
    dataset: Dataset = table("wide", *(f"mail{n:02}" for n in range(60)))
    first = as_bob.get("/classifications/pii/")
    page = first.context["page"]
    rest = as_bob.get("/classifications/pii/", {"cursor": page.next_cursor}).context["page"]
    seen = [one.path for one in (*page.items, *rest.items) if one.dataset_id == dataset.pk]
    assert len(seen) == len(set(seen)) == 60
