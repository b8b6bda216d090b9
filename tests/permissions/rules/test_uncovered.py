"""What becomes of a rule when the grant ends by which it was written, and what else the grant allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, SourceGrant
from notifications.models import Notice
from notifications.subjects import still_open
from permissions.access_requests.asking import ask
from permissions.access_requests.deciding import approve
from permissions.exceptions.services import make_exception
from permissions.levels import Level
from permissions.models import AskedRule, OptOutRule, RoleGrant, User
from permissions.rules.draft import Whom, draft_of
from permissions.rules.scope import no_longer_covered
from permissions.rules.services import change_rule, write_rule
from permissions.rules.uncovered import note_uncovered
from permissions.stewards.services import take_grant
from permissions.things import find_thing
from tests.api.conftest import program, read
from tests.cast import signed_in
from tests.factories import (
    RuleFactory,
    UserFactory,
)
from tests.permissions.rules.drafts import draft, soon
from tests.permissions.rules.scopes import Places, again, changed, grant, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(places: Places, bob: User) -> OptOutRule:
    """Bob's, by his grant on the CRM."""
    grant("crm", bob, places)
    return write_rule(actor=again(bob), draft=draft(bob, whom=Whom(everyone=True, except_people=[bob])))


def test_a_rule_says_that_no_grant_covers_it_any_more(rule: OptOutRule, bob: User, root: User) -> None:
    says = "No grant covers this rule any more"
    assert says not in signed_in(root).get(rule.get_absolute_url()).content.decode()
    SourceGrant.objects.all().delete()
    for person in (bob, root):  # he owns it still
        assert says in signed_in(person).get(rule.get_absolute_url()).content.decode()
    assert "No grant covers it" in signed_in(root).get("/permissions/rules/").content.decode()
    assert read(program(root, "read"), f"rules/{rule.pk}")["covered"] is False
    assert rule.state == "in_force"


def test_its_owner_and_the_council_are_told_once_that_a_grant_is_taken_away(
    rule: OptOutRule, root: User, bob: User
) -> None:
    take_grant(actor=root, grant=SourceGrant.objects.get())
    note_uncovered()
    told = Notice.objects.filter(kind="rule_uncovered")
    assert sorted(one.person.username for one in told) == ["bob", "root"]
    assert [still_open(one.person, [one]) for one in told] == [[one] for one in told]


def test_it_is_told_in_the_morning_when_a_grant_ends_otherwise_and_again_when_it_does_so_again(
    rule: OptOutRule, places: Places, bob: User
) -> None:
    assert note_uncovered() == 0
    SourceGrant.objects.all().delete()
    assert (note_uncovered(), note_uncovered()) == (1, 0)
    grant("crm", bob, places)
    assert note_uncovered() == 0
    SourceGrant.objects.all().delete()
    assert note_uncovered() == 1


def test_a_thing_that_moves_elsewhere_takes_its_rule_from_the_grant(places: Places, bob: User) -> None:
    grant("sales", bob, places)
    rule = write_rule(actor=again(bob), draft=draft(bob, label="dataset:shop.public.orders"))
    assert no_longer_covered([rule]) == set()
    Dataset.objects.filter(pk=places.orders.pk).update(domain=places.finance)
    assert no_longer_covered(OptOutRule.objects.with_people()) == {rule.pk}


def test_the_council_takes_it_over_by_changing_it(rule: OptOutRule, root: User) -> None:
    SourceGrant.objects.all().delete()
    change_rule(actor=root, rule=rule, draft=replace(draft_of(rule), level="read"))
    assert no_longer_covered(OptOutRule.objects.with_people()) == set()


def test_without_the_grant_its_owner_keeps_all_but_its_label(rule: OptOutRule, bob: User) -> None:
    SourceGrant.objects.all().delete()
    assert changed("api", bob, rule, level="read") == 200
    assert changed("api", bob, rule, label="path:crm/public") == 403
    assert written("api", bob, "source:crm") == 403


def test_what_the_council_wrote_is_never_called_uncovered(places: Places, root: User) -> None:
    rule = write_rule(actor=root, draft=draft(root))
    RoleGrant.objects.all().delete()
    assert no_longer_covered([rule]) == set()


# --- exceptions


def test_who_manages_the_rules_decides_on_exceptions_from_them(
    places: Places, alice: User, bob: User, charlie: User
) -> None:
    grant("crm", bob, places)
    for label in ("source:crm", "source:shop"):
        RuleFactory.create(label=label, level="read", owner=alice, people=[charlie])
    asked = {}
    for dataset in (places.customers, places.orders):
        thing = find_thing(charlie, f"dataset:{dataset.pk}")
        request = ask(actor=charlie, thing=thing, level=Level.READ, purpose="For the yearly report.", days=5)
        asked[dataset.pk] = AskedRule.objects.get(request=request)
    assert approve(actor=again(bob), asked=asked[places.customers.pk], until=soon(3)) is not None
    page = signed_in(bob).get(asked[places.orders.pk].request.get_absolute_url())
    assert page.status_code == 404


def test_who_manages_the_rules_makes_no_exception_for_themselves(places: Places, alice: User, bob: User) -> None:
    grant("crm", bob, places)
    rule = RuleFactory.create(label="source:crm", level="read", owner=alice, people=[bob])
    with pytest.raises(Exception, match="for themselves"):
        make_exception(actor=again(bob), rule=rule, person=bob, until=soon(3), purpose="To read it myself.")
    other = UserFactory.create()
    made = make_exception(actor=again(bob), rule=rule, person=other, until=soon(3), purpose="They asked me to.")
    assert made.until > timezone.now() + timedelta(days=2)


def test_who_manages_the_rules_of_a_thing_asks_who_may_see_it(places: Places, bob: User, client: Client) -> None:
    grant("crm", bob, places)
    mine, other = (
        f"/permissions/explain/everybody/?thing=dataset:{one.pk}" for one in (places.customers, places.orders)
    )
    assert signed_in(bob).get(mine).status_code == 200
    assert signed_in(bob).get(other).status_code == 403
