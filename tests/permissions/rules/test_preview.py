"""What a rule would do, before it is saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset, Field, Visit
from notifications.models import Webhook
from permissions.levels import Level
from permissions.models import OptOutRule, Team, Token, User
from permissions.rules.draft import Whom
from permissions.rules.preview import Preview, preview
from permissions.tokens.services import create_token
from tests.examples import examples
from tests.factories import (
    DatasetFactory,
    ExceptionFactory,
    FieldFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)
from tests.permissions.rules.drafts import written
from tests.permissions.test_filter_agrees import LABELS, PEOPLE, TEAMS, undone

EMAIL = "field:crm.public.customers#email"
EVERYONE = Whom(everyone=True)


def look(viewer: User, **more: Any) -> Preview:
    plain: dict[str, Any] = {"viewer": viewer, "label": "source:crm", "level": "read", "whom": EVERYONE}
    return preview(**plain | more)


def test_things_and_people_are_counted(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    DatasetFactory.create(source=customers.source, name="archived", archived_at=timezone.now())
    found = look(alice, whom=Whom(everyone=True, except_people=[alice]))
    assert found.sentence == "Closes 1 source, 1 container and 1 dataset to 2 people."
    assert found.warnings == ()


def test_a_field_is_counted_by_the_label_it_will_carry(customers: Dataset, alice: User, bob: User) -> None:
    found = look(alice, label=EMAIL, level="sample", whom=Whom(people=[bob]))
    assert found.sentence == "Masks the values of 1 field for 1 person."


def test_recent_readers_among_them_are_counted(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    Visit.objects.create(person=bob, dataset=customers)
    Visit.objects.create(person=charlie, dataset=customers, at=timezone.now() - timedelta(days=40))
    Visit.objects.create(person=alice, dataset=customers)
    found = look(alice, whom=Whom(people=[bob, charlie]))
    assert found.effects == ("1 of them opened these in the last 30 days",)


def test_programs_that_read_for_them_are_counted(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    airflow = UserFactory.create(username="airflow", is_service=True, answered_by=bob)
    for owner, days in ((bob, 1), (airflow, 2), (bob, 40), (charlie, 1)):
        token = create_token(actor=owner if owner != airflow else bob, owner=owner, name="a script").token
        Token.objects.filter(pk=token.pk).update(last_used_at=timezone.now() - timedelta(days=days))
    hook = Webhook(name="hook", host="https://hooks.example.org", feed="record", topics=["rule"])
    hook.owner, hook.speaks_for, hook.secrets = alice, bob, {"url": "https://hooks.example.org/x", "key": "whsec_AAAA"}
    hook.save()
    assert look(alice, whom=Whom(people=[bob])).effects == (
        "2 tokens used in the last 30 days would be stopped as well",
        "1 webhook speaks for them, and would not tell of these",
    )


def test_readers_of_a_dataset_with_a_closed_field_are_counted(customers: Dataset, alice: User, bob: User) -> None:
    Visit.objects.create(person=bob, dataset=customers)
    assert look(alice, label=EMAIL, whom=Whom(people=[bob])).effects == ("1 of them opened these in the last 30 days",)


def test_an_author_is_told_that_it_stops_them(customers: Dataset, alice: User, bob: User) -> None:
    assert "stops you as well" in " ".join(look(alice, whom=Whom(people=[alice])).warnings)
    assert look(alice, whom=Whom(people=[bob])).warnings == ()


def test_stopping_everybody_is_told(customers: Dataset, alice: User, bob: User) -> None:
    assert "Everybody is stopped" in " ".join(look(alice).warnings)


@pytest.mark.parametrize("whom", ["spared", "closed account"])
def test_stopping_nobody_is_told(customers: Dataset, alice: User, bob: User, team: Team, whom: str) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=whom == "spared")
    found = look(alice, whom=Whom(people=[bob], except_teams=[team] if whom == "spared" else []))
    assert found.people == 0
    assert "Nobody is affected" in " ".join(found.warnings)


def test_a_label_that_nothing_carries_is_told(customers: Dataset, alice: User) -> None:
    found = look(alice, label="tag:nothing")
    assert found.things == ()
    assert "Nothing that you may know of carries" in " ".join(found.warnings)


@pytest.mark.parametrize(
    ("other", "level", "covers"),
    [
        ({"label": "source:crm"}, "sample", True),
        ({"label": "path:crm/public", "level": "discover"}, "read", True),
        ({"label": "path:crm/public", "level": "sample"}, "read", False),
        ({"label": "tag:other"}, "sample", False),
        ({"label": "path:crm/public", "whom": "charlie"}, "sample", False),
    ],
)
def test_what_another_rule_closes_already_is_told(
    customers: Dataset, alice: User, bob: User, charlie: User, other: dict[str, Any], level: str, covers: bool
) -> None:
    whom = Whom(people=[charlie]) if "whom" in other else Whom(everyone=True, except_people=[alice])
    written(alice, **other | {"whom": whom})
    found = look(alice, label=f"dataset:{customers.key}", level=level, whom=Whom(people=[bob]))
    assert ("already" in " ".join(found.warnings)) == covers


def test_the_rule_that_is_changed_does_not_cover_itself(customers: Dataset, alice: User, bob: User) -> None:
    rule = written(alice, whom=Whom(people=[bob]))
    assert look(alice, level="sample", whom=Whom(people=[bob]), rule=rule).warnings == ()


def test_who_has_an_exception_is_not_counted(customers: Dataset, alice: User, bob: User, team: Team) -> None:
    rule = written(alice)
    ExceptionFactory.create(rule=rule, team=team, approved_by=alice)
    UserFactory.create()
    assert look(alice, rule=rule).people == 1


def test_what_the_author_may_not_know_of_is_not_counted(customers: Dataset, alice: User, bob: User) -> None:
    written(alice, level="discover", whom=Whom(people=[bob]))
    found = look(User.objects.get(pk=bob.pk))
    assert found.things == ()
    assert found.partial


def test_it_asks_the_database_a_fixed_number_of_questions(
    customers: Dataset, alice: User, bob: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(5):
        DatasetFactory.create(source=customers.source, name=f"more{n}", columns=["a"])
        TeamFactory.create(members=[bob])
        written(alice, label="source:crm", level="read", whom=Whom(people=[bob]))
    with django_assert_max_num_queries(60):
        look(alice)


some_labels = st.sets(st.sampled_from(LABELS), max_size=3).map(sorted)
some = st.sets(st.integers(0, PEOPLE - 1), max_size=2)
some_teams = st.sets(st.integers(0, TEAMS - 1), max_size=1)


@pytest.mark.django_db
@examples(15)
@given(
    label=st.sampled_from(LABELS), level=st.sampled_from([*Level]), everyone=st.booleans(), named=some, spared=some,
    teams=some_teams, spared_teams=some_teams, members=st.lists(some, min_size=TEAMS, max_size=TEAMS),
    things=st.lists(st.tuples(some_labels, some_labels), min_size=1, max_size=4),
)  # fmt: skip
def test_counts_are_what_the_filter_really_closes(
    *, label: str, level: Level, everyone: bool, named: set[int], spared: set[int], teams: set[int],
    spared_teams: set[int], members: list[set[int]], things: list[tuple[list[str], list[str]]],
) -> None:  # fmt: skip
    with undone():
        User.objects.update(is_active=False)
        author = UserFactory.create(is_active=False)
        people = [UserFactory.create() for _ in range(PEOPLE)]
        groups = [TeamFactory.create(members=[people[who] for who in of]) for of in members]
        source = SourceFactory.create()
        for own, inner in things:
            dataset = DatasetFactory.create(source=source)
            Dataset.objects.filter(pk=dataset.pk).update(labels=own)
            field = FieldFactory.create(dataset=dataset)
            Field.objects.filter(pk=field.pk).update(labels=inner)
        whom = Whom(
            everyone, [people[n] for n in named], [groups[n] for n in teams], [people[n] for n in spared],
            [groups[n] for n in spared_teams],
        )  # fmt: skip
        told = preview(viewer=author, label=label, level=level, whom=whom)
        if whom.nobody:
            assert told.people == 0
            return
        written(author_of(author), label=label, level=level, whom=whom)
        counts = {count.kind.removesuffix("s"): count.number for count in told.things}
        stopped = [person for person in people if OptOutRule.objects.in_force().stopping(person).exists()]
        assert told.people == len(stopped)
        for person in people:
            closed = set(Dataset.objects.closed_to(fresh(person), level))
            fields = Field.objects.closed_to(fresh(person), level).exclude(dataset__in=closed)
            expected = (counts.get("dataset", 0), counts.get("field", 0)) if person in stopped else (0, 0)
            assert (len(closed), fields.count()) == expected


def author_of(author: User) -> User:
    """An owner needs an open account; the author must not be counted among the stopped."""
    author.is_active = True
    return author


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)
