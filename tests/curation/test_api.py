"""Metadata rules and suggestions over REST."""

import pytest

from catalog.models import MetadataRule, Suggestion
from tests.api.conftest import JSON, program
from tests.factories import FieldFactory, TagFactory


@pytest.fixture
def mine(alice, customers):
    return program(alice, "read", "write")


def test_a_rule_is_written_looked_at_run_and_switched_off(mine, bob, customers):
    TagFactory.create(slug="gold")
    body = {"name": "Gold", "pattern": "crm.*", "given": {"tags": "gold"}}
    made = mine.post("/api/v1/metadata-rules", body, content_type=JSON)
    assert made.status_code == 201
    url = f"/api/v1/metadata-rules/{made.json()['id']}/run"
    looked = mine.post(url, {"dry_run": True}, content_type=JSON).json()
    assert (looked["changed"], customers.tags.count()) == (1, 0)
    ran = mine.post(url, {}, content_type=JSON).json()
    assert (ran["changed"], ran["edit"]["origin"], customers.tags.count()) == (1, "rule", 1)
    mine.post(url, {"on": False}, content_type=JSON)
    assert not MetadataRule.objects.get().on
    assert [one["name"] for one in mine.get("/api/v1/metadata-rules").json()["items"]] == ["Gold"]
    other = program(bob, "read", "write")
    assert other.get("/api/v1/metadata-rules").json()["items"] == []
    assert other.post(url, {}, content_type=JSON).status_code == 404
    wrong = mine.post("/api/v1/metadata-rules", body | {"given": {"nothing": "x"}}, content_type=JSON)
    assert wrong.status_code == 400


def test_a_suggestion_is_made_listed_and_decided(mine, bob, customers):
    theirs = program(bob, "read", "write")
    mail = FieldFactory.create(dataset=customers, name="mail")
    body = {"dataset": customers.pk, "field": mail.pk, "given": {"description": "Where to write."}, "why": "asked"}
    made = theirs.post("/api/v1/suggestions", body, content_type=JSON)
    assert (made.status_code, made.json()["field"], made.json()["state"]) == (201, "mail", "open")
    url = f"/api/v1/suggestions/{made.json()['id']}"
    assert theirs.get("/api/v1/suggestions").json()["items"] == []
    assert [one["id"] for one in theirs.get("/api/v1/suggestions?whose=mine").json()["items"]] == [made.json()["id"]]
    (waiting,) = mine.get("/api/v1/suggestions").json()["items"]
    assert (waiting["author"]["username"], waiting["before"]) == ("bob", {"description": ""})
    assert theirs.post(url, {"choice": "decline", "answer": "no"}, content_type=JSON).status_code == 403
    assert mine.post(url, {"choice": "decline"}, content_type=JSON).status_code == 400
    changed = {"choice": "accept", "given": {"description": "Where letters go."}, "answer": "Thanks"}
    assert mine.post(url, changed, content_type=JSON).json()["state"] == "accepted"
    mail.refresh_from_db()
    assert (mail.human_description, Suggestion.objects.get().answer) == ("Where letters go.", "Thanks")
    assert mine.post(url, changed, content_type=JSON).status_code == 409


def test_none_is_seen_by_whom_it_does_not_concern(mine, bob, charlie, hidden_from_charlie, customers):
    body = {"dataset": customers.pk, "given": {"title": "Buyers"}}
    hidden = program(charlie, "read", "write").post("/api/v1/suggestions", body, content_type=JSON)
    assert hidden.status_code == 404
    made = program(bob, "read", "write").post("/api/v1/suggestions", body, content_type=JSON).json()
    assert program(charlie, "read").get(f"/api/v1/suggestions/{made['id']}").status_code == 404
