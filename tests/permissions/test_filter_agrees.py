"""The filter, the gate and the explanation are one truth, for any people, teams, labels, rules and exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset, Field
from catalog.things import of_dataset, of_field
from core.statements import one_of
from permissions.access import forget_denials
from permissions.explain import account_of, explain, who_can, who_cannot
from permissions.explaining import shares_of
from permissions.gate import may
from permissions.levels import Level
from permissions.models import OptOutRule, RuleException, Team, User
from permissions.statements import GuardedStatement
from tests.examples import examples
from tests.factories import (
    DatasetFactory,
    ExceptionFactory,
    FieldFactory,
    RuleFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)

LABELS = ("source:a", "domain:x", "class:pii", "tag:t")
PEOPLE, TEAMS = 4, 2
ANSWERING, PROGRAM = 0, 3  # the last of them is a service account, for which the first answers
ORDER = [*Level]

some_labels = st.sets(st.sampled_from(LABELS), max_size=3).map(sorted)
some_people = st.sets(st.integers(0, PEOPLE - 1), max_size=2)
some_teams = st.sets(st.integers(0, TEAMS - 1), max_size=1)


class Rule(NamedTuple):
    label: str
    level: Level
    everyone: bool
    people: set[int]
    teams: set[int]
    except_people: set[int]
    except_teams: set[int]
    in_force: bool


class Waiver(NamedTuple):
    rule: int
    person: int | None
    team: int | None
    label: str
    state: str  # holding, ended, planned or withdrawn


class World(NamedTuple):
    members: list[set[int]]  # of each team
    rules: list[Rule]
    waivers: list[Waiver]
    things: list[tuple[list[str], list[str]]]  # labels of a dataset, and of a field in it


DATASETS = {
    level: GuardedStatement(level, Dataset.objects.all(), lambda rows: rows.filter(one_of("pk", "ids")))
    for level in ORDER
}
FIELDS = {
    level: GuardedStatement(level, Field.objects.all(), lambda rows: rows.filter(one_of("pk", "ids")))
    for level in ORDER
}

rules = st.builds(
    Rule,
    label=st.sampled_from(LABELS),
    level=st.sampled_from(ORDER),
    everyone=st.booleans(),
    people=some_people,
    teams=some_teams,
    except_people=some_people,
    except_teams=some_teams,
    in_force=st.sampled_from([True, True, True, False]),
)


@st.composite
def waivers(draw: st.DrawFn, count: int) -> Waiver:
    for_person = draw(st.booleans())
    return Waiver(
        rule=draw(st.integers(0, count - 1)),
        person=draw(st.integers(0, PEOPLE - 1)) if for_person else None,
        team=None if for_person else draw(st.integers(0, TEAMS - 1)),
        label=draw(st.sampled_from(["", *LABELS])),
        state=draw(st.sampled_from(["holding", "holding", "holding", "ended", "planned", "withdrawn"])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    drawn = draw(st.lists(rules, min_size=1, max_size=4))
    return World(
        members=draw(st.lists(some_people, min_size=TEAMS, max_size=TEAMS)),
        rules=drawn,
        waivers=draw(st.lists(waivers(len(drawn)), max_size=3)),
        things=draw(st.lists(st.tuples(some_labels, some_labels), min_size=1, max_size=4)),
    )


@pytest.mark.django_db
@examples(25)
@given(world=worlds())
def test_filter_gate_and_explanation_agree_with_what_the_rules_say(world: World) -> None:
    with undone():
        people, datasets, fields, made = build(world)
        for who, person in enumerate(people):
            for level in Level:
                forget_denials(person)
                open_datasets = set(Dataset.objects.open_to(person, level))
                open_fields = set(Field.objects.open_to(person, level))
                assert set(DATASETS[level].run(person, ids=[one.pk for one in datasets])) == open_datasets
                assert set(FIELDS[level].run(person, ids=[one.pk for one in fields])) == open_fields
                for at, (own, inner) in enumerate(world.things):
                    dataset, field = datasets[at], fields[at]
                    for thing, labels, is_open in (
                        (dataset, set(own), dataset in open_datasets),
                        (field, {*own, *inner}, field in open_fields),
                    ):
                        stopping = {made[n].pk for n in stopped_by(world, who, labels, level)}
                        explanation = explain(person, thing.carried_labels(), level)
                        assert is_open == (not stopping)
                        assert may(thing, person, level) == is_open
                        assert explanation.allowed == is_open
                        assert {rule.pk for rule in explanation.rules} == stopping


@pytest.mark.django_db
@examples(8)
@given(world=worlds())
def test_who_can_and_who_cannot_are_the_filter_asked_of_each_person(world: World) -> None:
    with undone():
        people, datasets, fields, _ = build(world)
        everybody = set(User.objects.filter(is_active=True))
        left = {(person, level): opened(person, level) for person in people for level in Level}
        for thing in (of_dataset(datasets[0]), of_field(fields[0], []), of_field(fields[-1], fields[:1])):
            accounts = {person: {one.level: one.allowed for one in account_of(person, thing)} for person in people}
            for share in shares_of(thing):
                row = (thing.kind, thing.id)
                stopped = {person for person in people if row not in left[person, share.level]}
                if len(thing.label_sets) == 1:
                    assert {person for person in people if not accounts[person][share.level]} == stopped
                cannot = set(who_cannot(thing, share.level))
                assert cannot & {*people} == {person for person in people if not accounts[person][share.level]}
                assert set(who_can(thing, share.level)) == everybody - cannot
                assert (share.can, share.cannot) == (len(everybody - cannot), len(cannot))


def opened(person: User, level: Level) -> set[tuple[str, int]]:
    """What the filter leaves to one person."""
    forget_denials(person)
    return {
        (kind, pk)
        for kind, model in (("dataset", Dataset), ("field", Field))
        for pk in model.objects.open_to(person, level).values_list("pk", flat=True)
    }


def stopped_by(world: World, who: int, labels: set[str], level: Level) -> Iterator[int]:
    """The rules that stop a person, worked out from their words alone."""
    for number in range(len(world.rules)):
        by_name = [one for one in holding(world, number) if one.person == who]
        through = who == PROGRAM and not waives(by_name, labels) and stops(world, number, ANSWERING, labels, level)
        if through or stops(world, number, who, labels, level):
            yield number


def stops(world: World, number: int, who: int, labels: set[str], level: Level) -> bool:
    """Whether a rule names the person itself, and nothing lets them past."""
    rule, teams = world.rules[number], {team for team, members in enumerate(world.members) if who in members}
    named = rule.everyone or who in rule.people or rule.teams & teams
    spared = who in rule.except_people or rule.except_teams & teams
    closes = ORDER.index(rule.level) <= ORDER.index(level)
    if not (rule.in_force and named and not spared and closes and rule.label in labels):
        return False
    return not waives([one for one in holding(world, number) if one.person == who or one.team in teams], labels)


def holding(world: World, number: int) -> list[Waiver]:
    return [one for one in world.waivers if one.rule == number and one.state == "holding"]


def waives(made: list[Waiver], labels: set[str]) -> bool:
    return any(one.label == "" or one.label in labels for one in made)


def build(world: World) -> tuple[list[User], list[Dataset], list[Field], list[OptOutRule]]:
    people = [UserFactory.create() for _ in range(PEOPLE - 1)]
    people.append(UserFactory.create(is_service=True, answered_by=people[ANSWERING]))
    teams = [TeamFactory.create(members=[people[who] for who in members]) for members in world.members]
    owner = UserFactory.create()
    made = [write(rule, people, teams, owner) for rule in world.rules]
    for waiver in world.waivers:
        waive(waiver, made[waiver.rule], people, teams, owner)
    source = SourceFactory.create()
    datasets = [DatasetFactory.create(source=source) for _ in world.things]
    fields = [FieldFactory.create(dataset=dataset) for dataset in datasets]
    for dataset, field, (own, inner) in zip(datasets, fields, world.things, strict=True):
        dataset.labels, field.labels = own, inner
        dataset.save(update_fields=["labels"])
        field.save(update_fields=["labels"])
    return people, datasets, fields, made


def write(rule: Rule, people: list[User], teams: list[Team], owner: User) -> OptOutRule:
    return RuleFactory.create(
        owner=owner,
        label=rule.label,
        level=rule.level,
        everyone=rule.everyone,
        people=[people[who] for who in rule.people],
        teams=[teams[team] for team in rule.teams],
        except_people=[people[who] for who in rule.except_people],
        except_teams=[teams[team] for team in rule.except_teams],
        withdrawn_at=None if rule.in_force else timezone.now(),
    )


def waive(waiver: Waiver, rule: OptOutRule, people: list[User], teams: list[Team], owner: User) -> RuleException:
    return ExceptionFactory.create(
        rule=rule,
        person=None if waiver.person is None else people[waiver.person],
        team=None if waiver.team is None else teams[waiver.team],
        label=waiver.label,
        approved_by=owner,
        starts_at=timezone.now() + timedelta(days=1 if waiver.state == "planned" else -2),
        until=timezone.now() + timedelta(days=-1 if waiver.state == "ended" else 2),
        withdrawn_at=timezone.now() if waiver.state == "withdrawn" else None,
    )


@contextmanager
def undone() -> Iterator[None]:
    """Leaves nothing in the database for the next example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
