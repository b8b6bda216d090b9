"""Somebody who is stopped asks; the rule's owner, or the council, decides; it ends by itself."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from catalog.models import Dataset, Field
from notifications.models import Notice
from permissions.access import forget_denials
from permissions.access_requests.asking import AlreadyAsked, ask, withdraw_request
from permissions.access_requests.deciders import waiting_for
from permissions.access_requests.deciding import Decided, approve, decline
from permissions.access_requests.follow_up import follow_up
from permissions.exceptions.services import extend_exception, make_exception, withdraw_exception
from permissions.explain import explain_thing
from permissions.levels import Level
from permissions.models import AccessRequest, AskedRule, OptOutRule, Role, RoleGrant, RuleException, Team, User
from permissions.things import find_thing
from tests.factories import ExceptionFactory, FieldFactory, RuleFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
PURPOSE = "To reconcile last quarter's invoices."


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    """Nobody reads the customers; Alice answers for that."""
    return RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice)


@pytest.fixture
def dora(db: None) -> User:
    """Dora sits in the council."""
    dora = UserFactory.create(username="dora")
    RoleGrant.objects.create(role=Role.COUNCIL, person=dora)
    return dora


def asked_by(person: User, dataset: Dataset, *, days: int = 7, team: Team | None = None, level: str = "read"):
    thing = find_thing(person, f"dataset:{dataset.pk}")
    return ask(actor=person, thing=thing, level=Level(level), purpose=PURPOSE, days=days, team=team)


def part(request: AccessRequest) -> AskedRule:
    return request.asked.get()


def in_days(days: int):
    return timezone.now().astimezone(UTC).date() + timedelta(days=days)


def may_read(person: User, dataset: Dataset) -> bool:
    forget_denials(person)
    return Dataset.objects.readable_by(person).filter(pk=dataset.pk).exists()


def texts(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


def age(request: AccessRequest, days: int) -> None:
    AccessRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - timedelta(days=days, hours=1))


def test_an_approved_request_opens_the_thing_and_nothing_else(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    other = Dataset.objects.create(
        source=customers.source, name="orders", path="orders", key="crm.orders", kind="table"
    )
    Dataset.objects.filter(pk=other.pk).update(labels=["source:crm", "dataset:crm.orders"])
    approve(actor=alice, asked=part(asked_by(bob, customers)), until=in_days(7))
    assert may_read(bob, customers)
    assert not may_read(bob, other)
    assert texts(bob) == ["Alice Archer approved your request for access: crm.public.customers"]


def test_the_owner_hears_of_the_request(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    asked_by(bob, customers)
    assert texts(alice) == ["Bob Baker asks for access: crm.public.customers"]


def test_what_one_may_not_know_of_cannot_be_asked_for(
    hidden_from_charlie: OptOutRule, customers: Dataset, charlie: User
) -> None:
    with pytest.raises(Http404):
        asked_by(charlie, customers)


def test_what_is_open_needs_no_request(customers: Dataset, bob: User) -> None:
    with pytest.raises(ValidationError, match="open to you already"):
        asked_by(bob, customers)


@pytest.mark.parametrize(("purpose", "days"), [("short", 7), ("", 7), (PURPOSE, 0), (PURPOSE, 91)])
def test_a_request_has_a_purpose_and_an_end(
    rule: OptOutRule, customers: Dataset, bob: User, purpose: str, days: int
) -> None:
    thing = find_thing(bob, f"dataset:{customers.pk}")
    with pytest.raises(ValidationError):
        ask(actor=bob, thing=thing, level=Level.READ, purpose=purpose, days=days)
    assert not AccessRequest.objects.exists()


def test_nobody_asks_twice_for_the_same(rule: OptOutRule, customers: Dataset, bob: User) -> None:
    first = asked_by(bob, customers)
    with pytest.raises(AlreadyAsked) as caught:
        asked_by(bob, customers, level="sample")
    assert caught.value.request == first


def test_one_can_ask_again_after_a_refusal(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    decline(actor=alice, asked=part(asked_by(bob, customers)), words="Use the summary instead.")
    assert asked_by(bob, customers).is_open
    assert texts(bob) == ["Alice Archer declined your request for access: crm.public.customers"]


def test_a_refusal_says_why(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        decline(actor=alice, asked=part(asked_by(bob, customers)), words=" ")


def test_strangers_decide_nothing(rule: OptOutRule, customers: Dataset, bob: User, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        approve(actor=charlie, asked=part(asked_by(bob, customers)), until=in_days(1))


def test_owners_asking_for_themselves_go_to_the_council(
    rule: OptOutRule, customers: Dataset, alice: User, dora: User
) -> None:
    request = asked_by(alice, customers)
    with pytest.raises(PermissionDenied):
        approve(actor=alice, asked=part(request), until=in_days(1))
    assert texts(dora) == ["Alice Archer asks for access: crm.public.customers"]
    approve(actor=dora, asked=part(request), until=in_days(1))
    assert may_read(alice, customers)


def test_owners_do_not_decide_for_a_team_they_are_in(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User, team: Team, dora: User
) -> None:
    request = asked_by(bob, customers, team=team)
    assert not waiting_for(alice).exists()
    with pytest.raises(PermissionDenied):
        approve(actor=alice, asked=part(request), until=in_days(1))
    assert set(waiting_for(dora)) == {part(request)}


def test_nobody_of_the_council_decides_for_a_team_they_are_in(
    rule: OptOutRule, customers: Dataset, bob: User, dora: User
) -> None:
    team = TeamFactory.create(members=[bob, dora])
    request = asked_by(bob, customers, team=team)
    age(request, 4)
    assert not waiting_for(dora).exists()


def test_one_asks_only_for_a_team_one_is_in(rule: OptOutRule, customers: Dataset, charlie: User, team: Team) -> None:
    with pytest.raises(ValidationError, match="team that you are in"):
        asked_by(charlie, customers, team=team)


def test_what_nobody_answers_goes_to_the_council(rule: OptOutRule, customers: Dataset, bob: User, dora: User) -> None:
    request = asked_by(bob, customers)
    assert not waiting_for(dora).exists()
    age(request, 3)
    assert set(waiting_for(dora)) == {part(request)}
    assert (follow_up().council, follow_up().council) == (1, 0)
    assert texts(dora) == ["Bob Baker still waits for access: crm.public.customers"]


def test_a_request_that_nobody_answers_at_all_expires(
    rule: OptOutRule, customers: Dataset, bob: User, dora: User
) -> None:
    request = asked_by(bob, customers)
    age(request, 30)
    follow_up()
    request.refresh_from_db()
    assert (request.state, part(request).state) == ("expired", "expired")
    assert texts(bob) == ["Nobody answered your request for access: crm.public.customers"]


def test_each_rule_in_the_way_is_decided_by_its_owner(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User, charlie: User
) -> None:
    second = RuleFactory.create(label="dataset:crm.public.customers", level="read", everyone=True, owner=charlie)
    request = asked_by(bob, customers)
    approve(actor=alice, asked=request.asked.get(rule=rule), until=in_days(1))
    request.refresh_from_db()
    assert request.is_open
    assert not may_read(bob, customers)
    approve(actor=charlie, asked=request.asked.get(rule=second), until=in_days(1))
    request.refresh_from_db()
    assert request.state == "approved"
    assert may_read(bob, customers)


def test_an_owner_may_give_less_time_and_never_more(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    asked = part(asked_by(bob, customers, days=7))
    for day in (-1, 8):
        with pytest.raises(ValidationError):
            approve(actor=alice, asked=asked, until=in_days(day))
    given = approve(actor=alice, asked=asked, until=in_days(2))
    assert given is not None
    assert given.until.date() == in_days(2)


def test_an_owner_may_waive_the_whole_rule(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    given = approve(actor=alice, asked=part(asked_by(bob, customers)), until=in_days(1), whole_rule=True)
    assert given is not None
    assert given.label == ""


def test_nothing_is_decided_twice(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    asked = part(asked_by(bob, customers))
    approve(actor=alice, asked=asked, until=in_days(1))
    with pytest.raises(Decided, match="approved by Alice Archer"):
        decline(actor=alice, asked=asked, words="Changed my mind.")


def test_a_rule_that_has_ended_needs_no_exception(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    asked = part(asked_by(bob, customers))
    OptOutRule.objects.filter(pk=rule.pk).update(withdrawn_at=timezone.now())
    assert approve(actor=alice, asked=asked, until=in_days(1)) is None
    asked.refresh_from_db()
    assert (asked.state, asked.request.state) == ("lifted", "lifted")
    assert not RuleException.objects.exists()


def test_an_exception_ends_by_the_clock_and_its_person_is_told(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    given = approve(actor=alice, asked=part(asked_by(bob, customers, days=30)), until=in_days(30))
    assert given is not None
    day = timezone.now() + timedelta(days=2)
    RuleException.objects.filter(pk=given.pk).update(until=day, starts_at=timezone.now() - timedelta(days=28))
    assert (follow_up().ending, follow_up().ending) == (1, 0)
    RuleException.objects.filter(pk=given.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert not may_read(bob, customers)
    assert (follow_up().ended, follow_up().ended) == (1, 0)
    assert texts(bob)[1:] == [
        "An exception for you ends soon: crm.public.customers",
        "An exception for you has ended: crm.public.customers",
    ]


def test_who_asked_can_give_it_back(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    request = asked_by(bob, customers)
    approve(actor=alice, asked=part(request), until=in_days(1))
    assert withdraw_request(actor=bob, request=request)
    assert request.state == "withdrawn"
    assert not may_read(bob, customers)
    assert not withdraw_request(actor=bob, request=request)
    with pytest.raises(PermissionDenied):
        withdraw_request(actor=alice, request=request)


def test_an_owner_can_end_an_exception_and_says_why(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User, charlie: User
) -> None:
    given = approve(actor=alice, asked=part(asked_by(bob, customers)), until=in_days(1))
    assert given is not None
    with pytest.raises(PermissionDenied):
        withdraw_exception(actor=charlie, exception=given, because="None of your business.")
    assert withdraw_exception(actor=alice, exception=given, because="The project has ended.")
    assert not may_read(bob, customers)
    assert texts(bob)[-1] == "An exception for you was withdrawn: crm.public.customers"


def test_notices_do_not_name_what_has_been_hidden_since(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    asked = part(asked_by(bob, customers))
    RuleFactory.create(label="source:crm", level="discover", people=[bob])
    decline(actor=alice, asked=asked, words="crm.public.customers is closed for good.")
    notice = Notice.objects.get(person=bob)
    assert (notice.title, notice.detail) == ("Alice Archer declined your request for access", "")


def test_a_standing_exception_for_a_team_is_made_unasked_and_looked_at_again(
    rule: OptOutRule, customers: Dataset, bob: User, alice: User
) -> None:
    team = TeamFactory.create(members=[bob])
    given = make_exception(actor=alice, rule=rule, team=team, purpose=PURPOSE, until=in_days(10))
    assert may_read(bob, customers)
    assert (follow_up().due, follow_up().due) == (1, 0)
    assert texts(alice) == [f"An exception from a rule of yours ends on {in_days(10):%-d %B %Y}"]
    assert extend_exception(actor=alice, exception=given, until=in_days(200)).until.date() == in_days(200)


@pytest.mark.parametrize("whom", ["person", "team"])
def test_nobody_makes_an_exception_for_themselves(rule: OptOutRule, alice: User, team: Team, whom: str) -> None:
    given = {"person": alice} if whom == "person" else {"team": team}
    with pytest.raises(PermissionDenied):
        make_exception(actor=alice, rule=rule, purpose=PURPOSE, until=in_days(10), **given)


def test_a_withdrawn_rule_takes_no_exceptions(rule: OptOutRule, alice: User, bob: User) -> None:
    OptOutRule.objects.filter(pk=rule.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(ValidationError, match="withdrawn"):
        make_exception(actor=alice, rule=rule, person=bob, purpose=PURPOSE, until=in_days(10))


def test_exceptions_of_others_are_left_alone(rule: OptOutRule, alice: User, bob: User, charlie: User) -> None:
    given = ExceptionFactory.create(rule=rule, person=bob, approved_by=alice)
    with pytest.raises(PermissionDenied):
        extend_exception(actor=charlie, exception=given, until=in_days(20))


def test_a_field_is_opened_alone_where_the_rule_is_on_fields(customers: Dataset, alice: User, bob: User) -> None:
    RuleFactory.create(label="class:pii", level="sample", everyone=True, owner=alice)
    mail, phone = (FieldFactory.create(dataset=customers, name=name, classified=["pii"]) for name in ("mail", "phone"))
    thing = find_thing(bob, f"field:{mail.pk}")
    request = ask(actor=bob, thing=thing, level=Level.SAMPLE, purpose=PURPOSE, days=7)
    approve(actor=alice, asked=part(request), until=in_days(1))
    forget_denials(bob)
    assert {mail} == set(Field.objects.sampleable_by(bob).filter(pk__in=[mail.pk, phone.pk]))


def test_a_field_in_a_closed_one_is_opened_by_an_exception_for_the_dataset(
    customers: Dataset, alice: User, bob: User
) -> None:
    RuleFactory.create(label="class:pii", level="read", everyone=True, owner=alice)
    FieldFactory.create(dataset=customers, name="address", classified=["pii"])
    street = FieldFactory.create(dataset=customers, name="street", parent_path="address")
    thing = find_thing(bob, f"field:{street.pk}")
    request = ask(actor=bob, thing=thing, level=Level.READ, purpose=PURPOSE, days=7)
    approve(actor=alice, asked=part(request), until=in_days(1))
    forget_denials(bob)
    assert explain_thing(bob, find_thing(bob, f"field:{street.pk}"), Level.READ).allowed
