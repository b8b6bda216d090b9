"""Writing, changing and withdrawing opt-out rules: each step is kept as a version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from permissions.access_requests.needless import lift_needless
from permissions.audit import record
from permissions.models import OptOutRule, RuleVersion
from permissions.roles import may_manage_rules
from permissions.rules.carriers import note_named
from permissions.rules.checks import check_draft
from permissions.rules.draft import NAMED, content_of, draft_of
from permissions.rules.scope import may_write_on
from permissions.rules.spared import closed_by, tell_council_of_spared

if TYPE_CHECKING:
    from datetime import date

    from permissions.models import User
    from permissions.rules.draft import RuleDraft
    from permissions.rules.spared import Closed

Action = RuleVersion.Action
LONGEST_NOTE = 500


class Stale(Exception):
    """Somebody changed the rule since it was read; `str()` says so."""


@transaction.atomic
def write_rule(*, actor: User, draft: RuleDraft, note: str = "", not_yet: bool = False) -> OptOutRule:
    """Close what carries the draft's label to those it names, from its start on: for the very next request.

    `not_yet` allows a label that nothing carries so far. Raises `ValidationError`, by part, when one does not fit.
    """
    check_draft(draft=draft, actor=actor, not_yet=not_yet)
    rule = OptOutRule(**_tidy(draft), by_grant_of=_by_grant(actor, draft.label))
    _save(rule, draft)
    note_named(rule.label)
    _keep(rule, Action.WRITTEN, actor, note)
    record("rule.created", actor=actor, thing=rule, after=content_of(rule), note=note)
    return rule


@transaction.atomic
def change_rule(
    *, actor: User, rule: OptOutRule, draft: RuleDraft, note: str = "", version: int | None = None,
    not_yet: bool = False,
) -> bool:  # fmt: skip
    """Make the rule say what `draft` says; returns whether that is anything new.

    Raises `ValidationError`, by part, when one does not fit or the rule was withdrawn, and `Stale` when the rule is no
    longer at `version`.
    """
    locked = _lock(rule, version)
    before, told, kept_out = draft_of(locked), content_of(locked), closed_by(locked, actor)
    draft = replace(draft, starts_at=draft.starts_at or locked.starts_at)
    check_draft(draft=draft, actor=actor, before=before, not_yet=not_yet)
    for name, value in _tidy(draft).items():
        setattr(locked, name, value)
    _save(locked, draft)
    if content_of(locked) == told:
        return False
    if draft.label != before.label:
        note_named(draft.label)
    _take_over(locked, actor, before.label)
    _keep(locked, Action.CHANGED, actor, note)
    record("rule.changed", actor=actor, thing=locked, before=told, after=content_of(locked), note=note)
    _follow(locked, actor, kept_out)
    return True


def extend_review(*, actor: User, rule: OptOutRule, review_on: date, note: str = "") -> None:
    """Say that the rule stays as it is, and is looked at again on another day. Raises as `change_rule` does."""
    change_rule(actor=actor, rule=rule, draft=replace(draft_of(rule), review_on=review_on), note=note)


@transaction.atomic
def withdraw_rule(*, actor: User | None, rule: OptOutRule, note: str = "") -> bool:
    """End a rule now; returns whether it had not ended already. It stays on record."""
    locked = OptOutRule.objects.select_for_update().get(pk=rule.pk)
    if locked.withdrawn_at:
        return False
    kept_out = closed_by(locked, actor) if actor else frozenset()
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    _keep(locked, Action.WITHDRAWN, actor, note)
    record(
        "rule.withdrawn",
        actor=actor,
        thing=locked,
        before={"withdrawn_at": None},
        after={"withdrawn_at": locked.withdrawn_at},
        note=note,
    )
    _follow(locked, actor, kept_out)
    return True


def _follow(rule: OptOutRule, actor: User | None, kept_out: Closed) -> None:
    """What a change brings about: requests that need no answer, and a word to the council on who spared themselves."""
    lift_needless(rule)
    if actor and kept_out - closed_by(rule, actor):
        record("rule.author_spared", actor=actor, thing=rule)
        tell_council_of_spared(rule, actor)


def _by_grant(actor: User, label: str) -> User | None:
    """The actor, where nothing but a grant lets them write on the label."""
    return actor if not may_manage_rules(actor) and may_write_on(actor, label) else None


def _take_over(rule: OptOutRule, actor: User, before: str) -> None:
    """A rule that the council changes is the council's from then on; another label is its author's."""
    if may_manage_rules(actor) or rule.label != before:
        rule.by_grant_of = _by_grant(actor, rule.label)
        rule.save(update_fields=["by_grant_of"])


def _lock(rule: OptOutRule, version: int | None) -> OptOutRule:
    locked = OptOutRule.objects.select_for_update().get(pk=rule.pk)
    if version is not None and locked.version != version:
        raise Stale("Somebody changed this rule since you read it. Look at it again, and change what it says now.")
    if locked.withdrawn_at:
        raise ValidationError("This rule was withdrawn. Write a new one instead.")
    return locked


def _tidy(draft: RuleDraft) -> dict[str, Any]:
    return {name: tidy(value) if isinstance(value, str) else value for name, value in draft.columns.items()}


def tidy(text: str) -> str:
    """A text as it is kept: browsers send two characters for the end of a line, files one."""
    return text.replace("\r\n", "\n").strip()


def _save(rule: OptOutRule, draft: RuleDraft) -> None:
    rule.full_clean(exclude=["owner"])
    rule.save()
    for name in NAMED:
        getattr(rule, name).set(getattr(draft.whom, name))


def _keep(rule: OptOutRule, action: str, actor: User | None, note: str) -> None:
    """Add the version. The caller holds the rule's row, so numbers follow each other without a gap."""
    rule.version += 1
    rule.save(update_fields=["version"])
    RuleVersion.objects.create(
        rule=rule, number=rule.version, action=action, author=actor, note=note.strip()[:LONGEST_NOTE],
        content=content_of(rule),
    )  # fmt: skip
