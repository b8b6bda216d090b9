"""Putting something to the council: proposing it, amending it, taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from definitions.drafting import Text, bindings_of, draft_of, may_decide_locally, may_write, next_number, write_version
from definitions.models import DecisionRule, Definition, DefinitionVersion, Kind, Proposal
from definitions.telling import tell_deciders, tell_proposer
from definitions.voting import Method
from permissions.audit import record
from permissions.roles import is_council

if TYPE_CHECKING:
    from definitions.drafting import Bound
    from permissions.models import User

Status = DefinitionVersion.Status
LEAST_REASON = 10

DEFAULTS = {
    Kind.NEW: DecisionRule(kind=Kind.NEW, method=Method.MAJORITY.value, quorum=50, days=7),
    Kind.VERSION: DecisionRule(kind=Kind.VERSION, method=Method.MAJORITY.value, quorum=50, days=7),
    Kind.PROMOTION: DecisionRule(kind=Kind.PROMOTION, method=Method.MAJORITY.value, quorum=60, days=10),
    Kind.RETIREMENT: DecisionRule(kind=Kind.RETIREMENT, method=Method.CONSENT.value, quorum=50, days=7),
    Kind.SCHEMA_RULE: DecisionRule(kind=Kind.SCHEMA_RULE, method=Method.CONSENT.value, quorum=60, days=14),
}


def decision_rules() -> dict[Kind, DecisionRule]:
    """How each kind is decided now: what the council set, else the default."""
    return DEFAULTS | {Kind(one.kind): one for one in DecisionRule.objects.all()}


@transaction.atomic
def propose(*, actor: User, definition: Definition, reason: str, kind: Kind | None = None) -> Proposal:
    """Put a definition's draft to the vote; with `kind`, promote or retire what is in force.

    A local definition's texts are for the stewards of its domain; promotion, retirement of an enterprise one, and all
    that is enterprise for the council. Raises `ValidationError`, `PermissionDenied`.
    """
    definition = Definition.objects.select_for_update().get(pk=definition.pk)
    _require_reason(reason)
    if definition.proposals.filter(state=Proposal.State.OPEN).exists():
        raise ValidationError("Another proposal about it is being decided: wait for it, or amend it.")
    version = _in_force(definition, kind) if kind else _submitted(actor, definition)
    kind = kind or _kind_of(definition)
    made = Proposal(kind=kind, definition=definition, version=version, reason=reason.strip(), proposer=actor)
    _set_rule(made)
    made.save()
    record("proposal.opened", actor=actor, thing=made, after={"kind": kind, "version": version.number})
    tell_deciders(made, actor, "Yours to decide" if made.closes_at is None else "Put to the vote", reason)
    return made


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise ValidationError({"reason": "Say in a sentence what it is for: others decide by it."})


def _in_force(definition: Definition, kind: Kind) -> DefinitionVersion:
    if definition.status != Definition.Status.APPROVED or definition.current is None:
        raise ValidationError("Only what is in force can be promoted or retired.")
    if kind == Kind.PROMOTION and definition.scope == Definition.Scope.ENTERPRISE:
        raise ValidationError("It holds for the whole enterprise already.")
    if kind not in (Kind.PROMOTION, Kind.RETIREMENT):
        raise ValidationError("A new text is proposed by its draft.")
    return definition.current


def _submitted(actor: User, definition: Definition) -> DefinitionVersion:
    draft = draft_of(definition)
    if draft is None:
        raise ValidationError("There is no draft to propose.")
    if not may_write(actor, draft):
        raise PermissionDenied(f"{draft.author or 'Somebody'} is still writing it.")
    draft.status = Status.IN_REVIEW
    draft.save(update_fields=["status"])
    if definition.status == Definition.Status.DRAFT:
        definition.status = Definition.Status.IN_REVIEW
        definition.save(update_fields=["status"])
    return draft


def _kind_of(definition: Definition) -> Kind:
    if definition.kind == Definition.Kind.SCHEMA_RULE:
        return Kind.SCHEMA_RULE
    return Kind.VERSION if definition.current_id else Kind.NEW


def _set_rule(proposal: Proposal, at: datetime | None = None) -> None:
    """Fix how and until when it is decided: a later change of the rules does not touch what is being voted on."""
    local = proposal.definition.scope == Definition.Scope.LOCAL and proposal.kind != Kind.PROMOTION
    rule = decision_rules()[Kind(proposal.kind)]
    proposal.method, proposal.quorum, proposal.required = rule.method, rule.quorum, list(rule.required)
    proposal.closes_at = None if local else (at or timezone.now()) + timedelta(days=rule.days)


@transaction.atomic
def amend(
    *, actor: User, proposal: Proposal, text: Text, bindings: list[Bound] | None = None, seen: int | None = None
) -> Proposal:
    """Replace the text that is voted on by another: the vote begins anew, and all who voted are told.

    `seen` is the number of the version that the actor read: amended meanwhile, nothing is done.
    Raises `PermissionDenied`, `ValidationError`.
    """
    definition = Definition.objects.select_for_update().get(pk=proposal.definition_id)
    proposal = locked(proposal)
    _require_open(proposal)
    before = proposal.version
    if proposal.kind in (Kind.PROMOTION, Kind.RETIREMENT):
        raise ValidationError("This proposal is about the text in force. Propose a new version of it instead.")
    if not may_amend(actor, proposal):
        raise PermissionDenied("Those who propose it and those who decide on it amend it.")
    if seen is not None and before.number != seen:
        raise ValidationError(f"It was amended meanwhile: version {before.number} is being voted on now.")
    before.status = Status.AMENDED
    before.save(update_fields=["status"])
    version = _successor(actor, definition, text, bindings_of(before) if bindings is None else bindings)
    proposal.version, proposal.round = version, proposal.round + 1
    _set_rule(proposal)
    proposal.save()
    record(
        "proposal.amended", actor=actor, thing=proposal, before={"version": before.number},
        after={"version": version.number, "round": proposal.round}, note=text.change_note,
    )  # fmt: skip
    told = f"Amended to version {version.number}; earlier votes were on another text"
    tell_deciders(proposal, actor, told, text.change_note)
    tell_proposer(proposal, actor, told, text.change_note)
    return proposal


def _successor(actor: User, definition: Definition, text: Text, bindings: list[Bound]) -> DefinitionVersion:
    made = DefinitionVersion(definition=definition, number=next_number(definition), author=actor)
    write_version(made, text, bindings)
    made.status = Status.IN_REVIEW
    made.save(update_fields=["status"])
    return made


@transaction.atomic
def withdraw(*, actor: User, proposal: Proposal, words: str = "") -> Proposal:
    """Take a proposal back; its text stays for its reviewers to read. Raises `PermissionDenied`, `ValidationError`."""
    definition = Definition.objects.select_for_update().get(pk=proposal.definition_id)
    proposal = locked(proposal)
    _require_open(proposal)
    if actor.pk != proposal.proposer_id and not is_council(actor):
        raise PermissionDenied("Who proposed it takes it back; the council does where they have left.")
    end(proposal, definition, actor, Proposal.State.WITHDRAWN, words.strip() or "Taken back.")
    record("proposal.withdrawn", actor=actor, thing=proposal, note=words)
    tell_deciders(proposal, actor, "Withdrawn", words)
    return proposal


def end(proposal: Proposal, definition: Definition, actor: User | None, state: str, outcome: str) -> None:
    """Close a proposal that is not approved: its version is kept as what it became."""
    proposal.state, proposal.decided_at, proposal.decided_by, proposal.outcome = state, timezone.now(), actor, outcome
    proposal.save()
    if proposal.version.status == Status.IN_REVIEW:
        proposal.version.status = Status.REJECTED if state == Proposal.State.REJECTED else Status.WITHDRAWN
        proposal.version.save(update_fields=["status"])
    if definition.status == Definition.Status.IN_REVIEW:
        definition.status = Definition.Status.DRAFT
        definition.save(update_fields=["status"])


def locked(proposal: Proposal) -> Proposal:
    """The proposal as it is now; whoever votes on it or decides it meanwhile waits."""
    found = Proposal.objects.select_for_update(of=("self",)).select_related("definition__domain", "version")
    return found.get(pk=proposal.pk)


def _require_open(proposal: Proposal) -> None:
    if not proposal.is_open:
        raise ValidationError(f"It was {proposal.get_state_display()} already.")


def may_amend(person: User, proposal: Proposal) -> bool:
    """Whether they may put another text in its place."""
    return person.pk in proposal.authors or may_decide_locally(person, proposal.definition)
