"""What a file of rules would change, and changing it: all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from permissions.models import OptOutRule, User
from permissions.rules.checks import check_draft
from permissions.rules.draft import content_of, draft_of
from permissions.rules.history import Difference, differences
from permissions.rules.scope import NOT_WITHIN, covered
from permissions.rules.services import change_rule, tidy, withdraw_rule, write_rule
from permissions.rules.spec import PARTS, Names, draft_from, names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permissions.models.rules import RuleQuerySet
    from permissions.rules.draft import RuleDraft


class Kind(models.TextChoices):
    ADDED = "added", "added"
    CHANGED = "changed", "changed"
    WITHDRAWN = "withdrawn", "withdrawn"
    UNCHANGED = "unchanged", "unchanged"
    REFUSED = "refused", "refused"


@dataclass(frozen=True)
class Row:
    """What becomes of one rule: of the file, by its place there, or (0) of one that the file leaves out."""

    number: int
    kind: Kind
    title: str
    rule: OptOutRule | None = None
    draft: RuleDraft | None = None
    differences: tuple[Difference, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a file would change."""

    rows: tuple[Row, ...]

    def of(self, kind: Kind) -> list[Row]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def counts(self) -> dict[Kind, int]:
        return {kind: len(self.of(kind)) for kind in Kind}

    @property
    def refused(self) -> bool:
        return bool(self.of(Kind.REFUSED))

    @property
    def empty(self) -> bool:
        """Whether it would change nothing."""
        return all(row.kind == Kind.UNCHANGED for row in self.rows)

    @property
    def digest(self) -> str:
        """The same for plans that would do the same, so that one can be agreed to."""
        told = [
            (row.number, row.kind.value, row.title, row.rule and (row.rule.pk, row.rule.version)) for row in self.rows
        ]
        return sha256(repr(told).encode()).hexdigest()[:16]


