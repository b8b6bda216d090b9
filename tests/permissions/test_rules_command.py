"""``manage.py rules``"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from permissions.models import OptOutRule, Team, User
from tests.factories import ClassificationFactory, RuleFactory
from tests.permissions.rules.drafts import soon

pytestmark = pytest.mark.django_db

REASON = "Personal data stays with the people who need it."


def rule(*arguments: str) -> str:
    out = StringIO()
    call_command("rules", *arguments, stdout=out)
    return out.getvalue()


def add(*arguments: str, label: str = "class:pii", review_on: str = "", reason: str = REASON) -> str:
    ClassificationFactory.create(slug="pii")
    review_on = review_on or soon().isoformat()
    return rule("add", label, "sample", "--owner", "alice", "--review-on", review_on, "--reason", reason, *arguments)


def test_a_rule_is_written_with_whom_it_stops_and_whom_it_spares(alice: User, team: Team) -> None:
    add("--everyone", "--except-teams", "sales")
    written = OptOutRule.objects.get()
    assert (written.label, written.level, written.everyone, written.owner) == ("class:pii", "sample", True, alice)
    assert list(written.except_teams.all()) == [team]


def test_rules_in_force_are_listed_with_their_reason(alice: User, bob: User) -> None:
    assert "No rule is in force" in rule("list")
    add("--people", "bob")
    assert "class:pii  sample  bob" in rule("list")
    assert REASON in rule("list")


def test_a_withdrawn_rule_is_listed_only_among_all(alice: User) -> None:
    written = RuleFactory.create(owner=alice, everyone=True)
    rule("withdraw", str(written.pk))
    assert "class:pii" not in rule("list")
    assert "withdrawn" in rule("list", "--all")


def test_a_rule_is_withdrawn_once(alice: User) -> None:
    written = RuleFactory.create(owner=alice, everyone=True)
    rule("withdraw", str(written.pk))
    with pytest.raises(CommandError, match="withdrawn already"):
        rule("withdraw", str(written.pk))


def test_a_rule_that_is_not_there_cannot_be_withdrawn(db: None) -> None:
    with pytest.raises(CommandError, match="There is no rule 77"):
        rule("withdraw", "77")


@pytest.mark.parametrize(
    ("arguments", "changes", "message"),
    [
        ([], {}, "whom the rule keeps out"),
        (["--people", "nobody"], {}, "no user nobody"),
        (["--teams", "none"], {}, "no team none"),
        (["--everyone"], {"label": "people:bob"}, "is not a label"),
        (["--everyone"], {"reason": "because"}, "15"),
        (["--everyone"], {"review_on": "2020-01-01"}, "future"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_what_to_do(
    alice: User, arguments: list[str], changes: dict[str, str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        add(*arguments, **changes)
    assert not OptOutRule.objects.exists()
