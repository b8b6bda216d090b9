"""What Northbeam closes, to whom, and why: three rules, one at each level, and one exception."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from demo import people
from demo.people import People, Person
from permissions.levels import Level
from permissions.models import OptOutRule, RuleException, Team
from permissions.rules.draft import RuleDraft, Whom
from permissions.rules.services import change_rule, write_rule


class RuleText(NamedTuple):
    label: str
    level: Level
    owner: Person
    reason: str
    except_teams: tuple[str, ...]
    review_days: int
    legal_basis: str = ""


RULES = (
    RuleText(
        "class:pii",
        Level.SAMPLE,
        people.NADIA,
        "Values that identify people are for those who need them in their work. Schemas and descriptions stay open.",
        ("compliance", "support"),
        120,
        "GDPR Art. 5(1)(c), data minimisation",
    ),
    RuleText(
        "dataset:warehouse.people_ops.salary",
        Level.READ,
        people.LENA,
        "Pay of colleagues is between them and People Operations. Ask for headcount instead; it is open.",
        ("people-operations",),
        200,
        "Works agreement 7",
    ),
    RuleText(
        "dataset:warehouse.people_ops.restructuring_draft",
        Level.DISCOVER,
        people.LENA,
        "A draft that has not been decided; nobody should learn of it from a catalog.",
        ("people-operations", "leadership"),
        30,
    ),
)


def settle_rules(by_name: People) -> list[OptOutRule]:
    """Make the rules, or bring those of an earlier build up to date."""
    rules = [_settle(text, by_name) for text in RULES]
    _let_analyst_sample(rules[0], by_name)
    return rules


def _settle(text: RuleText, by_name: People) -> OptOutRule:
    owner = by_name[text.owner.username]
    teams = list(Team.objects.filter(slug__in=text.except_teams))
    draft = RuleDraft(
        label=text.label, level=text.level, owner=owner, whom=Whom(everyone=True, except_teams=teams),
        reason=text.reason, legal_basis=text.legal_basis,
        review_on=timezone.localdate() + timedelta(days=text.review_days),
    )  # fmt: skip
    known = OptOutRule.objects.filter(label=text.label, level=text.level, owner=owner, withdrawn_at=None).first()
    if known is None:
        return write_rule(actor=owner, draft=draft, not_yet=True)
    change_rule(actor=owner, rule=known, draft=draft)
    return known


def _let_analyst_sample(rule: OptOutRule, by_name: People) -> None:
    """Marketing's analyst may see values of the CRM for two weeks."""
    RuleException.objects.update_or_create(
        rule=rule,
        person=by_name[people.MARCUS.username],
        label="source:crm",
        defaults={
            "purpose": "Clean up duplicate leads before the winter campaign.",
            "approved_by": by_name[people.NADIA.username],
            "until": timezone.now() + timedelta(days=14),
            "withdrawn_at": None,
        },
    )