class Refused(Exception):
    """Something in the file does not fit; nothing was changed. `plan` says what."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Something in the file does not fit, so nothing was changed.")
        self.plan = plan


def plan_rules(
    *, actor: User, specs: Sequence[dict[str, Any]], prune: bool = False, not_yet: bool = False,
    among: RuleQuerySet | None = None,
) -> Plan:  # fmt: skip
    """Return what the specs would change.

    One with an id changes that rule; one without is a new rule, unless one that says the same is there. With `prune`,
    rules that have not ended and are not among the specs are withdrawn. `not_yet` allows labels nothing carries yet.
    `among` are the rules that the actor may change, and says that they write only on what they manage; without it,
    whoever runs the command answers for that.
    """
    names = names_in(specs)
    rules = OptOutRule.objects.all() if among is None else among
    known = {rule.pk: rule for rule in rules.filter(withdrawn_at=None).with_people()}
    allowed = None if among is None else covered(actor, {str(spec.get("label") or "") for spec in specs})
    alike = {_said(content_of(rule)): rule for rule in known.values()}
    rows, met = [], set[int]()
    for number, spec in enumerate(specs, start=1):
        row = _row(actor, number, spec, names, known, alike, not_yet, allowed)
        if row.rule is not None and row.rule.pk in met:
            row = Row(number, Kind.REFUSED, row.title, problems=("The file has this rule twice.",))
        elif row.rule is not None:
            met.add(row.rule.pk)
        rows.append(row)
    gone = [rule for pk, rule in sorted(known.items()) if pk not in met and rule.state != "lapsed"] if prune else []
    return Plan((*rows, *(Row(0, Kind.WITHDRAWN, str(rule), rule) for rule in gone)))


@transaction.atomic
def apply_rules(
    *, actor: User, specs: Sequence[dict[str, Any]], prune: bool = False, not_yet: bool = False, note: str = "",
    agreed: str = "", among: RuleQuerySet | None = None,
) -> Plan:  # fmt: skip
    """Do what `plan_rules` says, all of it or nothing.

    Raises `Refused` when anything does not fit, or when the plan is no longer the one with the digest `agreed`.
    """
    list(OptOutRule.objects.select_for_update().order_by("pk").values_list("pk"))  # whoever else changes one waits
    plan = plan_rules(actor=actor, specs=specs, prune=prune, not_yet=not_yet, among=among)
    if plan.refused or (agreed and agreed != plan.digest):
        raise Refused(plan)
    for row in plan.rows:
        _do(actor, row, note, not_yet)
    return plan


def _do(actor: User, row: Row, note: str, not_yet: bool) -> None:
    if row.kind == Kind.ADDED and row.draft:
        write_rule(actor=actor, draft=row.draft, note=note, not_yet=not_yet)
    elif row.kind == Kind.CHANGED and row.rule and row.draft:
        change_rule(actor=actor, rule=row.rule, draft=row.draft, note=note, not_yet=not_yet)
    elif row.kind == Kind.WITHDRAWN and row.rule:
        withdraw_rule(actor=actor, rule=row.rule, note=note)


def _row(
    actor: User, number: int, spec: dict[str, Any], names: Names, known: dict[int, OptOutRule],
    alike: dict[str, OptOutRule], not_yet: bool, allowed: set[str] | None,
) -> Row:  # fmt: skip
    title = str(spec.get("label") or f"rule {number}")[:200]
    try:
        rule = _rule_of(spec, known)
        base = draft_of(rule) if rule else None
        draft = draft_from(spec, names, owner=actor, base=base)
        if allowed is not None and draft.label not in allowed and (rule is None or draft.label != rule.label):
            raise ValidationError({"label": [NOT_WITHIN]})
        before, after = (content_of(rule) if rule else None), _content(draft)
        if before is None:
            same = alike.get(_said(after))
            if same is not None:
                return Row(number, Kind.UNCHANGED, title, same)
        changed = tuple(differences(before, before | after, PARTS)) if before else ()
        if rule and not changed:
            return Row(number, Kind.UNCHANGED, title, rule)
        check_draft(draft=draft, actor=actor, before=base, not_yet=not_yet)
        _require_choices(draft)
    except ValidationError as error:
        return Row(number, Kind.REFUSED, title, problems=tuple(_problems(error)))
    return Row(number, Kind.CHANGED if rule else Kind.ADDED, title, rule, draft, changed)


def _rule_of(spec: dict[str, Any], known: dict[int, OptOutRule]) -> OptOutRule | None:
    given = str(spec.get("id") or "").strip()
    if not given:
        return None
    rule = known.get(int(given)) if given.isdecimal() else None
    if rule is None:
        raise ValidationError(
            {"id": [f"There is no rule {given} that has not been withdrawn. Leave the id out to write a new one."]}
        )
    return rule


def _content(draft: RuleDraft) -> dict[str, Any]:
    """A draft as `content_of` tells of a rule; without a start, where it gives none."""
    whom = draft.whom
    told: dict[str, Any] = {
        name: tidy(str(value)) for name, value in draft.columns.items()
        if name in ("label", "level", "mask", "reason", "legal_basis", "at_review")
    }  # fmt: skip
    told |= {
        "everyone": whom.everyone, "owner": draft.owner.username, "review_on": draft.review_on.isoformat(),
        "people": sorted({one.username for one in whom.people}), "teams": sorted({one.slug for one in whom.teams}),
        "except_people": sorted({one.username for one in whom.except_people}),
        "except_teams": sorted({one.slug for one in whom.except_teams}),
    }  # fmt: skip
    return told | ({"starts_at": draft.starts_at.isoformat()} if draft.starts_at else {})


def _said(content: dict[str, Any]) -> str:
    """What a rule says, apart from when it began: the same for rules that say the same."""
    return repr([content.get(name) for name in PARTS if name != "starts_at"])


def _require_choices(draft: RuleDraft) -> None:
    OptOutRule(**draft.columns).clean_fields(exclude=["owner", "starts_at"])


def _problems(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [f"{place}: {message}" for place, messages in error.message_dict.items() for message in messages]
