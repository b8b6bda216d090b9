"""Service accounts: who makes them, who makes their tokens, and that nobody signs in to them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset
from permissions.accounts.service_accounts import create_service_account
from permissions.appointing import give_role
from permissions.exceptions.services import make_exception
from permissions.models import Role, RoleGrant, Token, User
from permissions.tokens.services import create_token
from tests.api.conftest import JSON, program, read
from tests.cast import signed_in
from tests.factories import ExceptionFactory, RuleFactory, TeamFactory, UserFactory
from tests.permissions.test_token_pages import secret_on

pytestmark = pytest.mark.django_db
WISH = {"username": "airflow", "name": "Airflow", "purpose": "Reports runs", "answered_by": "bob"}


@pytest.fixture
def root(db: None) -> User:
    person = UserFactory.create(username="root")
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=person)
    return person


@pytest.fixture
def airflow(root: User, bob: User) -> User:
    return create_service_account(actor=root, **WISH | {"answered_by": bob})  # type: ignore[arg-type]


def test_an_administrator_makes_one_and_its_token(root: User, bob: User) -> None:
    client = signed_in(root)
    page = client.post("/service-accounts/new/", WISH, follow=True).content.decode()
    assert "The program is refused until it has one" in page
    made = client.post("/service-accounts/of/airflow/", {"name": "prod", "scopes": ["lineage", "scim"], "days": "30"})
    token = Token.objects.get()
    assert (token.owner.username, token.scopes) == ("airflow", ["lineage", "scim"])
    assert secret_on(made.content.decode()).startswith(token.hint)


def test_who_answers_for_it_makes_its_tokens_but_none_that_manages_people(airflow: User, bob: User) -> None:
    client = signed_in(bob)
    assert (
        client.post("/service-accounts/of/airflow/", {"name": "prod", "scopes": ["read"], "days": "30"}).status_code
        == 201
    )
    refused = client.post("/service-accounts/of/airflow/", {"name": "x", "scopes": ["scim"], "days": "30"})
    assert refused.status_code == 422
    assert "Only an administrator gives" in refused.content.decode()
    assert client.post(f"/me/tokens/{Token.objects.get().pk}/revoke/")["Location"] == "/service-accounts/of/airflow/"


def test_others_do_not_learn_of_it_and_make_none(airflow: User, as_alice: Client, alice: User) -> None:
    assert as_alice.get("/service-accounts/of/airflow/").status_code == 404
    assert as_alice.post("/service-accounts/of/airflow/change/", {}).status_code == 404
    assert "airflow" not in as_alice.get("/service-accounts/").content.decode()
    assert as_alice.post("/service-accounts/new/", WISH | {"username": "mine"}).status_code == 403
    token = create_token(actor=None, owner=airflow, name="prod").token
    assert as_alice.post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    with pytest.raises(PermissionDenied):
        create_token(actor=alice, owner=airflow, name="mine")


def test_nobody_gets_tokens_of_a_person(root: User, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        create_token(actor=root, owner=alice, name="hers")


def test_nobody_has_the_scope_scim_for_themselves(root: User) -> None:
    with pytest.raises(ValidationError):
        create_token(actor=root, name="mine", scopes=["scim"])
    assert "scim" not in signed_in(root).get("/me/tokens/").content.decode().partition("<form")[2]


def test_nobody_signs_in_to_it(airflow: User, client: Client) -> None:
    assert not airflow.has_usable_password()
    client.post("/accounts/login/", {"login": "airflow", "password": "anything"})
    assert "_auth_user_id" not in client.session


def test_switched_off_its_tokens_are_refused(airflow: User, root: User) -> None:
    secret = create_token(actor=None, owner=airflow, name="prod").secret
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    assert read(machine, "me")["username"] == "airflow"
    signed_in(root).post("/service-accounts/of/airflow/change/", {"answered_by": "bob"})
    assert "not active" in read(machine, "me", 401)["detail"]


@pytest.mark.parametrize(
    "change", [{"username": ""}, {"answered_by": "nobody"}, {"answered_by": "airflow"}, {"username": "BOB"}]
)
def test_what_does_not_fit_is_refused_in_place(root: User, airflow: User, change: dict[str, str]) -> None:
    answer = signed_in(root).post("/service-accounts/new/", WISH | {"username": "other"} | change)
    assert answer.status_code == 422
    assert User.objects.filter(is_service=True).count() == 1


def test_an_account_of_a_program_administers_nothing(airflow: User, root: User) -> None:
    with pytest.raises(ValidationError, match="account of a program"):
        give_role(actor=root, role="administrator", whom=airflow)
    with pytest.raises(IntegrityError, match="user_service_is_answered_for"), transaction.atomic():
        User.objects.filter(pk=airflow.pk).update(answered_by=None)


def test_people_and_programs_are_told_apart(airflow: User, as_alice: Client) -> None:
    assert "This is a service account" in as_alice.get("/people/airflow/").content.decode()
    assert "Service account" in as_alice.get("/palette/", {"q": "airf"}).content.decode()


def test_administrators_make_and_switch_them_off_over_rest(root: User, bob: User) -> None:
    client = program(root, "read", "write")
    made = client.post("/api/v1/service-accounts", WISH, content_type=JSON)
    assert (made.status_code, made.json()["answered_by"]["username"]) == (201, "bob")
    assert client.post("/api/v1/service-accounts", WISH, content_type=JSON).status_code == 409
    path = "/api/v1/service-accounts/airflow"
    tag = client.get(path)["ETag"]
    off = {"active": False}
    assert client.patch(path, off, content_type=JSON).status_code == 428
    assert client.patch(path, off, content_type=JSON, headers={"If-Match": tag}).json()["active"] is False
    assert client.patch(path, off, content_type=JSON, headers={"If-Match": tag}).status_code == 412
    assert [one["username"] for one in read(client, "service-accounts", active="false")["items"]] == ["airflow"]


def test_rest_refuses_everybody_else(airflow: User, alice: User, bob: User, root: User) -> None:
    outsider = program(alice, "read", "write")
    assert outsider.post("/api/v1/service-accounts", WISH, content_type=JSON).status_code == 403
    assert read(outsider, "service-accounts")["items"] == []
    read(outsider, "service-accounts/airflow", 404)
    assert read(program(bob), "service-accounts/airflow")["purpose"] == "Reports runs"
    wrong = program(root, "read", "write").post(
        "/api/v1/service-accounts", WISH | {"is_superuser": True, "username": "x"}, content_type=JSON
    )
    assert wrong.status_code == 400


# --- what a program may see


def opened(account: User) -> bool:
    return Dataset.objects.readable_by(User.objects.get(pk=account.pk)).exists()


def test_a_program_sees_no_more_than_who_answers_for_it(airflow: User, bob: User, customers: Dataset) -> None:
    assert opened(airflow)
    RuleFactory.create(label="source:crm", level="read", people=[bob], reason="Bob stays out of the customers.")
    assert not opened(airflow)
    secret = create_token(actor=bob, owner=airflow, name="prod").secret
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    told = read(machine, f"datasets/{customers.pk}", status=403)
    assert "Bob stays out of the customers." in json.dumps(told)


def test_nor_does_one_that_changes_hands(airflow: User, bob: User, alice: User, customers: Dataset) -> None:
    RuleFactory.create(label="source:crm", level="discover", people=[bob])
    User.objects.filter(pk=airflow.pk).update(answered_by=alice)
    assert opened(airflow)


def test_an_exception_by_name_opens_it_and_one_of_a_team_does_not(
    airflow: User, bob: User, alice: User, root: User, customers: Dataset
) -> None:
    rule = RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    team = TeamFactory.create(members=[airflow])
    until = timezone.now().date() + timedelta(days=3)
    made: dict[str, Any] = {"rule": rule, "until": until, "purpose": "The nightly report needs it."}
    make_exception(actor=root, team=team, **made)
    assert not opened(airflow)
    with pytest.raises(PermissionDenied):  # he would read by it
        make_exception(actor=bob, person=airflow, **made)
    make_exception(actor=root, person=airflow, label="dataset:crm.public.customers", **made)
    assert opened(airflow)
    assert not opened(bob)


def test_what_opens_something_to_a_person_opens_it_to_their_program(
    airflow: User, bob: User, customers: Dataset
) -> None:
    rule = RuleFactory.create(label="source:crm", level="read", people=[bob])
    ExceptionFactory.create(rule=rule, person=bob)
    assert opened(airflow)
