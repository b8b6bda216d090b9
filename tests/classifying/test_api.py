"""Suggestions over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Field, FieldClassification
from permissions.models import User
from tests.cast import signed_in
from tests.classifying.conftest import Table
from tests.classifying.making import labels_of
from tests.factories import ClassificationFactory, FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db
SUGGESTIONS, DECISIONS = "/api/v1/classification-suggestions", "/api/v1/classification-decisions"


def post(client: Client, url: str, body: Any = None) -> tuple[int, Any]:
    response = client.post(url, body, content_type="application/json")
    return response.status_code, response.json()


def test_suggestions_are_listed_for_those_who_decide(table: Table, as_alice: Client, as_bob: Client) -> None:
    table("people", "email", "mail")
    items = as_alice.get(SUGGESTIONS, {"name": "mail", "at_least": "0.5"}).json()["items"]
    assert [(one["dataset"]["key"], one["path"], one["classification"]) for one in items] == [
        ("crm.people", "email", "pii.contact"), ("crm.people", "mail", "pii.contact"),
    ]  # fmt: skip
    assert as_bob.get(SUGGESTIONS).json()["items"] == []


def test_they_are_decided_on_and_that_is_taken_back(
    email: Field, mark: FieldClassification, as_alice: Client, as_bob: Client
) -> None:
    body = {"answer": "refuse", "reason": "Codes.", "suggestions": [mark.pk]}
    status, decided = post(as_alice, DECISIONS, body)
    assert (status, decided["decided"]) == (201, 1)
    assert labels_of(email) == []
    assert post(as_bob, f"{DECISIONS}/{decided['id']}/undo")[0] == 404
    assert post(as_alice, f"{DECISIONS}/{decided['id']}/undo")[0] == 200
    assert labels_of(email) == ["class:pii", "class:pii.contact"]


def test_fields_are_classified_by_name(email: Field, as_alice: Client, as_bob: Client) -> None:
    ClassificationFactory.create(slug="secret")
    body = {
        "answer": "accept", "fields": [{"dataset": email.dataset_id, "path": "email", "classification": "secret"}],
    }  # fmt: skip
    assert post(as_bob, DECISIONS, body)[0] == 403
    assert post(as_alice, DECISIONS, body)[0] == 201
    assert "class:secret" in labels_of(email)
    assert post(as_alice, DECISIONS, body)[0] == 409


def test_what_one_may_not_know_of_is_refused_as_absent(
    email: Field, mark: FieldClassification, customers: Dataset, alice: User
) -> None:
    """A hidden field, one in a hidden field, and one that never was."""
    FieldFactory.create(dataset=customers, name="deal", classified=["deal"])
    FieldFactory.create(dataset=customers, name="price", parent_path="deal")
    RuleFactory.create(label="class:deal", level="discover", people=[alice])
    ClassificationFactory.create(slug="secret")
    answers = [
        post(signed_in(alice), DECISIONS, {
            "answer": "accept", "fields": [{"dataset": customers.pk, "path": path, "classification": "secret"}],
        })
        for path in ("deal", "deal.price", "never")
    ]  # fmt: skip
    assert [status for status, _ in answers] == [400] * 3
    assert answers[0][1]["errors"] == answers[1][1]["errors"] == answers[2][1]["errors"]


def test_a_suggestion_of_somebody_elses_is_refused_as_absent(mark: FieldClassification, as_bob: Client) -> None:
    theirs = post(as_bob, DECISIONS, {"answer": "accept", "suggestions": [mark.pk]})
    absent = post(as_bob, DECISIONS, {"answer": "accept", "suggestions": [2_000_000_000]})
    assert theirs[0] == absent[0] == 400
    assert theirs[1]["errors"] == absent[1]["errors"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer": "accept"}, 400),
        ({"answer": "accept", "suggestions": []}, 400),
        ({"answer": "perhaps", "suggestions": [1]}, 400),
        ({"answer": "accept", "suggestions": [1], "group": 1}, 400),
        ({"answer": "accept", "fields": [{"dataset": 1, "path": "a", "classification": "never"}]}, 400),
    ],
)
def test_bodies_that_say_nothing_are_refused(body: Any, status: int, as_alice: Client) -> None:
    assert post(as_alice, DECISIONS, body)[0] == status


def test_a_refusal_without_a_reason_says_where(mark: FieldClassification, as_alice: Client) -> None:
    status, problem = post(as_alice, DECISIONS, {"answer": "refuse", "suggestions": [mark.pk]})
    assert (status, problem["errors"][0]["pointer"]) == (400, "#/reason")


def test_who_is_stopped_by_it_is_told_so(mark: FieldClassification, alice: User, as_alice: Client) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    body = {"answer": "refuse", "reason": "Codes.", "suggestions": [mark.pk]}
    assert post(as_alice, DECISIONS, body)[0] == 409
