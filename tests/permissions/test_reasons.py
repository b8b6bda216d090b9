"""Reasons are Markdown wherever they are shown, and nothing in them or in what people write beside them runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Dataset
from permissions.access_requests.asking import ask
from permissions.levels import Level
from permissions.models import AskedRule, OptOutRule, RuleException, User
from permissions.things import find_thing
from tests.cast import signed_in
from tests.factories import RuleFactory, SampleFactory

pytestmark = pytest.mark.django_db

ATTACK = "<script>alert(1)</script> <img src=x onerror=alert(2)> [here](javascript:alert(3))"
REASON = f"Ask **Olga** about it first. {ATTACK}"
RUNS = ("<script>alert", "<img src=x", 'href="javascript:')


@pytest.fixture
def rule(customers: Dataset, alice: User, charlie: User) -> OptOutRule:
    return RuleFactory.create(label="source:crm", level="read", people=[charlie], owner=alice, reason=REASON)


def assert_formatted(person: User, address: str, status: int = 200) -> None:
    answer = signed_in(person).get(address)
    page = answer.content.decode()
    assert answer.status_code == status, address
    assert "<strong>Olga</strong>" in page, address
    assert [attack for attack in RUNS if attack in page] == [], address


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/datasets/{pk}/", 403),
        ("/datasets/{pk}/schema/", 403),
        ("/permissions/explain/?thing=dataset:{pk}", 200),
        ("/permissions/explain/", 200),
        ("/permissions/requests/new/?thing=dataset:{pk}&level=read", 200),
        ("{rule}", 200),
    ],
)
def test_who_is_stopped_reads_the_reason_as_it_was_meant(
    address: str, status: int, rule: OptOutRule, customers: Dataset, charlie: User
) -> None:
    assert_formatted(charlie, address.format(pk=customers.pk, rule=rule.get_absolute_url()), status)


def test_masked_values_say_why(customers: Dataset, alice: User, charlie: User) -> None:
    RuleFactory.create(label="source:crm", level="sample", people=[charlie], owner=alice, reason=REASON)
    SampleFactory.create(dataset=customers)
    assert_formatted(charlie, f"/datasets/{customers.pk}/sample/")


def test_a_request_shows_the_reason_to_who_asks_and_who_decides(
    rule: OptOutRule, customers: Dataset, alice: User, charlie: User
) -> None:
    thing = find_thing(charlie, f"dataset:{customers.pk}")
    made = ask(actor=charlie, thing=thing, level=Level.READ, purpose=f"I need it. {ATTACK}", days=3)
    for person in (charlie, alice):
        assert_formatted(person, made.get_absolute_url())
        assert RUNS[0] not in signed_in(person).get("/permissions/requests/").content.decode()
    AskedRule.objects.update(words=ATTACK, state="declined", decided_by=alice, decided_at=timezone.now())
    assert_formatted(charlie, made.get_absolute_url())


def test_an_exception_shows_the_reason_it_waives(
    rule: OptOutRule, customers: Dataset, alice: User, charlie: User
) -> None:
    until = timezone.now() + timedelta(days=3)
    made = RuleException.objects.create(rule=rule, person=charlie, approved_by=alice, purpose=ATTACK, until=until)
    for person in (charlie, alice):
        assert_formatted(person, made.get_absolute_url())
        assert RUNS[0] not in signed_in(person).get("/permissions/exceptions/").content.decode()
