"""SCIM: what an identity provider may read and change, and what it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from permissions.accounts.service_accounts import create_service_account
from permissions.models import Role, RoleGrant, ScimAccount, Team, User, UserSession
from permissions.tokens.services import create_token
from tests.api.conftest import program
from tests.cast import signed_in
from tests.factories import RuleFactory, TeamFactory, UserFactory
from tests.sign_in.conftest import Configure, at_provider, sign_in, who_is

SCIM = "application/scim+json"
USER, GROUP, PATCH = (
    f"urn:ietf:params:scim:{name}"
    for name in ("schemas:core:2.0:User", "schemas:core:2.0:Group", "api:messages:2.0:PatchOp")
)


@pytest.fixture
def root(db: None) -> User:
    person = UserFactory.create(username="root")
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=person)
    return person


@pytest.fixture
def secret(root: User) -> str:
    account = create_service_account(actor=root, username="idp", name="IdP", purpose="", answered_by=root)
    return create_token(actor=root, owner=account, name="scim", scopes=["scim"]).secret


@pytest.fixture
def idp(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client: Client, kind: str, status: int = 201, **members: Any) -> dict[str, Any]:
    schema = USER if kind == "Users" else GROUP
    answer = client.post(f"/scim/v2/{kind}", {"schemas": [schema], **members}, content_type=SCIM)
    assert answer.status_code == status, answer.content
    return answer.json()  # type: ignore[no-any-return]


def patch(client: Client, path: str, *operations: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = client.patch(f"/scim/v2/{path}", {"schemas": [PATCH], "Operations": operations}, content_type=SCIM)
    assert answer.status_code == status, answer.content
    return answer.json()  # type: ignore[no-any-return]


def listed(client: Client, kind: str = "Users", **parameters: Any) -> Any:
    answer = client.get(f"/scim/v2/{kind}", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(page: Any) -> list[str]:
    return [one["userName"] for one in page.get("Resources", [])]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_passes_the_conformance_test_of_scim2_cli(live_server: Any, secret: str) -> None:
    program_of_it = str(Path(sys.executable).with_name("scim"))
    command = [
        program_of_it,
        "--url",
        f"{live_server.url}/scim/v2",
        "--header",
        f"Authorization: Bearer {secret}",
        "test",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("SUCCESS") > 30


def test_a_person_is_made_changed_and_shut_out_at_once(idp: Client) -> None:
    made = post(
        idp, "Users", userName="ada@corp.example", externalId="42", name={"givenName": "Ada", "familyName": "King"},
        emails=[{"value": "Ada@Corp.example", "primary": True}], title="Engineer", nickName="passed over",
    )  # fmt: skip
    ada = User.objects.get(pk=made["id"])
    assert (ada.username, ada.email, str(ada), ada.has_usable_password()) == (
        "ada",
        "ada@corp.example",
        "Ada King",
        False,
    )
    assert made["meta"]["location"].endswith(f"/scim/v2/Users/{ada.pk}")
    browser, machine = signed_in(ada), program(ada)
    assert machine.get("/api/v1/me").status_code == 200
    told = patch(idp, f"Users/{ada.pk}", {"op": "replace", "path": "active", "value": False})
    assert told["active"] is False
    assert (who_is(browser), machine.get("/api/v1/me").status_code) == ("", 401)
    assert not UserSession.objects.filter(user=ada, ended_at=None).exists()
    patch(idp, f"Users/{ada.pk}", {"op": "Replace", "value": {"active": True, "title": "Chief"}})
    ada.refresh_from_db()
    assert (ada.is_active, ada.title) == (True, "Chief")
    assert (who_is(browser), machine.get("/api/v1/me").status_code) == ("", 401)  # what ended stays ended


def test_a_replacement_that_says_nothing_of_activity_opens_no_account(idp: Client) -> None:
    made = post(idp, "Users", userName="ada", active=False)
    body = {"schemas": [USER], "userName": "ada", "title": "x"}
    assert idp.put(f"/scim/v2/Users/{made['id']}", body, content_type=SCIM).status_code == 200
    assert not User.objects.get(pk=made["id"]).is_active


def test_a_deleted_person_is_gone_there_and_kept_here(idp: Client) -> None:
    made = post(idp, "Users", userName="ada")
    path = f"/scim/v2/Users/{made['id']}"
    assert idp.delete(path).status_code == 204
    assert (idp.get(path).status_code, idp.delete(path).status_code) == (404, 404)
    assert "ada" not in names(listed(idp))
    assert not User.objects.get(pk=made["id"]).is_active
    again = post(idp, "Users", userName="ADA", active=True)
    assert again["id"] == made["id"]
    assert User.objects.get(pk=made["id"]).is_active


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('userName eq "ADA"', ["ada"]),
        ('userName sw "a"', ["ada", "alan"]),
        ('userName co "la"', ["alan"]),
        ('externalId eq "7"', ["alan"]),
        ("active eq false", ["alan"]),
        ('userName eq "ada" and active eq true', ["ada"]),
        ('userName eq "ada" or externalId eq "7"', ["ada", "alan"]),
        ('not (userName sw "a") and active eq true', ["root"]),
        ('name.familyName eq "turing"', ["alan"]),
        ("externalId pr", ["alan"]),
        ('emails.value eq "a@x.example"', ["ada"]),
        ('userName eq "\' or 1=1 --"', []),
        ('id eq "999999999999999999999"', []),
        ('id eq "x"', []),
    ],
)
def test_people_are_found_by_filters(idp: Client, filter: str, found: list[str]) -> None:  # noqa: A002
    post(idp, "Users", userName="ada", emails=[{"value": "a@x.example"}])
    post(idp, "Users", userName="alan", externalId="7", active=False, name={"familyName": "Turing"})
    page = listed(idp, filter=filter)
    assert sorted(names(page)) == found
    assert page["totalResults"] == len(found)


@pytest.mark.parametrize(
    "filter",
    [
        "userName", "userName eq", 'nothing eq "x"', 'userName gt "a"', 'emails[value eq "x"]', "(" * 300,
        'userName eq "\\u0000"',
    ],
)  # fmt: skip
def test_filters_that_make_no_sense_are_refused(idp: Client, filter: str) -> None:  # noqa: A002
    answer = idp.get("/scim/v2/Users", {"filter": filter})
    assert (answer.status_code, answer["Content-Type"]) == (400, SCIM)
    assert answer.json()["scimType"] in {"invalidFilter", "invalidValue", "invalidPath", "invalidSyntax"}


def test_lists_are_paged_and_cut_to_attributes(idp: Client) -> None:
    for number in range(5):
        post(idp, "Users", userName=f"person{number:02}")
    page = listed(idp, filter='userName sw "person"', startIndex=2, count=2, attributes="userName")
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    assert names(page) == ["person01", "person02"]
    assert set(page["Resources"][0]) == {"schemas", "id", "userName"}
    assert listed(idp, count=0)["totalResults"] >= 5
    assert "userName" in listed(idp, excludedAttributes="title", startIndex=-3)["Resources"][0]
    assert listed(idp, startIndex=10**12).get("Resources", []) == []


def test_both_kinds_are_searched_at_once(idp: Client) -> None:
    ada = post(idp, "Users", userName="ada")["id"]
    post(idp, "Groups", displayName="Stewards", members=[{"value": ada}])
    schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

    def search(**wanted: Any) -> tuple[int, list[str]]:
        page = idp.post("/scim/v2/.search", {"schemas": [schema], **wanted}, content_type=SCIM).json()
        return page["totalResults"], [one["meta"]["resourceType"] for one in page.get("Resources", [])]

    assert search() == (3, ["User", "User", "Group"])
    assert search(startIndex=2, count=1) == (3, ["User"])
    assert search(startIndex=3) == (3, ["Group"])
    assert search(filter='userName eq "ada"') == (1, ["User"])
    assert search(filter='displayName eq "stewards"') == (1, ["Group"])


def test_groups_are_teams_and_their_members(idp: Client) -> None:
    one, two = (post(idp, "Users", userName=name)["id"] for name in ("ada", "bea"))
    made = post(idp, "Groups", displayName="Data stewards", externalId="g1", members=[{"value": one}])
    team = Team.objects.get(pk=made["id"])
    assert (team.name, team.slug, team.managed_by) == ("Data stewards", "data-stewards", "scim")
    patch(idp, f"Groups/{team.pk}", {"op": "add", "path": "members", "value": [{"value": two}]})
    assert set(team.members.values_list("username", flat=True)) == {"ada", "bea"}
    assert idp.get(f"/scim/v2/Users/{two}").json()["groups"][0]["display"] == "Data stewards"
    patch(idp, f"Groups/{team.pk}", {"op": "remove", "path": f'members[value eq "{one}"]'})
    patch(idp, f"Groups/{team.pk}", {"op": "remove", "path": "members", "value": [{"value": two}]})
    assert not team.members.exists()
    assert listed(idp, "Groups", filter='displayName eq "data stewards"')["totalResults"] == 1
    assert idp.delete(f"/scim/v2/Groups/{team.pk}").status_code == 204
    assert not Team.objects.filter(pk=team.pk).exists()


def test_a_team_that_a_rule_names_is_emptied_and_kept(idp: Client, root: User) -> None:
    ada = post(idp, "Users", userName="ada")["id"]
    team = Team.objects.get(pk=post(idp, "Groups", displayName="Kept out", members=[{"value": ada}])["id"])
    RuleFactory.create(owner=root, teams=[team])
    assert idp.delete(f"/scim/v2/Groups/{team.pk}").status_code == 204
    assert idp.get(f"/scim/v2/Groups/{team.pk}").status_code == 404
    team.refresh_from_db()
    assert not team.members.exists()


def test_teams_that_people_manage_here_are_out_of_its_reach(idp: Client, root: User) -> None:
    team = TeamFactory.create(slug="council", name="Council", members=[root])
    ada = post(idp, "Users", userName="ada")["id"]
    assert listed(idp, "Groups")["totalResults"] == 0
    assert idp.get(f"/scim/v2/Groups/{team.pk}").status_code == 404
    assert idp.delete(f"/scim/v2/Groups/{team.pk}").status_code == 404
    refused = post(idp, "Groups", 409, displayName="COUNCIL", members=[{"value": ada}])
    assert refused["scimType"] == "uniqueness"
    assert set(team.members.all()) == {root}


def test_an_administrator_whom_it_did_not_make_is_out_of_its_reach(idp: Client, root: User) -> None:
    off = {"op": "replace", "path": "active", "value": False}
    assert "administers" in patch(idp, f"Users/{root.pk}", off, status=403)["detail"]
    body = {"schemas": [USER], "userName": "root", "emails": [{"value": "mallory@x.example"}]}
    assert idp.put(f"/scim/v2/Users/{root.pk}", body, content_type=SCIM).status_code == 403
    assert idp.delete(f"/scim/v2/Users/{root.pk}").status_code == 403
    root.refresh_from_db()
    assert (root.is_active, root.email) == (True, "root@example.org")


def test_an_administrator_whom_it_made_is_closed_but_not_given_another_address(idp: Client) -> None:
    made = post(idp, "Users", userName="ada", emails=[{"value": "ada@x.example"}])
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=User.objects.get(pk=made["id"]))
    change = {"op": "replace", "path": "emails", "value": [{"value": "mallory@x.example"}]}
    patch(idp, f"Users/{made['id']}", change, status=403)
    off = {"op": "replace", "path": "active", "value": False}
    assert patch(idp, f"Users/{made['id']}", off)["active"] is False


def test_the_last_administrator_is_not_closed(idp: Client, root: User) -> None:
    made = post(idp, "Users", userName="ada")
    RoleGrant.objects.update(person=made["id"])
    patch(idp, f"Users/{made['id']}", {"op": "replace", "path": "active", "value": False}, status=403)
    assert idp.delete(f"/scim/v2/Users/{made['id']}").status_code == 403
    assert User.objects.get(pk=made["id"]).is_active


def test_somebody_who_was_here_before_is_taken_up(idp: Client, alice: User) -> None:
    assert post(idp, "Users", 409, userName="alice")["scimType"] == "uniqueness"
    (found,) = listed(idp, filter='userName eq "alice"')["Resources"]
    patch(idp, f"Users/{found['id']}", {"op": "add", "value": {"externalId": "x1", "title": "Analyst"}})
    alice.refresh_from_db()
    assert (alice.title, alice.email) == ("Analyst", "alice@example.org")
    assert ScimAccount.objects.get(user=alice).external_id == "x1"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"userName": ""}, {"userName": None}, {"userName": "x" * 300}, {"userName": "a\0b"}, {"userName": ["a"]},
        {"userName": "ok", "title": "x" * 500}, {"userName": "ok", "active": "maybe"},
        {"userName": "ok", "emails": "a@b"}, {"userName": "ok", "name": {"givenName": 7}}, [], "x", None,
    ],
)  # fmt: skip
def test_bodies_that_do_not_fit_are_refused_as_scim_does(idp: Client, body: Any) -> None:
    given = {"schemas": [USER], **body} if isinstance(body, dict) else body
    before = User.objects.count()
    answer = idp.post("/scim/v2/Users", given, content_type=SCIM)
    assert answer.status_code == 400, answer.content
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert User.objects.count() == before


def test_rights_are_not_assigned_along(idp: Client) -> None:
    made = post(
        idp, "Users", userName="eve", is_superuser=True, isStaff=True, roles=[{"value": "administrator"}], password="x"
    )
    eve = User.objects.get(pk=made["id"])
    assert not any((eve.is_superuser, eve.is_staff, eve.has_usable_password()))
    assert not RoleGrant.objects.filter(person=eve).exists()


def test_two_cannot_have_one_name_or_address(idp: Client) -> None:
    post(idp, "Users", userName="ada", emails=[{"value": "a@x.example"}])
    assert post(idp, "Users", 409, userName="Ada")["scimType"] == "uniqueness"
    assert post(idp, "Users", 409, userName="bea", emails=[{"value": "A@x.example"}])["scimType"] == "uniqueness"


def test_members_must_be_there(idp: Client) -> None:
    for wrong in ("999999", "x", "", "9" * 40):
        post(idp, "Groups", 400, displayName="G", members=[{"value": wrong}])
    assert not Team.objects.exists()


@pytest.mark.parametrize("path", ["Users", "Users/1", "Groups", "ServiceProviderConfig", "Schemas", "nowhere"])
def test_nobody_else_gets_in(path: str, alice: User, root: User, as_alice: Client, client: Client, secret: str) -> None:
    assert client.get(f"/scim/v2/{path}").status_code == 401
    assert as_alice.get(f"/scim/v2/{path}").status_code == 401
    assert program(root, "read", "write").get(f"/scim/v2/{path}").status_code == 403
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/datasets").status_code == 403


def test_addresses_that_are_none_say_so(idp: Client) -> None:
    for path in ("nowhere", "Users/x", "Users/99999", "Users/" + "9" * 50, "Groups/1/x", "Schemas/x", ""):
        assert idp.get(f"/scim/v2/{path}").status_code == 404
    assert idp.post("/scim/v2/Schemas", {}, content_type=SCIM).status_code == 405


def test_it_waits_when_it_asks_too_often(idp: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    answers = [idp.get("/scim/v2/Users") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_whom_it_made_signs_in_at_the_provider_to_the_same_account(idp: Client, configure: Configure) -> None:
    made = post(idp, "Users", userName="ada@corp.example", emails=[{"value": "ada@corp.example"}])
    at_provider(configure(), "ada-sub", email="ada@corp.example")
    browser = Client()
    sign_in(browser, "ada-sub")
    assert who_is(browser) == User.objects.get(pk=made["id"]).username
