"""Rules on the day they are to be looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Dataset
from notifications.models import Notice
from notifications.subjects import still_open
from permissions.models import AuditEntry, OptOutRule, RoleGrant, RuleState, User
from permissions.rules.review import Reviewed, review_rules
from permissions.rules.services import extend_review
from tests.factories import UserFactory
from tests.permissions.rules.drafts import soon, written


@pytest.fixture
def dana(db: None) -> User:
    dana = UserFactory.create(username="dana")
    RoleGrant.objects.create(role="council", person=dana)
    return dana


def past_its_day(rule: OptOutRule, days: int = 1) -> OptOutRule:
    OptOutRule.objects.filter(pk=rule.pk).update(review_on=soon(-days))
    rule.refresh_from_db()
    return rule


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("person__username", "kind"))


def test_its_owner_and_the_council_are_reminded_once_a_week(customers: Dataset, alice: User, dana: User) -> None:
    rule = past_its_day(written(alice))
    assert review_rules() == Reviewed(lapsed=0, reminded=1)
    assert review_rules() == Reviewed(lapsed=0, reminded=0)
    assert told() == [("alice", "rule_review"), ("dana", "rule_review")]
    OptOutRule.objects.filter(pk=rule.pk).update(nagged_on=timezone.now().date() - timedelta(days=7))
    assert review_rules().reminded == 1


def test_a_rule_that_lapses_ends_by_itself_and_its_owner_hears_of_it_once(
    customers: Dataset, alice: User, charlie: User, dana: User
) -> None:
    rule = past_its_day(written(alice, at_review="lapse", level="discover"))
    assert rule.state == RuleState.LAPSED
    assert Dataset.objects.visible_to(charlie).exists()
    assert [review_rules(), review_rules()] == [Reviewed(1, 0), Reviewed(0, 0)]
    assert told() == [("alice", "rule_lapsed")]
    assert AuditEntry.objects.filter(action="rule.lapsed", thing_id=str(rule.pk)).count() == 1


def test_a_review_that_was_put_off_is_asked_for_again_in_time(customers: Dataset, alice: User) -> None:
    rule = past_its_day(written(alice))
    review_rules()
    extend_review(actor=alice, rule=rule, review_on=soon(30))
    assert review_rules().reminded == 0
    past_its_day(rule, days=0)
    OptOutRule.objects.filter(pk=rule.pk).update(nagged_on=timezone.now().date() - timedelta(days=1))
    assert review_rules().reminded == 1


def test_others_are_left_alone(customers: Dataset, alice: User) -> None:
    written(alice)
    OptOutRule.objects.filter(pk=past_its_day(written(alice)).pk).update(withdrawn_at=timezone.now())
    assert review_rules() == Reviewed(0, 0)


def test_a_reminder_is_shown_while_its_reader_may_know_of_the_rule(
    customers: Dataset, alice: User, bob: User, dana: User
) -> None:
    past_its_day(written(alice, level="discover"))
    review_rules()
    notice = Notice.objects.get(person=dana)
    assert still_open(dana, [notice]) == [notice]
    assert still_open(bob, [notice]) == []
