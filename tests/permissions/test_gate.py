"""Rules stop whom they name, from the moment they hold until they end."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from catalog.models import Dataset
from permissions.access import forget_denials
from permissions.gate import Restricted, find
from permissions.levels import Level
from permissions.models import OptOutRule, Team, User
from tests.factories import ExceptionFactory, RuleFactory

pytestmark = pytest.mark.django_db


def test_everything_is_open_unless_a_rule_says_otherwise(bob: User, customers: Dataset) -> None:
    assert find(Dataset.objects.all(), bob, Level.SAMPLE, pk=customers.pk) == customers


def test_what_one_may_not_know_of_is_not_found(
    charlie: User, customers: Dataset, hidden_from_charlie: OptOutRule
) -> None:
    with pytest.raises(Http404):
        find(Dataset.objects.all(), charlie, Level.DISCOVER, pk=customers.pk)


def test_what_one_may_know_of_and_not_read_says_why(charlie: User, customers: Dataset) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[charlie], reason="Only sales works with this.")
    with pytest.raises(Restricted) as caught:
        find(Dataset.objects.all(), charlie, Level.READ, pk=customers.pk)
    assert caught.value.explanation.reasons == "Only sales works with this."


def test_a_rule_that_lapses_ends_on_its_review_date(bob: User, customers: Dataset) -> None:
    RuleFactory.create(label="source:crm", level="read", everyone=True, at_review="lapse", review_on="2026-01-01")
    assert set(Dataset.objects.readable_by(bob)) == {customers}


def test_a_rule_that_nags_holds_beyond_its_review_date(bob: User, customers: Dataset) -> None:
    RuleFactory.create(label="source:crm", level="read", everyone=True, at_review="nag", review_on="2026-01-01")
    assert set(Dataset.objects.readable_by(bob)) == set()


def test_a_rule_that_has_not_begun_stops_nobody(bob: User, customers: Dataset) -> None:
    RuleFactory.create(label="source:crm", level="read", everyone=True, starts_at=timezone.now() + timedelta(hours=1))
    assert set(Dataset.objects.readable_by(bob)) == {customers}


def test_a_new_rule_holds_for_the_next_request(bob: User, customers: Dataset) -> None:
    assert Dataset.objects.visible_to(bob).exists()
    RuleFactory.create(label="source:crm", level="discover", everyone=True)
    assert not Dataset.objects.visible_to(User.objects.get(pk=bob.pk)).exists()


def test_an_exception_of_a_team_opens_for_its_members_only(
    team: Team, bob: User, charlie: User, customers: Dataset
) -> None:
    rule = RuleFactory.create(label="source:crm", level="read", everyone=True)
    ExceptionFactory.create(rule=rule, team=team)
    assert set(Dataset.objects.readable_by(bob)) == {customers}
    assert set(Dataset.objects.readable_by(charlie)) == set()


def test_an_exception_ends_by_itself(bob: User, customers: Dataset) -> None:
    rule = RuleFactory.create(label="source:crm", level="read", everyone=True)
    given = ExceptionFactory.create(rule=rule, person=bob)
    assert Dataset.objects.readable_by(bob).exists()
    given.until = timezone.now() - timedelta(seconds=1)
    given.save()
    forget_denials(bob)
    assert not Dataset.objects.readable_by(bob).exists()


def test_nobody_reads_the_catalog_without_signing_in(customers: Dataset) -> None:
    with pytest.raises(PermissionError):
        Dataset.objects.visible_to(AnonymousUser())
