"""What an approved proposal brings about, in the transaction that decides it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from definitions.days import today
from definitions.models import Definition, DefinitionVersion, Kind
from definitions.remeasuring import measure_soon
from permissions.audit import record

if TYPE_CHECKING:
    from definitions.models import Proposal
    from permissions.models import User

Status = DefinitionVersion.Status
REVIEW_AFTER = timedelta(days=365)


def obstacle(proposal: Proposal) -> str:
    """Return why an approved proposal cannot be carried out, in words; empty where it can."""
    definition = proposal.definition
    if proposal.kind == Kind.RETIREMENT:
        return ""
    scope = Definition.Scope.ENTERPRISE if proposal.kind == Kind.PROMOTION else definition.scope
    others = Definition.objects.approved().filter(name__iexact=definition.name, scope=scope).exclude(pk=definition.pk)
    if scope == Definition.Scope.LOCAL:
        others = others.filter(domain=definition.domain_id)
    return f"another definition of {definition.name} is in force there already" if others.exists() else ""


def publish(proposal: Proposal, actor: User | None) -> None:
    """Carry out an approved proposal. The caller holds its row, and those of its definition and version."""
    definition = proposal.definition
    if proposal.kind == Kind.RETIREMENT:
        definition.status = Definition.Status.RETIRED
        definition.save(update_fields=["status"])
        record("definition.retired", actor=actor, thing=definition, note=proposal.reason[:500])
        return
    if proposal.kind == Kind.PROMOTION:
        before, definition.scope = definition.scope, Definition.Scope.ENTERPRISE
        definition.save(update_fields=["scope"])
        record("definition.promoted", actor=actor, thing=definition, before={"scope": before})
    if proposal.version.status != Status.APPROVED:
        _put_in_force(definition, proposal.version, actor)


def _put_in_force(definition: Definition, version: DefinitionVersion, actor: User | None) -> None:
    now = timezone.now()
    definition.versions.filter(status=Status.APPROVED).update(status=Status.SUPERSEDED, superseded_at=now)
    version.status, version.published_at = Status.APPROVED, now
    version.save(update_fields=["status", "published_at"])
    before = definition.current.number if definition.current else None
    definition.current, definition.status = version, Definition.Status.APPROVED
    definition.review_on = today() + REVIEW_AFTER
    definition.save(update_fields=["current", "status", "review_on"])
    record(
        "definition.published", actor=actor, thing=definition, before={"version": before},
        after={"version": version.number, "statement": version.statement, "criterion": version.criterion},
    )  # fmt: skip
    measure_soon(version.pk)
