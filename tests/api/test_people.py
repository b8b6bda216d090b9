"""People and teams over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Source
from permissions.models import AuditEntry, Role, RoleGrant, Team, User
from permissions.tokens.services import create_token
from tests.api.conftest import JSON, every, program, read
from tests.cast import signed_in
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(root: User) -> Client:
    return program(root, "read", "write")


def patch(client: Client, path: str, told: Any, tag: str = "*") -> Any:
    return client.patch(f"/api/v1/{path}", told, content_type=JSON, headers={"If-Match": tag} if tag else {})


def post(client: Client, path: str, told: Any) -> Any:
    return client.post(f"/api/v1/{path}", told, content_type=JSON)


def test_people_are_listed_by_name_and_narrowed(alice: User, bob: User, team: Team) -> None:
    carl = UserFactory.create(username="carl", last_name="Zander", is_active=False)
    UserFactory.create(username="loader", is_service=True, answered_by=alice)
    client = program(alice)
    assert [one["username"] for one in every(client, "people", limit=1)] == ["alice", "bob"]
    assert [one["username"] for one in every(client, "people", q="bak bob")] == ["bob"]
    assert [one["username"] for one in every(client, "people", active="false")] == [carl.username]
    assert {one["username"] for one in every(client, "people", team="sales")} == {"alice", "bob"}


def test_a_person_is_told_with_roles_and_how_they_came(alice: User, bob: User, team: Team) -> None:
    RoleGrant.objects.create(role=Role.COUNCIL, team=team)
    told = read(program(alice), "people/BOB")
    assert (told["username"], told["active"], told["service"]) == ("bob", True, False)
    assert [(one["role"], one["team"]["slug"]) for one in told["roles"]] == [("council", "sales")]
    read(program(alice), "people/nobody", 404)


def test_an_account_is_closed_and_opened_in_the_state_that_was_read(admin: Client, bob: User) -> None:
    secret = create_token(actor=bob, name="script").secret
    tag = admin.get("/api/v1/people/bob")["ETag"]
    assert patch(admin, "people/bob", {"active": False}, "").status_code == 428
    closed = patch(admin, "people/bob", {"active": False}, tag)
    assert (closed.status_code, closed.json()["active"]) == (200, False)
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert patch(admin, "people/bob", {"active": True}, tag).status_code == 412
    assert patch(admin, "people/bob", {"active": True}, closed["ETag"]).json()["active"] is True


def test_nobody_closes_their_own_account_and_others_close_none(admin: Client, alice: User, bob: User) -> None:
    own = patch(admin, "people/root", {"active": False})
    assert (own.status_code, own.json()["detail"][:29]) == (409, "Nobody closes their own accou")
    assert patch(program(alice, "read", "write"), "people/bob", {"active": False}).status_code == 403


@pytest.mark.parametrize(
    "told",
    [{"is_superuser": True}, {"username": "root"}, {"active": 1}, {"active": "no"}, {"email": "x@example.org"}, []],
)
def test_nothing_else_of_a_person_is_changed(admin: Client, bob: User, told: Any) -> None:
    assert patch(admin, "people/bob", told).status_code == 400
    bob.refresh_from_db()
    assert (bob.username, bob.is_active) == ("bob", True)


def test_a_token_that_only_reads_or_is_limited_changes_nobody(root: User, bob: User, crm: Source) -> None:
    made = create_token(actor=None, owner=root, name="n", kept_from=["source:crm"], scopes=["read", "write"])
    for client in (program(root), Client(headers={"Authorization": f"Bearer {made.secret}"})):
        assert patch(client, "people/bob", {"active": False}).status_code == 403
        assert post(client, "teams", {"slug": "new", "name": "New"}).status_code == 403


def test_a_team_is_made_changed_and_listed(admin: Client, bob: User) -> None:
    made = post(admin, "teams", {"slug": "ops", "name": "Operations", "managers": ["bob"]})
    assert made.status_code == 201, made.content
    assert [one["username"] for one in made.json()["managers"]] == ["bob"]
    assert post(admin, "teams", {"slug": "ops", "name": "Other"}).status_code == 409
    tag = admin.get("/api/v1/teams/ops")["ETag"]
    changed = patch(admin, "teams/ops", {"name": "Ops", "managers": []}, tag)
    assert (changed.json()["name"], changed.json()["managers"]) == ("Ops", [])
    assert patch(admin, "teams/ops", {"name": "Again"}, tag).status_code == 412
    assert [one["slug"] for one in every(admin, "teams", q="op")] == ["ops"]
    assert AuditEntry.objects.filter(action="team.changed").count() == 1


def test_a_name_that_is_taken_points_at_its_member(admin: Client, team: Team) -> None:
    answer = post(admin, "teams", {"slug": "new", "name": "Sales"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/name")
    assert post(admin, "teams", {"slug": "new", "name": "New", "managers": ["nobody"]}).status_code == 400
    assert post(admin, "teams", {"slug": "new", "name": "New", "managed_by": "scim"}).status_code == 400


def test_managers_say_who_is_in_a_team_and_not_who_manages_it(team: Team, alice: User, bob: User, root: User) -> None:
    team.managers.add(alice)
    carl, client = UserFactory.create(username="carl"), program(alice, "read", "write")
    assert post(client, "teams/sales/members", {"person": "carl"}).status_code == 201
    assert post(client, "teams/sales/members", {"person": "carl"}).status_code == 201
    assert carl in team.members.all()
    assert {one["username"] for one in every(client, "teams/sales/members", limit=2)} == {"alice", "bob", "carl"}
    assert client.delete("/api/v1/teams/sales/members/carl").status_code == 204
    assert client.delete("/api/v1/teams/sales/members/carl").status_code == 404
    assert patch(client, "teams/sales", {"managers": ["bob"]}).status_code == 403
    assert patch(client, "teams/sales", {"name": "Selling"}).status_code == 200
    assert post(program(bob, "read", "write"), "teams/sales/members", {"person": "carl"}).status_code == 403


def test_programs_in_a_team_are_shown(team: Team, alice: User, admin: Client) -> None:
    UserFactory.create(username="loader", first_name="Loader", is_service=True, answered_by=alice)
    assert post(admin, "teams/sales/members", {"person": "loader"}).status_code == 201
    assert "loader" in {one["username"] for one in every(admin, "teams/sales/members")}
    assert "Loader" in signed_in(alice).get("/teams/of/sales/").content.decode()


@pytest.mark.parametrize("told", [{"person": "ops"}, {"person": "sales"}, {"team": "ops"}, {"person": {"team": "ops"}}])
def test_a_team_is_never_in_a_team(admin: Client, team: Team, told: Any) -> None:
    TeamFactory.create(slug="ops", members=[])
    answer = post(admin, "teams/sales/members", told)
    assert answer.status_code == 400
    assert (
        "no other teams" in answer.json()["detail"]
        or "no such member" in answer.json()["detail"]
        or ("Give text" in answer.json()["detail"])
    )
    assert team.members.count() == 2


def test_the_last_administrator_is_not_taken_out_of_the_team_that_makes_them_one(team: Team, alice: User) -> None:
    team.members.set([alice])
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, team=team)
    answer = program(alice, "read", "write").delete("/api/v1/teams/sales/members/alice")
    assert answer.status_code == 409
    assert alice in team.members.all()


def test_a_team_that_is_managed_elsewhere_is_left_to_it(admin: Client, team: Team) -> None:
    Team.objects.update(managed_by="scim", external_id="x")
    assert read(admin, "teams/sales")["managed"] == "scim"
    assert post(admin, "teams/sales/members", {"person": "root"}).status_code == 403
    assert patch(admin, "teams/sales", {"name": "Selling"}).status_code == 403


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff x"], ids=["nul", "half", "other half"])
def test_what_is_no_text_is_refused(admin: Client, team: Team, text: str) -> None:
    for path, told in {"teams": {"slug": "new", "name": text}, "teams/sales/members": {"person": text}}.items():
        assert post(admin, path, told).status_code == 400
    assert patch(admin, "teams/sales", {"managers": [text]}).status_code == 400
    assert post(admin, "roles", {"role": "council", "person": text}).status_code == 400
    assert post(admin, "grants", {"thing": text, "duty": "curate", "person": text}).status_code == 400
    assert post(admin, "teams", {text: 1}).status_code == 400
