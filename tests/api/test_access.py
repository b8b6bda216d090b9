"""Requests, exceptions and explanations over REST."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset
from permissions.models import OptOutRule, Team, User
from tests.api.conftest import JSON, every, program, read
from tests.factories import RuleFactory

pytestmark = pytest.mark.django_db
WISH = {"level": "read", "purpose": "To reconcile last quarter's invoices.", "days": 7}


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    return RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice, except_people=[alice])


def send(client: Client, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = client.post(f"/api/v1/{path}", body, content_type=JSON)
    assert answer.status_code == status, answer.content
    return answer.json()


def day(days: int) -> str:
    return (timezone.now().astimezone(UTC).date() + timedelta(days=days)).isoformat()


def test_asking_deciding_and_giving_back(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    owner, asker = program(alice, "read", "write"), program(bob, "read", "write")
    refused = read(asker, f"datasets/{customers.pk}", 403)
    assert refused["request_access"] == f"/permissions/requests/new/?thing=dataset%3A{customers.pk}&level=read"
    made = send(asker, "access-requests", WISH | {"thing": f"dataset:{customers.pk}"}, 201)
    assert send(asker, "access-requests", WISH | {"thing": f"dataset:{customers.pk}"}, 409)["request"] == made["id"]
    assert [one["id"] for one in every(owner, "access-requests", waiting="true")] == [made["id"]]
    path = f"access-requests/{made['id']}"
    send(owner, f"{path}/decide", {"rule": rule.pk, "approve": True}, 400)
    send(asker, f"{path}/decide", {"rule": rule.pk, "approve": True, "until": day(1)}, 403)
    told = send(owner, f"{path}/decide", {"rule": rule.pk, "approve": True, "until": day(7)})
    assert (told["state"], told["rules"][0]["decided_by"]["username"]) == ("approved", "alice")
    send(owner, f"{path}/decide", {"rule": rule.pk, "approve": False, "words": "Changed my mind."}, 409)
    read(asker, f"datasets/{customers.pk}")
    assert send(asker, f"{path}/withdraw", {})["state"] == "withdrawn"
    send(asker, f"{path}/withdraw", {}, 409)
    read(asker, f"datasets/{customers.pk}", 403)


def test_what_is_hidden_cannot_be_asked_for_or_explained(
    hidden_from_charlie: OptOutRule, customers: Dataset, charlie: User
) -> None:
    client = program(charlie, "read", "write")
    absent = read(client, "explain", 404, thing="dataset:999999")
    hidden = read(client, "explain", 404, thing=f"dataset:{customers.pk}")
    assert absent == hidden
    send(client, "access-requests", WISH | {"thing": f"dataset:{customers.pk}"}, 404)


def test_a_request_of_others_is_not_there(rule: OptOutRule, customers: Dataset, bob: User, charlie: User) -> None:
    made = send(program(bob, "write"), "access-requests", WISH | {"thing": f"dataset:{customers.pk}"}, 201)
    read(program(charlie), f"access-requests/{made['id']}", 404)
    assert every(program(charlie), "access-requests") == []


@pytest.mark.parametrize(
    "change",
    [{"purpose": "no"}, {"days": 0}, {"days": 4000}, {"level": "own"}, {"approved_by": "bob"}, {"team": "sales"}],
)
def test_what_does_not_fit_is_refused(
    rule: OptOutRule, customers: Dataset, charlie: User, team: Team, change: dict[str, Any]
) -> None:
    body = WISH | {"thing": f"dataset:{customers.pk}"} | change
    send(program(charlie, "write"), "access-requests", body, 400)


def test_a_standing_exception_is_made_kept_and_ended(rule: OptOutRule, alice: User, charlie: User) -> None:
    client = program(alice, "read", "write")
    wish = {"rule": rule.pk, "person": "charlie", "purpose": "The yearly audit of sales.", "until": day(100)}
    send(client, "exceptions", wish | {"person": "alice"}, 403)
    send(client, "exceptions", wish | {"team": "sales"}, 400)
    send(client, "exceptions", wish | {"until": day(-1)}, 400)
    send(program(charlie, "write"), "exceptions", wish, 400)
    made = send(client, "exceptions", wish, 201)
    path = f"exceptions/{made['id']}"
    assert send(client, f"{path}/extend", {"until": day(200)})["until"].startswith(day(200))
    assert [one["id"] for one in every(client, "exceptions", state="active", rule=rule.pk)] == [made["id"]]
    assert send(client, f"{path}/withdraw", {"because": "The audit is over."})["state"] == "withdrawn"
    send(client, f"{path}/withdraw", {"because": "The audit is over."}, 409)


def test_one_asks_why_about_oneself_and_owners_about_others(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    thing = f"dataset:{customers.pk}"
    told = read(program(bob), "explain", thing=thing)
    assert [(one["level"], one["allowed"]) for one in told["levels"]] == [
        ("discover", True), ("read", False), ("sample", False),
    ]  # fmt: skip
    assert told["levels"][1]["stopped_by"][0]["label"] == "source:crm"
    read(program(bob), "explain", 403, thing=thing, person="alice")
    read(program(bob), "explain/people", 403, thing=thing)
    told = read(program(alice), "explain", thing=thing, person="bob")
    assert told["levels"][1]["request_access"] is None
    own = read(program(alice), "explain", thing=thing)
    assert own["levels"][1]["let_past"] == [
        {"rule": rule.pk, "label": "source:crm", "exception": None, "since": None, "until": None}
    ]
    assert {one["username"] for one in every(program(alice), "explain/people", thing=thing, can="true")} == {"alice"}
    assert {one["username"] for one in every(program(alice), "explain/people", thing=thing)} == {"bob"}
    assert read(program(alice), "explain/counts", thing=thing)[1] == {"level": "read", "can": 1, "cannot": 1}
