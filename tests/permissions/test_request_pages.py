"""The pages on which access is asked for and decided about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset
from permissions.models import AccessRequest, OptOutRule, RuleException, Team, User
from tests.cast import signed_in
from tests.factories import ExceptionFactory, FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db
WISH = {"purpose": "To reconcile last quarter's invoices.", "duration": "7"}


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    return RuleFactory.create(
        label="source:crm", level="read", everyone=True, owner=alice, reason="Only sales works with this."
    )


@pytest.fixture
def asked(rule: OptOutRule, customers: Dataset, bob: User) -> AccessRequest:
    signed_in(bob).post(f"/permissions/requests/new/?thing=dataset:{customers.pk}&level=read", WISH)
    return AccessRequest.objects.get()


def shown(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == status, response.content
    return response.content.decode()


def test_a_stop_leads_to_the_form(rule: OptOutRule, customers: Dataset, bob: User) -> None:
    client = signed_in(bob)
    page = shown(client, customers.get_absolute_url(), 403)
    assert f"/permissions/requests/new/?thing=dataset%3A{customers.pk}&amp;level=read" in page
    assert "Only sales works with this." in shown(client, f"/permissions/requests/new/?thing=dataset:{customers.pk}")


def test_asking_leads_to_the_request(asked: AccessRequest, bob: User) -> None:
    assert "To reconcile last quarter" in shown(signed_in(bob), asked.get_absolute_url())


def test_asking_again_leads_to_the_request_that_waits(asked: AccessRequest, customers: Dataset, bob: User) -> None:
    answer = signed_in(bob).get(f"/permissions/requests/new/?thing=dataset:{customers.pk}&level=read")
    assert answer["Location"] == asked.get_absolute_url()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"purpose": "no"}, "at least 15"),
        ({"duration": "date"}, "until which day"),
        ({"duration": "date", "until": "2020-01-01"}, "from tomorrow on"),
        ({"duration": "4000"}, "valid choice"),
        ({"team": "sales"}, "valid choice"),
    ],
)
def test_a_form_that_does_not_fit_says_so_and_loses_nothing(
    rule: OptOutRule, customers: Dataset, charlie: User, team: Team, change: dict[str, str], told: str
) -> None:
    answer = signed_in(charlie).post(f"/permissions/requests/new/?thing=dataset:{customers.pk}", WISH | change)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert (WISH | change)["purpose"].replace("'", "&#x27;") in page


@pytest.mark.parametrize("thing", ["dataset:999999", "dataset:x", "nonsense:1", "", "dataset:" + "9" * 40, "dataset:²"])
def test_what_is_not_there_cannot_be_asked_for(rule: OptOutRule, bob: User, thing: str) -> None:
    shown(signed_in(bob), f"/permissions/requests/new/?thing={thing}", 404)


def test_what_is_hidden_cannot_be_asked_for(as_charlie: Client, customers: Dataset) -> None:
    shown(as_charlie, f"/permissions/requests/new/?thing=dataset:{customers.pk}", 404)


def test_a_hidden_field_cannot_be_asked_for(customers: Dataset, bob: User, alice: User) -> None:
    field = FieldFactory.create(dataset=customers, name="salary", classified=["pay"])
    inner = FieldFactory.create(dataset=customers, name="bonus", parent_path="salary")
    RuleFactory.create(label="class:pay", level="discover", everyone=True, owner=alice)
    for one in (field, inner):
        shown(signed_in(bob), f"/permissions/requests/new/?thing=field:{one.pk}", 404)


def test_the_owner_finds_it_and_approves(asked: AccessRequest, customers: Dataset, alice: User, bob: User) -> None:
    client = signed_in(alice)
    assert "Bob Baker" in shown(client, "/permissions/requests/deciding/")
    assert "Bob Baker asks for" in shown(client, "/permissions/requests/queue/")
    part = asked.asked.get()
    page = shown(client, asked.get_absolute_url())
    until = page.split('name="until" value="')[1][:10]
    client.post(f"/permissions/requests/{asked.pk}/rules/{part.pk}/", {"until": until, "scope": "thing"})
    assert "approved" in shown(client, asked.get_absolute_url()).lower()
    shown(signed_in(bob), customers.get_absolute_url())


def test_the_owner_declines_with_a_reason(asked: AccessRequest, alice: User, bob: User) -> None:
    client, path = signed_in(alice), f"/permissions/requests/{asked.pk}/rules/{asked.asked.get().pk}/"
    assert client.post(path, {"scope": "thing", "decision": "decline"}).status_code == 422
    client.post(path, {"scope": "thing", "decision": "decline", "words": "Use the monthly summary."})
    assert "Use the monthly summary." in shown(signed_in(bob), asked.get_absolute_url())


def test_the_request_of_somebody_else_is_not_there(asked: AccessRequest, charlie: User) -> None:
    shown(signed_in(charlie), asked.get_absolute_url(), 404)
    assert signed_in(charlie).post(f"/permissions/requests/{asked.pk}/withdraw/").status_code == 404


def test_a_request_does_not_name_what_has_been_hidden_since(asked: AccessRequest, bob: User) -> None:
    RuleFactory.create(label="source:crm", level="discover", people=[bob], reason="A merger nobody may hear of.")
    client = signed_in(bob)
    for path in ("/permissions/requests/", asked.get_absolute_url()):
        page = shown(client, path)
        for leak in ("customers", "Only sales works", "merger", "crm"):
            assert leak not in page


def test_who_decides_is_not_told_of_what_is_hidden_from_them(asked: AccessRequest, alice: User) -> None:
    RuleFactory.create(label="dataset:crm.public.customers", level="discover", people=[alice])
    for path in ("/permissions/requests/deciding/", asked.get_absolute_url()):
        assert "customers" not in shown(signed_in(alice), path)


def test_an_owner_makes_keeps_and_ends_a_standing_exception(rule: OptOutRule, alice: User, charlie: User) -> None:
    client = signed_in(alice)
    wish = {"rule": rule.pk, "person": "charlie", "purpose": "The yearly audit of sales.", "until": "2020-01-01"}
    assert client.post("/permissions/exceptions/new/", wish).status_code == 422
    page = shown(client, "/permissions/exceptions/new/")
    until = page.split('name="until" value="')[1][:10]
    answer = client.post("/permissions/exceptions/new/", wish | {"until": until})
    made = RuleException.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    client.post(f"{made.get_absolute_url()}extend/", {"until": until})
    assert "Charlie Cole" in shown(client, "/permissions/exceptions/?state=active&whom=charlie")
    client.post(f"{made.get_absolute_url()}withdraw/", {"because": "The audit is over."})
    assert "The audit is over." in shown(client, made.get_absolute_url())
    assert "Charlie Cole" not in shown(client, "/permissions/exceptions/?state=active")


def test_only_owners_and_the_council_make_exceptions(rule: OptOutRule, bob: User) -> None:
    shown(signed_in(bob), "/permissions/exceptions/new/", 403)


def test_exceptions_of_others_are_not_there(rule: OptOutRule, alice: User, bob: User, charlie: User) -> None:
    made = ExceptionFactory.create(rule=rule, person=bob, approved_by=alice)
    shown(signed_in(charlie), made.get_absolute_url(), 404)
    assert "Bob Baker" not in shown(signed_in(charlie), "/permissions/exceptions/")


def test_an_exception_that_ended_does_not_name_what_is_hidden_again(
    customers: Dataset, charlie: User, alice: User, hidden_from_charlie: OptOutRule
) -> None:
    made = ExceptionFactory.create(
        rule=hidden_from_charlie, person=charlie, approved_by=alice, until="2026-02-01T00:00Z", purpose="About the CRM."
    )
    for path in ("/permissions/exceptions/", made.get_absolute_url()):
        page = shown(signed_in(charlie), path)
        for leak in ("crm", "CRM", "merger"):
            assert leak not in page


def test_rules_to_look_at_again_wait_for_their_owner_and_the_council_alone(alice: User, bob: User, root: User) -> None:
    RuleFactory.create(label="tag:old", owner=alice, review_on="2020-01-01")
    RuleFactory.create(label="tag:gone", owner=alice, review_on="2020-01-01", at_review="lapse")
    ExceptionFactory.create(rule__owner=alice, person=bob, until=timezone.now() + timedelta(days=3))
    queues = {one.username: shown(signed_in(one), "/permissions/requests/queue/") for one in (alice, bob, root)}
    assert {who for who, page in queues.items() if "tag:old" in page} == {"alice", "root"}
    assert {who for who, page in queues.items() if "1 standing exception ends" in page} == {"alice", "root"}
    assert not [who for who, page in queues.items() if "tag:gone" in page]
