"""Rules over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from permissions.models import OptOutRule, RoleGrant, Team, User
from permissions.rules.draft import Whom
from tests.api.conftest import JSON, every, program, read
from tests.factories import UserFactory
from tests.permissions.rules.drafts import REASON, soon, written


@pytest.fixture
def dana(db: None) -> User:
    dana = UserFactory.create(username="dana")
    RoleGrant.objects.create(role="council", person=dana)
    return dana


@pytest.fixture
def writer(dana: User) -> Client:
    return program(dana, "read", "write")


def body(**more: Any) -> dict[str, Any]:
    plain = {"label": "source:crm", "level": "read", "everyone": True, "reason": REASON}
    return plain | {"review_on": soon().isoformat()} | more


def send(client: Client, path: str, told: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", told, content_type=JSON, headers=headers)


def patch(client: Client, rule: OptOutRule, told: Any, tag: str = "") -> Any:
    headers = {"If-Match": tag} if tag else {}
    return client.patch(f"/api/v1/rules/{rule.pk}", told, content_type=JSON, headers=headers)


def test_a_rule_is_written_and_read(writer: Client, dana: User, customers: Dataset, team: Team) -> None:
    answer = send(writer, "rules", body(except_teams=["sales"], note="As agreed."))
    assert answer.status_code == 201, answer.content
    told = read(writer, f"rules/{answer.json()['id']}")
    assert (told["label"], told["level"], told["state"], told["mask"]) == ("source:crm", "read", "in_force", "hidden")
    assert (told["owner"]["username"], told["everyone"], told["except_teams"]) == ("dana", True, ["sales"])
    assert [(one["number"], one["note"]) for one in told["versions"]] == [(1, "As agreed.")]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"label": "source:none"}, "#/label"),
        ({"label": "nonsense"}, "#/label"),
        ({"everyone": False}, "#/everyone"),
        ({"people": ["nobody"]}, "#/people"),
        ({"owner": "nobody"}, "#/owner"),
        ({"reason": "no"}, "#/reason"),
        ({"review_on": "2020-01-01"}, "#/review_on"),
        ({"review_on": "soon"}, "#/review_on"),
        ({"mask": "hashed"}, "#/mask"),
        ({"level": "all"}, "#/level"),
        ({"withdrawn_at": "2026-01-01"}, "#/withdrawn_at"),
        ({"version": 7}, "#/version"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(
    writer: Client, customers: Dataset, wrong: dict[str, Any], pointer: str
) -> None:
    answer = send(writer, "rules", body(**wrong))
    assert answer.status_code == 400, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not OptOutRule.objects.exists()


def test_a_change_names_the_state_it_changes(writer: Client, dana: User, customers: Dataset) -> None:
    rule = written(dana)
    assert patch(writer, rule, {"level": "read"}).status_code == 428
    tag = writer.get(f"/api/v1/rules/{rule.pk}")["ETag"]
    answer = patch(writer, rule, {"level": "read"}, tag)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert patch(writer, rule, {"level": "discover"}, tag).status_code == 412
    assert patch(writer, rule, {"everyone": False}, answer["ETag"]).status_code == 400


def test_a_rule_is_withdrawn_once(writer: Client, dana: User, customers: Dataset) -> None:
    rule = written(dana)
    assert send(writer, f"rules/{rule.pk}/withdraw", {"note": "Over."}).json()["state"] == "withdrawn"
    assert send(writer, f"rules/{rule.pk}/withdraw", {}).status_code == 409
    assert patch(writer, rule, {"level": "read"}, "*").status_code == 409


def test_its_effect_is_told_before_it_is_written(writer: Client, customers: Dataset, bob: User) -> None:
    told = send(writer, "rules/preview", {"label": "source:crm", "level": "read", "people": ["bob"]}).json()
    assert told["sentence"] == "Closes 1 source, 1 container and 1 dataset to 1 person."
    assert {"kind": "dataset", "number": 1} in told["things"]
    assert not OptOutRule.objects.exists()


def test_the_list_is_narrowed_and_paged(writer: Client, dana: User, alice: User, customers: Dataset) -> None:
    written(dana, label="tag:a")
    written(alice, label="tag:b", level="read")
    assert [one["label"] for one in every(writer, "rules", limit=1)] == ["tag:b", "tag:a"]
    assert [one["label"] for one in every(writer, "rules", owner="alice")] == ["tag:b"]
    assert [one["label"] for one in every(writer, "rules", level="sample", state="in_force")] == ["tag:a"]
    assert every(writer, "rules", person="nobody") == []


def test_others_see_what_stops_them_and_no_more(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    seen = written(alice, whom=Whom(people=[bob, charlie]))
    hidden = written(alice, level="discover", label="tag:x", whom=Whom(people=[bob]))
    as_charlie = program(charlie, "read", "write")
    (told,) = every(as_charlie, "rules")
    assert (told["id"], told["people"], told["everyone"], told["version"]) == (seen.pk, None, None, None)
    assert read(as_charlie, f"rules/{seen.pk}")["versions"] is None
    read(as_charlie, f"rules/{hidden.pk}", 404)
    read(as_charlie, "rules", 403, person="bob")


def test_others_write_nothing(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    rule = written(alice, whom=Whom(people=[charlie]))
    as_charlie = program(charlie, "read", "write")
    assert send(as_charlie, "rules", body()).status_code == 403
    assert send(as_charlie, "rules/preview", {"label": "source:crm", "level": "read"}).status_code == 403
    assert patch(as_charlie, rule, {"level": "read"}, "*").status_code == 403
    assert send(as_charlie, f"rules/{rule.pk}/withdraw", {}).status_code == 403
    assert patch(program(bob, "read", "write"), rule, {"level": "read"}, "*").status_code == 404
    assert patch(program(alice, "read", "write"), rule, {"label": "tag:other"}, "*").status_code == 403
    assert patch(program(alice, "read"), rule, {"level": "read"}, "*").status_code == 403
