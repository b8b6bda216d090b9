"""Writing, changing and withdrawing rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalog.models import Dataset
from permissions.models import AuditEntry, OptOutRule, RuleVersion, Team, User
from permissions.rules.draft import Whom, draft_of
from permissions.rules.services import Stale, change_rule, extend_review, withdraw_rule, write_rule
from tests.permissions.rules.drafts import REASON, draft, soon, written


def test_each_step_is_kept_as_a_version(customers: Dataset, alice: User, bob: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice), note="As agreed.")
    change_rule(actor=bob, rule=rule, draft=draft(alice, level="read"))
    withdraw_rule(actor=alice, rule=rule, note="No longer needed.")

    told = [(one.number, one.action, one.author, one.note) for one in rule.versions.order_by("number")]
    assert told == [
        (1, "written", alice, "As agreed."), (2, "changed", bob, ""), (3, "withdrawn", alice, "No longer needed."),
    ]  # fmt: skip
    assert [one.content["level"] for one in rule.versions.order_by("number")] == ["sample", "read", "read"]
    assert rule.versions.get(number=3).content["withdrawn_at"]


def test_a_version_holds_all_of_the_rule(customers: Dataset, alice: User, bob: User, team: Team) -> None:
    whom = Whom(teams=[team], except_people=[bob])
    rule = write_rule(actor=alice, draft=draft(alice, whom=whom, mask="partial", legal_basis="GDPR Art. 5"))
    assert rule.versions.get().content == {
        "label": "source:crm", "level": "sample", "mask": "partial", "everyone": False, "people": [],
        "teams": ["sales"], "except_people": ["bob"], "except_teams": [], "reason": REASON,
        "legal_basis": "GDPR Art. 5", "owner": "alice", "starts_at": rule.starts_at.isoformat(),
        "review_on": soon().isoformat(), "at_review": "nag", "withdrawn_at": None,
    }  # fmt: skip


def test_each_step_is_on_record(customers: Dataset, alice: User) -> None:
    rule = written(alice)
    change_rule(actor=alice, rule=rule, draft=draft(alice, level="read"))
    withdraw_rule(actor=alice, rule=rule)
    entries = AuditEntry.objects.filter(thing_id=str(rule.pk), action__startswith="rule.").order_by("at", "pk")
    assert [one.action for one in entries] == [
        "rule.created", "rule.changed", "rule.withdrawn", "rule.author_spared",
    ]  # fmt: skip
    assert [(one or {}).get("level") for one in (entries[1].before, entries[1].after)] == ["sample", "read"]


@pytest.mark.parametrize("action", ["update", "delete"])
def test_nobody_alters_a_version(customers: Dataset, alice: User, action: str) -> None:
    write_rule(actor=alice, draft=draft(alice))
    with pytest.raises(DatabaseError, match="rule_version_is_kept"), transaction.atomic():
        RuleVersion.objects.update(note="x") if action == "update" else RuleVersion.objects.all().delete()


def test_a_change_that_says_the_same_is_no_version(customers: Dataset, alice: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice))
    assert not change_rule(actor=alice, rule=rule, draft=draft_of(rule))
    assert rule.versions.count() == 1


def test_a_rule_that_changed_meanwhile_is_not_overwritten(customers: Dataset, alice: User, bob: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice))
    change_rule(actor=bob, rule=rule, draft=draft(alice, level="read"), version=1)
    with pytest.raises(Stale):
        change_rule(actor=alice, rule=rule, draft=draft(alice, level="discover"), version=1)
    assert OptOutRule.objects.get().level == "read"


def test_a_withdrawn_rule_is_not_changed(customers: Dataset, alice: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice))
    withdraw_rule(actor=alice, rule=rule)
    with pytest.raises(ValidationError, match="withdrawn"):
        change_rule(actor=alice, rule=rule, draft=draft(alice, level="read"))


def test_a_review_is_put_off(customers: Dataset, alice: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice))
    extend_review(actor=alice, rule=rule, review_on=soon(200))
    assert OptOutRule.objects.get().review_on == soon(200)


def test_a_rule_whose_review_has_passed_may_be_changed_and_keeps_its_date(customers: Dataset, alice: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice))
    OptOutRule.objects.update(review_on=soon(-3))
    rule.refresh_from_db()
    assert change_rule(actor=alice, rule=rule, draft=replace(draft_of(rule), level="read"))


def test_a_new_rule_holds_for_the_very_next_request(customers: Dataset, alice: User, charlie: User) -> None:
    assert list(Dataset.objects.visible_to(charlie)) == [customers]
    rule = write_rule(actor=alice, draft=draft(alice, level="discover"))
    assert not Dataset.objects.visible_to(User.objects.get(pk=charlie.pk)).exists()
    withdraw_rule(actor=alice, rule=rule)
    assert Dataset.objects.visible_to(User.objects.get(pk=charlie.pk)).exists()


@pytest.mark.parametrize(
    ("wrong", "place", "message"),
    [
        ({"label": "people:bob"}, "label", "is not a label"),
        ({"label": "source:nowhere"}, "label", "Nothing that you may know of"),
        ({"reason": ""}, "reason", "sentence"),
        ({"reason": "because it is so"[:14]}, "reason", "sentence"),
        ({"reason": "x" * 40}, "reason", "sentence"),
        ({"reason": "why not " * 1000}, "reason", "at most"),
        ({"reason": "It is private\0 to them."}, "reason", "NUL"),
        ({"review_on": soon(0)}, "review_on", "future"),
        ({"review_on": soon(-1)}, "review_on", "future"),
        ({"review_on": soon(800)}, "review_on", "2 years"),
        ({"starts_at": timezone.now() - timedelta(days=3)}, "starts_at", "past"),
        ({"starts_at": timezone.now() + timedelta(days=100)}, "review_on", "after the start"),
        ({"whom": Whom()}, "everyone", "whom the rule keeps out"),
        ({"level": "read", "mask": "hashed"}, "mask", "Only values"),
        ({"level": "everything"}, "level", "not a valid choice"),
        ({"mask": "blurred"}, "mask", "not a valid choice"),
        ({"legal_basis": "x" * 201}, "legal_basis", "at most 200"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(
    customers: Dataset, alice: User, wrong: dict[str, Any], place: str, message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        write_rule(actor=alice, draft=draft(alice, **wrong))
    assert message in " ".join(caught.value.message_dict[place])
    assert not OptOutRule.objects.exists()


def test_an_owner_with_a_closed_account_is_refused(customers: Dataset, alice: User, bob: User) -> None:
    bob.is_active = False
    with pytest.raises(ValidationError, match="account is closed"):
        write_rule(actor=alice, draft=draft(bob))


def test_a_label_that_is_not_there_yet_may_be_named_on_purpose(alice: User) -> None:
    rule = write_rule(actor=alice, draft=draft(alice, label="tag:later"), not_yet=True)
    assert rule.label == "tag:later"


def test_what_the_author_may_not_know_of_is_as_if_it_were_not_there(
    customers: Dataset, alice: User, charlie: User
) -> None:
    written(alice, level="discover", whom=Whom(people=[charlie]))
    with pytest.raises(ValidationError) as hidden:
        write_rule(actor=charlie, draft=draft(charlie, label="source:crm"))
    with pytest.raises(ValidationError) as absent:
        write_rule(actor=charlie, draft=draft(charlie, label="source:xyz"))
    assert str(hidden.value).replace("crm", "xyz") == str(absent.value)
