"""Who may write what: answering for a thing, a grant on it or on what it lies in, or a role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset, DatasetGrant, Domain, DomainGrant, Source, SourceGrant
from permissions.models import GRANTABLE, Duty, OptOutRule, Role, RoleGrant, Team, User
from tests.examples import examples
from tests.factories import DatasetFactory, DomainFactory, RuleFactory, SourceFactory, TeamFactory, UserFactory


def asked_again(person: User) -> User:
    """The person in a new request."""
    return User.objects.get(pk=person.pk)


pytestmark = pytest.mark.django_db


def duties_on(person: User, thing: Any) -> set[str]:
    again = asked_again(person)
    return {duty.value for duty in Duty if again.has_perm(duty, thing)}


ANSWERS = {"curate", "triage", "appoint"}


def test_owner_and_steward_of_a_dataset_answer_for_it_at_once(customers: Dataset, bob: User, charlie: User) -> None:
    assert duties_on(bob, customers) == set()
    customers.steward = bob
    customers.save()
    assert duties_on(bob, customers) == ANSWERS
    customers.steward = charlie
    customers.save()
    assert duties_on(bob, customers) == set()


def test_the_owner_of_a_source_manages_it_and_answers_for_what_is_in_it(customers: Dataset, alice: User) -> None:
    Dataset.objects.update(owner=None)
    assert duties_on(alice, customers.source) == ANSWERS | {"manage_source"}
    assert duties_on(alice, Dataset.objects.get()) >= ANSWERS


def test_the_steward_of_a_domain_answers_for_what_is_in_it_and_in_its_parts(customers: Dataset, bob: User) -> None:
    whole = DomainFactory.create(steward=bob)
    customers.source.domain = DomainFactory.create(parent=DomainFactory.create(parent=whole))
    customers.source.save()
    assert duties_on(bob, customers) == ANSWERS
    customers.domain = DomainFactory.create()  # its own domain prevails over its source's
    assert duties_on(bob, customers) == set()


@pytest.mark.parametrize("duty", GRANTABLE)
def test_a_grant_holds_for_the_thing_and_what_lies_in_it(duty: Duty, customers: Dataset, bob: User) -> None:
    other = DatasetFactory.create()
    SourceGrant.objects.create(thing=customers.source, duty=duty, person=bob)
    assert duties_on(bob, customers.source) == duties_on(bob, customers) == {duty}
    assert duties_on(bob, other) == set()


def test_leaving_the_team_ends_its_grants(customers: Dataset, team: Team, bob: User) -> None:
    DatasetGrant.objects.create(thing=customers, duty="curate", team=team)
    assert duties_on(bob, customers) == {"curate"}
    team.members.remove(bob)
    assert duties_on(bob, customers) == set()


def test_nobody_writes_what_they_may_not_see(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    DatasetGrant.objects.create(thing=customers, duty="curate", person=charlie)
    RoleGrant.objects.create(role=Role.ENGINEER, person=charlie)
    assert duties_on(charlie, customers) == duties_on(charlie, customers.source) == set()
    assert not Dataset.objects.writable_by(asked_again(charlie), "curate").exists()


def test_rules_are_managed_by_people_who_may_not_read_what_they_close(customers: Dataset, bob: User) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[bob])
    for duty in GRANTABLE:
        DatasetGrant.objects.create(thing=customers, duty=duty, person=bob)
    assert duties_on(bob, customers) == {"manage_rules"}


def test_roles_give_duties_everywhere(customers: Dataset, bob: User, charlie: User) -> None:
    RoleGrant.objects.create(role=Role.ENGINEER, person=bob)
    RoleGrant.objects.create(role=Role.COUNCIL, person=charlie)
    assert duties_on(bob, customers.source) == {"manage_source"}
    assert duties_on(charlie, customers) == {"manage_rules", "appoint"}


def test_a_closed_account_and_a_stranger_may_nothing(customers: Dataset, alice: User) -> None:
    alice.is_active = False
    assert not alice.has_perm(Duty.CURATE, customers)
    assert not AnonymousUser().has_perm(Duty.CURATE, customers)
    assert not Dataset.objects.writable_by(alice, Duty.CURATE).exists()


def test_words_that_are_no_duty_and_things_nobody_answers_for_are_refused(alice: User, customers: Dataset) -> None:
    assert not alice.has_perm("catalog.change_dataset", customers)
    assert not alice.has_perm("curate", customers.container)
    assert not alice.has_perm("curate")


def test_duties_are_read_once_for_each_request(customers: Dataset, bob: User, django_assert_num_queries: Any) -> None:
    DatasetGrant.objects.create(thing=customers, duty="curate", person=bob)
    found = list(Dataset.objects.select_related("source"))
    with django_assert_num_queries(3):  # roles, grants and assignments, rules
        for duty in Duty:
            for dataset in found:
                bob.has_perm(duty, dataset)
                bob.has_perm(duty, dataset.source)
    with django_assert_num_queries(1):
        assert list(Dataset.objects.writable_by(bob, "curate")) == [customers]


class Part(NamedTuple):
    kind: str  # dataset, source or domain
    number: int
    duty: Duty
    person: int | None
    team: int | None


class World(NamedTuple):
    members: list[set[int]]
    domains: list[tuple[int | None, int | None]]  # the domain it lies in, an earlier one, and its steward
    sources: list[tuple[int | None, int | None]]  # domain, owner
    datasets: list[tuple[int, int | None, int | None, int | None]]  # source, domain, owner, steward
    grants: list[Part]
    roles: list[tuple[Role, int]]
    hidden: list[tuple[str, str]]  # label and level of rules on everyone


PEOPLE, SIZE = 3, 3
some_person = st.none() | st.integers(0, PEOPLE - 1)
some_one = st.none() | st.integers(0, SIZE - 1)
parts = st.builds(
    Part,
    kind=st.sampled_from(["dataset", "source", "domain"]),
    number=st.integers(0, SIZE - 1),
    duty=st.sampled_from(GRANTABLE),
    person=some_person,
    team=st.integers(0, 1),
)
worlds = st.builds(
    World,
    members=st.lists(st.sets(st.integers(0, PEOPLE - 1), max_size=2), min_size=2, max_size=2),
    domains=st.lists(st.tuples(some_one, some_person), min_size=SIZE, max_size=SIZE),
    sources=st.lists(st.tuples(some_one, some_person), min_size=SIZE, max_size=SIZE),
    datasets=st.lists(
        st.tuples(st.integers(0, SIZE - 1), some_one, some_person, some_person), min_size=SIZE, max_size=SIZE
    ),
    grants=st.lists(parts, max_size=4, unique_by=lambda part: (part.kind, part.number, part.duty)),
    roles=st.lists(st.tuples(st.sampled_from(Role), st.integers(0, PEOPLE - 1)), max_size=1),
    hidden=st.lists(
        st.tuples(st.sampled_from(["source:s0", "domain:d1", "source:s2"]), st.sampled_from(["discover", "read"])),
        max_size=1,
    ),
)


@examples(25)
@given(world=worlds)
def test_one_thing_and_the_filter_agree(world: World) -> None:
    with undone():
        people, things = build(world)
        for person in people:
            for duty in Duty:
                for model, made in things.items():
                    listed = set(model.objects.writable_by(person, duty))  # type: ignore[attr-defined]
                    assert listed == {thing for thing in made if person.has_perm(duty, thing)}
                    assert listed == {thing for thing in made if expected(world, person, duty, thing, people)}


def expected(world: World, person: User, duty: Duty, thing: Any, people: list[User]) -> bool:
    """Worked out from the words of the world alone."""
    who = people.index(person)
    closing = {"discover"} if duty is Duty.MANAGE_RULES else {"discover", "read"}
    if any(label in thing.carried_labels() and level in closing for label, level in world.hidden):
        return False
    for role, holder in world.roles:
        given_by_role = {
            Role.ENGINEER: {Duty.MANAGE_SOURCE},
            Role.COUNCIL: {Duty.MANAGE_RULES, Duty.APPOINT},
            Role.ADMINISTRATOR: {Duty.MANAGE_RULES, Duty.APPOINT},
        }[role]
        if holder == who and duty in given_by_role:
            return True
    return any(given_at(world, who, duty, kind, number) for kind, number in places(world, thing))


def places(world: World, thing: Any) -> Iterator[tuple[str, int]]:
    """The thing and all that it lies in."""
    kind, number = thing.noun(), int(thing.name[1:])
    yield kind, number
    domain: int | None = None
    if kind == "dataset":
        source, own, _, _ = world.datasets[number]
        yield "source", source
        domain = own if own is not None else world.sources[source][0]
    elif kind == "source":
        domain = world.sources[number][0]
    else:
        domain = earlier(world.domains[number][0], number)
    while domain is not None:
        yield "domain", domain
        domain = earlier(world.domains[domain][0], domain)


def earlier(parent: int | None, number: int) -> int | None:
    return parent if parent is not None and parent < number else None


def given_at(world: World, who: int, duty: Duty, kind: str, number: int) -> bool:
    answering: dict[str, tuple[int | None, ...]] = {
        "dataset": world.datasets[number][2:],
        "source": world.sources[number][1:],
        "domain": world.domains[number][1:],
    }
    comes_with = {Duty.CURATE, Duty.TRIAGE, Duty.APPOINT} | ({Duty.MANAGE_SOURCE} if kind == "source" else set())
    if who in answering[kind] and duty in comes_with:
        return True
    return any(
        (part.kind, part.number, part.duty) == (kind, number, duty)
        and (part.person == who if part.person is not None else who in world.members[part.team or 0])
        for part in world.grants
    )


def build(world: World) -> tuple[list[User], dict[type, list[Any]]]:
    people = [UserFactory.create() for _ in range(PEOPLE)]
    teams = [TeamFactory.create(members=[people[who] for who in members]) for members in world.members]

    def whom(number: int | None) -> User | None:
        return None if number is None else people[number]

    domains: list[Domain] = []
    for number, (parent, steward) in enumerate(world.domains):
        above = earlier(parent, number)
        inside = None if above is None else domains[above]
        domains.append(DomainFactory.create(slug=f"d{number}", name=f"d{number}", parent=inside, steward=whom(steward)))
    sources = [
        SourceFactory.create(slug=f"s{n}", name=f"s{n}", domain=None if at is None else domains[at], owner=whom(owner))
        for n, (at, owner) in enumerate(world.sources)
    ]
    datasets = [
        DatasetFactory.create(
            name=f"t{n}", source=sources[source], domain=None if at is None else domains[at],
            owner=whom(owner), steward=whom(steward),
        )
        for n, (source, at, owner, steward) in enumerate(world.datasets)
    ]  # fmt: skip
    things: dict[str, tuple[Any, list[Any]]] = {
        "dataset": (DatasetGrant, datasets), "source": (SourceGrant, sources), "domain": (DomainGrant, domains),
    }  # fmt: skip
    for part in world.grants:
        grants, made = things[part.kind]
        to = {"person": whom(part.person)} if part.person is not None else {"team": teams[part.team or 0]}
        grants.objects.create(thing=made[part.number], duty=part.duty, **to)
    for role, holder in world.roles:
        RoleGrant.objects.create(role=role, person=people[holder])
    owner = UserFactory.create()
    for label, level in world.hidden:
        RuleFactory.create(label=label, level=level, everyone=True, owner=owner)
    return people, {Dataset: list(Dataset.objects.all()), Source: sources, Domain: domains}


@contextmanager
def undone() -> Iterator[None]:
    """Leaves nothing in the database for the next example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
