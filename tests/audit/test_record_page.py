"""Finding one's way in the record, and who may."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from permissions.audit import record
from permissions.audit.differing import differences
from permissions.audit.recording import entry, write
from permissions.models import AuditEntry, OptOutRule, Role, RoleGrant, Team, User
from tests.cast import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/permissions/audit/"


@pytest.fixture
def council(alice: User) -> Client:
    RoleGrant.objects.create(role=Role.COUNCIL, person=alice)
    return signed_in(alice)


@pytest.fixture
def history(alice: User, bob: User, team: Team) -> None:
    """Three entries: Bob changes a rule and joins a team, Alice declines a request."""
    record("rule.changed", actor=bob, thing="pay is closed", before={"level": "read"}, after={"level": "sample"})
    record("team.joined", actor=bob, thing=team)
    record("request.declined", actor=alice, thing="salary", note="Not for this purpose.")


def shown(client: Client, **filters: str) -> list[str]:
    """The actions of the entries that a search shows, latest first; those of searching left out."""
    response = client.get(PAGE, filters)
    assert response.status_code == 200
    lines = [line.entry.action for line in response.context["lines"]]
    return [action for action in lines if not action.startswith(("sign_in", "audit"))]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}export/", f"{PAGE}0199c1f0-2a6c-7b30-9f3c-0d6f1f0b6a11/"])
@pytest.mark.parametrize("api", [False, True])
def test_only_administrators_and_the_council_read_it(history: None, as_bob: Client, path: str, api: bool) -> None:
    response = as_bob.get(path.replace("/permissions/audit/", "/api/v1/audit").rstrip("/") if api else path)
    assert response.status_code in ({403, 404} if api else {403})
    assert b"salary" not in response.content


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.ADMINISTRATOR])
def test_they_see_everything_of_hidden_things_too(
    role: Role, history: None, customers: Any, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    """Who answers for the rules must see what was done with what the rules hide."""
    RoleGrant.objects.create(role=role, person=charlie)
    record("read.denied", actor=charlie, thing=customers)
    assert shown(signed_in(charlie)) == ["read.denied", "request.declined", "team.joined", "rule.changed"]


@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        ({"action": "rule"}, ["rule.changed"]),
        ({"action": "rule.changed"}, ["rule.changed"]),
        ({"action": "rule.created"}, []),
        ({"person": "BOB"}, ["team.joined", "rule.changed"]),
        ({"person": "nobody"}, []),
        ({"thing": "PAY"}, ["rule.changed"]),
        ({"thing": "permissions.team:{team}"}, ["team.joined"]),
        ({"since": "2026-01-01"}, ["request.declined", "team.joined", "rule.changed"]),
        ({"until": "2020-01-01"}, []),
        ({"address": "10.0.0.0/8"}, []),
    ],
)  # fmt: skip
def test_filters(council: Client, history: None, team: Team, filters: dict[str, str], actions: list[str]) -> None:
    assert shown(council, **{name: value.format(team=team.pk) for name, value in filters.items()}) == actions


def test_a_person_is_found_by_the_name_they_had_and_the_one_they_have(
    council: Client, history: None, bob: User
) -> None:
    bob.username = "robert"
    bob.save()
    assert shown(council, person="bob") == shown(council, person="robert") == ["team.joined", "rule.changed"]


def test_an_address_is_found_alone_and_in_its_network(council: Client, client: Client) -> None:
    client.get("/datasets/1/", REMOTE_ADDR="10.1.2.3")
    council.get("/datasets/1/", REMOTE_ADDR="10.1.2.3")
    for address in ("10.1.2.3", "10.1.0.0/16"):
        assert shown(council, address=address) == ["read.missed"]
    assert shown(council, address="10.1.2.4") == []


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"address": "here"}, "Give an address or a network"),
        ({"since": "yesterday"}, "Enter a valid date"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "Choose a later one"),
        ({"action": "rule.painted"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_searched_for_is_said_and_kept(council: Client, filters: dict[str, str], message: str) -> None:
    response = council.get(PAGE, filters)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert all(value in response.content.decode() for name, value in filters.items() if name != "action")


def test_before_and_after_are_told_apart(council: Client, history: None) -> None:
    page = council.get(PAGE, {"action": "rule"}).content.decode()
    assert "<del>read</del>" in page
    assert "<ins>sample</ins>" in page


def test_what_people_wrote_is_shown_as_they_wrote_it(council: Client, bob: User) -> None:
    record("rule.changed", actor=bob, thing="<script>alert(1)</script>", after={"<b>": "<i>"}, note="<u>")
    found = AuditEntry.objects.get(action="rule.changed")
    for path in (PAGE, f"{PAGE}{found.pk}/"):
        page = council.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        assert "<i>" not in page


def test_pages_follow_each_other_without_gap(council: Client) -> None:
    write([entry("team.joined", actor=None, thing=f"team {number}") for number in range(120)])
    seen, address = [], f"{PAGE}?action=team"
    for _ in range(3):
        response = council.get(address)
        seen += [line.entry.thing_name for line in response.context["lines"]]
        cursor = response.context["listing"].next_cursor
        address = f"{PAGE}?action=team&cursor={cursor}"
    assert seen == [f"team {number}" for number in reversed(range(120))]
    assert cursor is None


def test_a_page_asks_the_database_a_fixed_number_of_questions(
    council: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        record("team.joined", actor=UserFactory.create(username=f"p{number}"), thing=f"team {number}")
    council.get(PAGE)
    with django_assert_max_num_queries(8):
        council.get(PAGE)


def test_whoever_searches_the_record_is_on_it(council: Client, history: None) -> None:
    shown(council, person="bob")
    council.get(PAGE)
    searched = AuditEntry.objects.get(action="audit.searched")
    assert (searched.actor_name, searched.after) == ("alice", {"person": "bob"})


# --- files


def test_the_record_is_exported_as_a_table(council: Client, bob: User) -> None:
    record("rule.changed", actor=bob, thing="=1+1", before={"level": "read"}, after={"level": "sample"})
    response = council.get(f"{PAGE}export/", {"action": "rule"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["action"], row["actor_name"], row["thing_name"]) == ("rule.changed", "bob", "'=1+1")
    assert json.loads(row["after"]) == {"level": "sample"}
    exported = AuditEntry.objects.get(action="audit.exported")
    assert exported.after == {"format": "csv", "action": "rule"}


def test_the_record_is_exported_as_json_lines_of_any_number(council: Client) -> None:
    write([entry("team.joined", actor=None, thing=f"team {number}") for number in range(2_500)])
    response = council.get(f"{PAGE}export/", {"action": "team", "format": "jsonl"})
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [json.loads(line)["thing_name"] for line in lines] == [f"team {n}" for n in reversed(range(2_500))]


# --- over REST


def test_the_record_is_read_over_rest(council: Client, history: None) -> None:
    found = council.get("/api/v1/audit", {"person": "bob", "action": ["rule", "team.joined"], "limit": "1"}).json()
    assert [one["action"] for one in found["items"]] == ["team.joined"]
    following = council.get(found["next"]).json()
    assert [one["action"] for one in following["items"]] == ["rule.changed"]
    assert council.get(f"/api/v1/audit/{following['items'][0]['id']}").json() == following["items"][0]


@pytest.mark.parametrize("query", ["address=here", "action=painted", "since=soon", "colour=red"])
def test_what_does_not_fit_is_refused_by_name(council: Client, query: str) -> None:
    response = council.get(f"/api/v1/audit?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == query.partition("=")[0]


# --- differences


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("b", "2", "3")]),
        (None, {"legal_basis": "GDPR", "none": None}, [("legal basis", "", "GDPR")]),
        ({"a": True}, None, [("a", "yes", "")]),
        ({"who": ["ada", "bob"]}, {"who": ["bob", "cem"]}, [("who", "ada", "cem")]),
        ({"who": ["ada", "bob"]}, {"who": ["bob", "ada"]}, [("who", "ada, bob", "bob, ada")]),
        ({}, {"deep": {"x": [1, None]}}, [("deep", "", "x: 1, ")]),
    ],
)
def test_differences_in_words(before: Any, after: Any, told: list[tuple[str, str, str]]) -> None:
    assert differences(before, after) == told
