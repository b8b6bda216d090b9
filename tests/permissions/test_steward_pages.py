"""People, teams, roles and grants: who sees which page, who may change what, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from catalog.models import Dataset, DatasetGrant, Source, SourceGrant
from notifications.models import Notice
from permissions.models import AuditEntry, OptOutRule, Role, RoleGrant, StaffMode, Team, Token, User
from permissions.tokens.services import create_token
from tests.cast import in_staff_mode, signed_in
from tests.factories import DatasetFactory, RoleFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def grants(dataset: Dataset) -> str:
    return f"/permissions/grants/dataset/{dataset.pk}/"


# Who may do what. Alice owns the customers, Carol sits in the council, Ruth administers, Dan was granted curate.
MATRIX = {
    "see grants": {"owner": 200, "grantee": 200, "reader": 200, "council": 200, "administrator": 200, "outsider": 404},
    "give curate": {"owner": 302, "grantee": 403, "reader": 403, "council": 302, "administrator": 302, "outsider": 404},
    "give manage_rules": {
        "owner": 422, "grantee": 403, "reader": 403, "council": 302, "administrator": 302, "outsider": 404,
    },
    "take a grant": {
        "owner": 302, "grantee": 302, "reader": 403, "council": 302, "administrator": 302, "outsider": 404,
    },
    "give a role": {
        "owner": 403, "grantee": 403, "reader": 403, "council": 403, "administrator": 302, "outsider": 403,
    },
    "make a team": {
        "owner": 403, "grantee": 403, "reader": 403, "council": 403, "administrator": 302, "outsider": 403,
    },
    "join a team": {
        "owner": 403, "grantee": 403, "reader": 403, "council": 403, "administrator": 302, "outsider": 403,
    },
    "close an account": {
        "owner": 403, "grantee": 403, "reader": 403, "council": 403, "administrator": 302, "outsider": 403,
    },
}  # fmt: skip


@pytest.fixture
def clients(
    customers: Dataset, alice: User, bob: User, root: User, charlie: User, hidden_from_charlie: OptOutRule
) -> dict[str, Client]:
    carol, dan = UserFactory.create(username="carol"), UserFactory.create(username="dan")
    RoleFactory.create(role=Role.COUNCIL, person=carol)
    DatasetGrant.objects.create(thing=customers, duty="curate", person=dan)
    TeamFactory.create(slug="ops", members=[bob])
    people = {
        "owner": alice, "grantee": dan, "reader": bob, "council": carol, "administrator": root, "outsider": charlie
    }  # fmt: skip
    return {role: signed_in(person) for role, person in people.items()}


def act(client: Client, action: str, dataset: Dataset) -> int:
    given = DatasetGrant.objects.get(person__username="dan")
    posts: dict[str, tuple[str, dict[str, Any]]] = {
        "give curate": (grants(dataset), {"duty": "curate", "person": "bob"}),
        "give manage_rules": (grants(dataset), {"duty": "manage_rules", "person": "bob"}),
        "take a grant": (f"{grants(dataset)}remove/{given.pk}/", {}),
        "give a role": ("/permissions/roles/", {"role": "council", "person": "bob"}),
        "make a team": ("/teams/new/", {"name": "New", "slug": "new"}),
        "join a team": ("/teams/of/ops/add/", {"person": "carol"}),
        "close an account": ("/people/bob/switch/", {"close": "1"}),
    }
    if action == "see grants":
        return client.get(grants(dataset)).status_code
    return client.post(*posts[action]).status_code


@pytest.mark.parametrize("action", MATRIX)
def test_who_may_do_what(action: str, clients: dict[str, Client], customers: Dataset) -> None:
    for role, status in MATRIX[action].items():
        found = act(clients[role], action, customers)
        assert (role, found) == (role, status)
        if status == 302:
            DatasetGrant.objects.get_or_create(thing=customers, duty="curate", person=User.objects.get(username="dan"))
            Team.objects.filter(slug="new").delete()
            User.objects.filter(username="bob").update(is_active=True)


def test_a_grant_is_told_and_recorded_and_works_at_once(customers: Dataset, as_alice: Client, bob: User) -> None:
    as_alice.post(grants(customers), {"duty": "triage", "person": "bob"})
    assert User.objects.get(pk=bob.pk).has_perm("triage", customers)
    assert [notice.title for notice in Notice.objects.filter(person=bob)] == ["You may triage crm.public.customers now"]
    entry = AuditEntry.objects.get(action="grant.given")
    assert (entry.actor_name, entry.after) == ("alice", {"duty": "triage", "to": "Bob Baker"})
    given = DatasetGrant.objects.get()
    as_alice.post(f"{grants(customers)}remove/{given.pk}/")
    assert not User.objects.get(pk=bob.pk).has_perm("triage", customers)
    assert AuditEntry.objects.filter(action="grant.removed").exists()


def test_nobody_is_told_of_a_thing_that_is_hidden_from_them(
    customers: Dataset, as_alice: Client, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    as_alice.post(grants(customers), {"duty": "triage", "person": "charlie"})
    assert not Notice.objects.filter(person=charlie).exists()
    assert "customers" not in text(signed_in(charlie), "/people/charlie/")


def test_the_grants_page_tells_what_comes_from_around(customers: Dataset, as_bob: Client, team: Team) -> None:
    SourceGrant.objects.create(thing=customers.source, duty="curate", team=team)
    shown = text(as_bob, grants(customers))
    assert "Alice Archer" in shown
    assert "On the source it lies in" in shown
    assert "Sales" in shown


def test_a_person_page_tells_roles_and_grants_of_teams(customers: Dataset, as_alice: Client, team: Team) -> None:
    DatasetGrant.objects.create(thing=customers, duty="curate", team=team)
    RoleGrant.objects.create(role=Role.COUNCIL, team=team)
    shown = text(as_alice, "/people/bob/")
    assert "Data council" in shown
    assert "crm.public.customers" in shown
    assert "as a member of Sales" in shown


def test_a_wrong_handle_keeps_what_was_written(customers: Dataset, as_alice: Client) -> None:
    answer = as_alice.post(grants(customers), {"duty": "triage", "person": "nobody"})
    assert answer.status_code == 422
    assert "Nobody has this handle" in answer.content.decode()
    assert 'value="nobody"' in answer.content.decode()


def test_a_team_manager_says_who_is_in_it_until_it_has_a_role(team: Team, alice: User, as_alice: Client) -> None:
    carl = UserFactory.create(username="carl")
    team.managers.add(alice)
    assert as_alice.post("/teams/of/sales/add/", {"person": "carl"}).status_code == 302
    assert carl in team.members.all()
    RoleGrant.objects.create(role=Role.COUNCIL, team=team)
    assert as_alice.post("/teams/of/sales/remove/carl/").status_code == 403


def test_who_leaves_a_team_loses_what_it_had(team: Team, customers: Dataset, bob: User, root: User) -> None:
    DatasetGrant.objects.create(thing=customers, duty="curate", team=team)
    signed_in(root).post("/teams/of/sales/remove/bob/")
    assert not User.objects.get(pk=bob.pk).has_perm("curate", customers)


def test_a_team_that_follows_the_provider_is_left_to_it(team: Team, root: User) -> None:
    Team.objects.update(managed_by="scim", external_id="x")
    assert signed_in(root).post("/teams/of/sales/add/", {"person": "root"}).status_code == 403


def test_the_last_administrator_stays_in_the_team_that_makes_them_one(team: Team, alice: User, bob: User) -> None:
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, team=team)
    team.members.remove(bob)
    signed_in(alice).post("/teams/of/sales/remove/alice/")
    assert alice in team.members.all()


def test_closing_an_account_ends_everything_at_once(root: User, alice: User, customers: Dataset) -> None:
    RoleFactory.create(person=alice)
    browser, made = in_staff_mode(alice), create_token(actor=alice, name="script")
    program = {"Authorization": f"Bearer {made.secret}"}
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/api/v1/me", headers=program).status_code == 200
    signed_in(root).post("/people/alice/switch/", {"close": "1"})
    assert browser.get("/me/").status_code == 302
    assert Client().get("/api/v1/me", headers=program).status_code == 401
    assert Client().get("/search/export/", headers=program).status_code == 302
    assert not Token.objects.filter(revoked_at=None).exists()
    assert not StaffMode.objects.filter(ended_at=None).exists()


def test_nobody_closes_their_own_account(root: User) -> None:
    signed_in(root).post("/people/root/switch/", {"close": "1"})
    assert User.objects.get(pk=root.pk).is_active


def test_people_are_found_by_words_and_paged(as_alice: Client) -> None:
    for n in range(60):
        UserFactory.create(username=f"p{n:02}", last_name=f"Name{n:02}", title="Gardener")
    first = text(as_alice, "/people/?q=gard")
    assert "Name00" in first
    assert "Name59" not in first
    assert "Alice" not in first.split('id="people"')[1]
    assert 'rel="next"' in first


@pytest.mark.parametrize("path", ["/people/", "/people/bob/", "/teams/", "/teams/of/sales/", "/permissions/roles/"])
def test_pages_ask_the_same_number_of_questions_however_much_there_is(
    path: str,
    team: Team,
    as_alice: Client,
    source_of_many: Source,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(25):
        assert as_alice.get(path).status_code == 200


@pytest.fixture
def source_of_many(crm: Source, team: Team, bob: User) -> Source:
    for n in range(20):
        dataset = DatasetFactory.create(source=crm, name=f"t{n}")
        DatasetGrant.objects.create(thing=dataset, duty="curate", team=team)
        DatasetGrant.objects.create(thing=dataset, duty="triage", person=bob)
        other = TeamFactory.create(members=[bob, UserFactory.create()])
        RoleGrant.objects.create(role=Role.ENGINEER, team=other)
    return crm


def test_the_grants_page_is_cheap(
    source_of_many: Source, as_alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dataset = Dataset.objects.first()
    assert dataset is not None
    with django_assert_max_num_queries(25):
        assert as_alice.get(grants(dataset)).status_code == 200
