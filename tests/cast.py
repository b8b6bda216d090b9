"""The cast: Alice owns the customers, Bob is on her team, Charlie must see nothing of them."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from permissions.models import OptOutRule, Role, Team, User
from permissions.staff.middleware import KEY
from permissions.staff.services import start_staff_mode
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    RoleFactory,
    RuleFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory.create(username="alice", first_name="Alice", last_name="Archer")


@pytest.fixture
def bob(db: None) -> User:
    return UserFactory.create(username="bob", first_name="Bob", last_name="Baker")


@pytest.fixture
def charlie(db: None) -> User:
    return UserFactory.create(username="charlie", first_name="Charlie", last_name="Cole")


@pytest.fixture
def team(alice: User, bob: User) -> Team:
    return TeamFactory.create(slug="sales", name="Sales", members=[alice, bob])


@pytest.fixture
def crm(alice: User) -> Source:
    return SourceFactory.create(slug="crm", name="CRM", owner=alice)


@pytest.fixture
def customers(crm: Source, alice: User) -> Dataset:
    """``crm.public.customers``, Alice's, with three fields."""
    return DatasetFactory.create(
        source=crm,
        container=ContainerFactory.create(source=crm, name="public"),
        name="customers",
        owner=alice,
        columns=["id", "name", "email"],
    )


@pytest.fixture
def hidden_from_charlie(customers: Dataset, charlie: User, alice: User) -> OptOutRule:
    """The rule by which Charlie may not know of the whole source."""
    return RuleFactory.create(
        label="source:crm", level="discover", owner=alice, people=[charlie], reason="A merger nobody may hear of yet."
    )


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User, team: Team) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: User, hidden_from_charlie: OptOutRule) -> Client:
    return signed_in(charlie)


@pytest.fixture
def root(db: None) -> User:
    """An administrator."""
    person = UserFactory.create(username="root", first_name="Ruth", last_name="Root")
    RoleFactory.create(person=person, role=Role.ADMINISTRATOR)
    return person


def in_staff_mode(person: User) -> Client:
    """A browser in which an administrator has started staff mode."""
    client = signed_in(person)
    session = client.session
    session[KEY] = start_staff_mode(actor=person, reason="To see that it works").pk
    session.save()
    return client


def signed_in(person: User) -> Client:
    """A browser in which `person` has signed in."""
    client = Client()
    client.force_login(person)
    return client
