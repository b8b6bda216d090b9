"""Who is shown which suggestions: exactly those of fields they may read and curate."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.classifying.reading import Key, Narrowing, groups_of, ids_of, suggested_to
from catalog.models import Dataset, DatasetGrant, FieldClassification, SourceGrant
from permissions.models import User
from tests.classifying.conftest import Table
from tests.classifying.making import again, paths_for, suggest
from tests.factories import DomainFactory, FieldFactory, RuleFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(table: Table) -> tuple[Dataset, Dataset]:
    """One in Alice's source, one in somebody else's."""
    other = SourceFactory.create(slug="shop")
    return table("people", "email", "mail"), table("orders", "email", source=other)


def test_each_is_shown_what_they_curate(two: object, alice: User, bob: User, charlie: User) -> None:
    DatasetGrant.objects.create(thing=Dataset.objects.get(name="orders"), duty="curate", person=bob)
    assert paths_for(alice) == {"people.email", "people.mail"}
    assert paths_for(bob) == {"orders.email"}
    assert paths_for(charlie) == set()


@pytest.mark.parametrize("level", ["discover", "read"])
def test_what_may_not_be_read_is_not_shown(two: object, alice: User, level: str) -> None:
    RuleFactory.create(label="dataset:crm.people", level=level, people=[alice])
    assert paths_for(alice) == set()


def test_values_may_be_closed(two: object, alice: User) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    assert paths_for(alice) == {"people.email", "people.mail"}


def test_what_lies_in_a_closed_field_is_not_shown(table: Table, alice: User) -> None:
    dataset = table("people", "email")
    FieldFactory.create(dataset=dataset, name="person", classified=["secret"])
    FieldFactory.create(dataset=dataset, name="personal")
    for around in ("person", "personal"):
        suggest(FieldFactory.create(dataset=dataset, name="mail", parent_path=around))
    RuleFactory.create(label="class:secret", level="read", people=[alice])
    assert paths_for(alice) == {"people.email", "people.personal.mail"}


def test_what_is_gone_and_what_is_decided_does_not_wait(table: Table, alice: User) -> None:
    dataset = table("people", "email", "mail", "e_mail")
    dataset.fields.filter(path="mail").update(archived_at=timezone.now())
    FieldClassification.objects.filter(field__path="e_mail").update(state="rejected")
    table("old", "email", archived_at=timezone.now())
    assert paths_for(alice) == {"people.email"}


def test_groups_hold_what_is_alike_and_count_what_may_be_decided_alone(table: Table, alice: User) -> None:
    for name in ("people", "leads"):
        table(name, "Email", "phone")
    table("orders", "email", source=SourceFactory.create())
    _, groups = groups_of(suggested_to(alice), cursor=None, size=10)
    assert [(one.key[:3], one.fields, one.datasets) for one in groups] == [
        (("pii.contact", "e-mail", "email"), 2, 2), (("pii.contact", "e-mail", "phone"), 2, 2),
    ]  # fmt: skip


def test_groups_are_paged_without_a_gap(table: Table, alice: User) -> None:
    table("people", *(f"mail{n}" for n in range(7)))
    table("leads", "mail3", "mail5")
    seen, cursor = [], None
    while True:
        page, groups = groups_of(suggested_to(alice), cursor=cursor, size=3)
        seen += [(one.key.called, one.fields) for one in groups]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [("mail3", 2), ("mail5", 2)] + [(f"mail{n}", 1) for n in (0, 1, 2, 4, 6)]


def test_what_is_suggested_after_one_looked_is_not_in_the_group(table: Table, alice: User) -> None:
    table("people", "email")
    _, (group,) = groups_of(suggested_to(alice), cursor=None, size=10)
    table("leads", "email")
    assert len(ids_of(suggested_to(again(alice)), [group.key], 10)) == 1
    assert ids_of(suggested_to(alice), [Key("pii.contact", "e-mail", "email", 2**62)], 10) != []


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        (Narrowing(text="MAIL lead"), {"leads.mail"}),
        (Narrowing(source="crm"), {"leads.mail", "people.code"}),
        (Narrowing(domain="sales"), {"people.code"}),
        (Narrowing(classification="pii"), {"leads.mail", "people.code"}),
        (Narrowing(classification="pii.con"), set()),
        (Narrowing(least=0.8), {"leads.mail"}),
        (Narrowing(below=0.8), {"people.code"}),
    ],
)
def test_suggestions_are_narrowed(narrowing: Narrowing, expected: set[str], table: Table, alice: User) -> None:
    table("leads", "mail")
    people = table("people", domain=DomainFactory.create(slug="sales"))
    suggest(FieldFactory.create(dataset=people, name="code"), sure=0.5)
    found = narrowing.of(suggested_to(alice)).values_list("field__dataset__name", "field__path")
    assert {".".join(pair) for pair in found} == expected


def test_looking_through_costs_the_same_for_many(table: Table, alice: User) -> None:
    SourceGrant.objects.create(thing=SourceFactory.create(), duty="curate", person=alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            groups_of(suggested_to(again(alice)), cursor=None, size=50)
        return len(queries)

    table("people", "email")
    one = cost()
    for n in range(10):
        table(f"people{n}", f"email{n}")
    assert cost() == one
