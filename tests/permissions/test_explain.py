"""Anybody may ask what is open to them and why; whoever answers for a thing may ask about others."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Dataset
from catalog.things import of_dataset
from permissions.explain import account_of, explain_thing, who_can, who_cannot
from permissions.explaining import shares_of
from permissions.levels import Level
from permissions.models import OptOutRule, Role, RoleGrant, Team, User
from tests.cast import signed_in
from tests.factories import ExceptionFactory, FieldFactory, RuleFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    return RuleFactory.create(
        label="source:crm", level="read", everyone=True, owner=alice, reason="Only sales works with this."
    )


@pytest.fixture
def dora(db: None) -> User:
    dora = UserFactory.create(username="dora", first_name="Dora", last_name="Dorn")
    RoleGrant.objects.create(role=Role.COUNCIL, person=dora)
    return dora


def page(client: Client, status: int = 200, path: str = "explain/", **asked: object) -> str:
    response = client.get(f"/permissions/{path}?{urlencode(asked)}", follow=True)
    assert response.status_code == status, response.content
    return response.content.decode()


def test_one_hears_by_which_rule_one_is_stopped(rule: OptOutRule, customers: Dataset, bob: User) -> None:
    told = page(signed_in(bob), thing=f"dataset:{customers.pk}")
    for part in ("Only sales works with this.", "source:crm", "5 Jan 2026", "Alice Archer", "Request access"):
        assert part in told


def test_one_hears_by_which_exception_one_is_let_in_and_until_when(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User, team: Team
) -> None:
    made = ExceptionFactory.create(rule=rule, team=team, approved_by=alice)
    account = account_of(bob, of_dataset(customers))[1]
    assert (account.allowed, account.until) == (True, made.until)
    assert "the team Sales" in page(signed_in(bob), thing=f"dataset:{customers.pk}")


def test_one_hears_when_an_exception_ended(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    ExceptionFactory.create(rule=rule, person=bob, approved_by=alice, until=timezone.now() - timedelta(days=1))
    assert "An exception held until" in page(signed_in(bob), thing=f"dataset:{customers.pk}")


def test_one_hears_that_a_rule_spares_one(customers: Dataset, alice: User, bob: User) -> None:
    RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice, except_people=[bob])
    assert "spares you" in page(signed_in(bob), thing=f"dataset:{customers.pk}")


def test_what_is_hidden_is_not_explained(as_charlie: Client, customers: Dataset) -> None:
    page(as_charlie, 404, thing=f"dataset:{customers.pk}")
    for text in ("crm.public.customers", "CRM", "customers"):
        told = page(as_charlie, thing=text).replace(text, "")
        assert "Which do you mean" not in told
    told = page(as_charlie)
    for leak in ("CRM", "crm", "customers", "merger"):
        assert leak not in told


def test_a_name_leads_to_the_thing(rule: OptOutRule, customers: Dataset, bob: User) -> None:
    assert "Only sales works" in page(signed_in(bob), thing="CRM.public.customers")
    FieldFactory.create(dataset=customers, name="phone")
    RuleFactory.create(label="tag:none", everyone=True)
    assert "Nothing of this name" in page(signed_in(bob), thing="nowhere")


def test_one_asks_about_oneself_only(rule: OptOutRule, customers: Dataset, bob: User, charlie: User) -> None:
    page(signed_in(bob), 403, who="charlie")
    page(signed_in(bob), 403, thing=f"dataset:{customers.pk}", who="charlie")
    page(signed_in(bob), 403, "explain/everybody/", thing=f"dataset:{customers.pk}")


def test_a_steward_asks_about_everybody_and_their_data(rule: OptOutRule, customers: Dataset, charlie: User) -> None:
    steward = UserFactory.create()
    Dataset.objects.filter(pk=customers.pk).update(steward=steward)
    assert "Charlie Cole" in page(signed_in(steward), thing=f"dataset:{customers.pk}", who="charlie")
    assert "Charlie Cole" in page(signed_in(steward), path="explain/everybody/", thing=f"dataset:{customers.pk}")
    page(signed_in(steward), 403, who="charlie")


def test_the_council_asks_what_somebody_is_kept_out_of(
    rule: OptOutRule, customers: Dataset, bob: User, dora: User
) -> None:
    told = page(signed_in(dora), who="bob")
    for part in ("What Bob Baker is kept out of", "Only sales works with this.", "source:crm", "Alice Archer"):
        assert part in told


def test_the_council_hears_nothing_of_what_is_hidden_from_it(customers: Dataset, bob: User, dora: User) -> None:
    RuleFactory.create(label="source:crm", level="discover", people=[bob, dora], reason="A merger nobody may hear of.")
    told = page(signed_in(dora), who="bob")
    for leak in ("crm", "CRM", "merger"):
        assert leak not in told


def test_people_are_chosen_from_those_alike(rule: OptOutRule, bob: User, dora: User) -> None:
    assert "Bob Baker" in page(signed_in(dora), who="Baker")
    assert "Nobody has this handle" in page(signed_in(dora), who="nobody")
    assert "Dora Dorn" not in page(signed_in(UserFactory.create()), who="Dor")


def test_the_access_tab_shows_everybody_to_who_answers_for_the_data(
    customers: Dataset, alice: User, bob: User, charlie: User
) -> None:
    RuleFactory.create(label="source:crm", level="sample", people=[charlie], owner=alice)
    path = f"/datasets/{customers.pk}/access/"
    assert "Everybody" in signed_in(alice).get(path).content.decode()
    assert "Everybody" not in signed_in(bob).get(path).content.decode()


def test_somebody_in_500_teams_costs_no_more_questions(customers: Dataset, alice: User, bob: User) -> None:
    def count() -> int:
        person = User.objects.get(pk=bob.pk)
        with CaptureQueriesContext(connection) as asked:
            account_of(person, of_dataset(customers))
            shares_of(of_dataset(customers))
            list(who_cannot(of_dataset(customers), Level.READ))
        return len(asked)

    rule = RuleFactory.create(label="source:crm", level="read", owner=alice, teams=[TeamFactory.create(members=[bob])])
    before = count()
    teams = [Team(slug=f"many{n}", name=f"Many {n}") for n in range(499)]
    Team.objects.bulk_create(teams)
    Team.members.through.objects.bulk_create([Team.members.through(team=team, user=bob) for team in teams])
    rule.teams.add(*teams[:100])
    ExceptionFactory.create(rule=rule, team=teams[400], approved_by=alice)
    assert count() <= before
    assert explain_thing(User.objects.get(pk=bob.pk), of_dataset(customers), Level.READ).allowed
    assert bob in who_can(of_dataset(customers), Level.READ)
