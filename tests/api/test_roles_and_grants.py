"""Roles and grants over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from catalog.models import Dataset, DatasetGrant, DomainGrant, SourceGrant
from permissions.models import OptOutRule, Role, RoleGrant, Team, User
from tests.api.conftest import JSON, every, program, read
from tests.factories import DatasetFactory, DomainFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(root: User) -> Client:
    return program(root, "read", "write")


def post(client: Client, path: str, told: Any) -> Any:
    return client.post(f"/api/v1/{path}", told, content_type=JSON)


def delete(client: Client, path: str) -> int:
    return client.delete(f"/api/v1/{path}").status_code


def test_a_role_is_given_seen_and_taken(admin: Client, alice: User, bob: User, team: Team) -> None:
    made = post(admin, "roles", {"role": "council", "team": "sales"})
    assert (made.status_code, made.json()["team"]["slug"], made.json()["given_by"]["username"]) == (
        201,
        "sales",
        "root",
    )
    assert post(admin, "roles", {"role": "council", "team": "sales"}).json()["id"] == made.json()["id"]
    assert [one["role"] for one in every(program(bob), "roles", person="bob")] == ["council"]
    assert [one["person"]["username"] for one in every(program(bob), "roles", role="administrator")] == ["root"]
    assert read(program(bob), f"roles/{made.json()['id']}")["team"]["slug"] == "sales"
    assert delete(admin, f"roles/{made.json()['id']}") == 204
    read(admin, f"roles/{made.json()['id']}", 404)


def test_only_administrators_give_and_take_roles(admin: Client, alice: User, root: User) -> None:
    client = program(alice, "read", "write")
    assert post(client, "roles", {"role": "administrator", "person": "alice"}).status_code == 403
    assert delete(client, f"roles/{RoleGrant.objects.get().pk}") == 403
    assert delete(admin, f"roles/{RoleGrant.objects.get().pk}") == 409
    assert RoleGrant.objects.get().person == root


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"role": "king", "person": "alice"}, "#/role"),
        ({"role": "council"}, "#/person"),
        ({"role": "council", "person": "alice", "team": "sales"}, "#/person"),
        ({"role": "council", "person": "nobody"}, "#/person"),
        ({"role": "council", "team": "none"}, "#/team"),
        ({"role": "council", "person": "alice", "given_by": "alice"}, "#/given_by"),
    ],
)
def test_a_role_that_does_not_fit_is_refused_by_its_place(
    admin: Client, alice: User, team: Team, told: Any, pointer: str
) -> None:
    answer = post(admin, "roles", told)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert RoleGrant.objects.count() == 1


def test_a_grant_is_given_and_works_and_ends(customers: Dataset, alice: User, bob: User) -> None:
    owner = program(alice, "read", "write")
    made = post(owner, "grants", {"thing": f"dataset:{customers.pk}", "duty": "curate", "person": "bob"})
    assert made.status_code == 201, made.content
    assert made.json()["thing"] == {
        "ref": f"dataset:{customers.pk}", "name": "crm.public.customers", "url": customers.get_absolute_url()
    }  # fmt: skip
    assert User.objects.get(pk=bob.pk).has_perm("curate", customers)
    address = f"grants/dataset/{made.json()['id']}"
    assert read(program(bob), address)["duty"] == "curate"
    assert delete(program(UserFactory.create(), "read", "write"), address) == 403
    assert delete(program(bob, "read", "write"), address) == 204
    assert not User.objects.get(pk=bob.pk).has_perm("curate", customers)
    assert delete(owner, address) == 404


def test_who_does_not_answer_for_it_gives_nothing(customers: Dataset, bob: User) -> None:
    told = {"thing": f"dataset:{customers.pk}", "duty": "curate", "person": "bob"}
    assert post(program(bob, "read", "write"), "grants", told).status_code == 403
    assert post(program(bob), "grants", told).status_code == 403
    assert not DatasetGrant.objects.exists()


def test_grants_on_everything_are_one_list(customers: Dataset, alice: User, bob: User, team: Team) -> None:
    now = timezone.now()
    domain = DomainFactory.create()
    model: Any
    for days, (model, thing, duty) in enumerate(
        [
            (DatasetGrant, customers, "curate"), (SourceGrant, customers.source, "triage"),
            (DomainGrant, domain, "curate"), (DatasetGrant, customers, "triage"),
            (SourceGrant, customers.source, "curate"),
        ]
    ):  # fmt: skip
        model.objects.create(thing=thing, duty=duty, person=bob, given_at=now - timedelta(days=days // 2))
    DatasetGrant.objects.create(thing=customers, duty="curate", team=team, given_at=now + timedelta(days=1))
    client = program(alice)
    whole = [(one["kind"], one["duty"]) for one in read(client, "grants")["items"]]
    assert len(whole) == 6
    for limit in (1, 2, 3, 5):
        assert [(one["kind"], one["duty"]) for one in every(client, "grants", limit=limit)] == whole
    assert [one["duty"] for one in every(client, "grants", kind="domain")] == ["curate"]
    assert len(every(client, "grants", person="bob")) == 6  # one of them by the team
    assert len(every(client, "grants", team="sales")) == 1
    assert {one["kind"] for one in every(client, "grants", thing=f"source:{customers.source.pk}")} == {"source"}
    assert len(every(client, "grants", duty="triage")) == 2


def test_pages_go_back_the_way_they_came(customers: Dataset, alice: User) -> None:
    for _ in range(4):
        DatasetGrant.objects.create(thing=customers, duty="curate", person=UserFactory.create())
        SourceGrant.objects.create(thing=customers.source, duty="curate", person=UserFactory.create())
    client = program(alice)
    first = read(client, "grants", limit=3)
    second = client.get(first["next"]).json()
    assert client.get(second["previous"]).json()["items"] == first["items"]
    read(client, "grants", 400, cursor="made-up")


def test_grants_on_what_is_hidden_are_as_if_they_never_were(
    customers: Dataset, charlie: User, bob: User, hidden_from_charlie: OptOutRule
) -> None:
    grant = DatasetGrant.objects.create(thing=customers, duty="curate", person=bob)
    client = program(charlie, "read", "write")
    assert every(client, "grants") == every(client, "grants", person="bob") == []
    read(client, f"grants/dataset/{grant.pk}", 404)
    assert delete(client, f"grants/dataset/{grant.pk}") == 404
    told = {"duty": "curate", "person": "bob"}
    there, never = (post(client, "grants", told | {"thing": f"dataset:{pk}"}) for pk in (customers.pk, 2_000_000_000))
    assert (there.status_code, there.content) == (never.status_code, never.content) == (400, never.content)
    assert len(every(program(bob), "grants")) == 1


@pytest.mark.parametrize(
    "thing", ["dataset", "dataset:", "dataset:x", "user:1", "team:1", "dataset:999999999999999999"]
)
def test_a_grant_on_no_thing_is_refused(admin: Client, thing: str, bob: User) -> None:
    answer = post(admin, "grants", {"thing": thing, "duty": "curate", "person": "bob"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/thing")


def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    customers: Dataset, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        DatasetGrant.objects.create(thing=DatasetFactory.create(), duty="curate", person=UserFactory.create())
        RoleFactory.create(role=Role.ENGINEER, person=UserFactory.create())
    client = program(alice)
    for path in ("grants", "roles", "people", "teams"):
        with django_assert_max_num_queries(12):
            read(client, path)
