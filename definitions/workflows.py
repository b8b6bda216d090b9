"""Writing workflows: who may, and what happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from definitions.models import Definition, State, Transition, Workflow
from permissions.audit import record
from permissions.models import Duty
from permissions.roles import is_administrator, is_council

if TYPE_CHECKING:
    from catalog.models import Domain, Source
    from permissions.access import Viewer
    from permissions.models import User


@dataclass(frozen=True)
class Step:
    """A transition as written: from and to are definitions, None for outside."""

    before: Definition | None
    after: Definition | None
    done_by: str = ""
    actor: str = ""
    transformation: str = Transition.Transformation.DETERMINISTIC
    entry_condition: str = ""
    exit_condition: str = ""


@dataclass(frozen=True)
class Written:
    """A workflow as somebody wrote it; `states` are (definition, kind) in order."""

    name: str
    entity: str
    description: str = ""
    key_fields: list[str] = field(default_factory=list)
    domain: Domain | None = None
    source: Source | None = None
    exclusive: bool = True
    exhaustive: bool = True
    states: list[tuple[Definition, str]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def may_write_workflows(viewer: Viewer, workflow: Workflow | None = None) -> bool:
    """Whether somebody may write a workflow, or begin one: the council, administrators, its owner and its stewards."""
    if is_council(viewer) or is_administrator(viewer):
        return True
    if workflow is None:
        return False
    mine = workflow.owner_id is not None and workflow.owner_id == viewer.pk
    return mine or (workflow.domain is not None and viewer.has_perm(Duty.CURATE, workflow.domain))


def require_writer(viewer: Viewer, workflow: Workflow | None) -> None:
    """Raise `PermissionDenied` for who may not write it."""
    if not may_write_workflows(viewer, workflow):
        raise PermissionDenied("Workflows are written by the council, their owners, and the stewards of their domains.")


def states_of(viewer: Viewer, workflow: Workflow) -> list[State]:
    """Return the states of a workflow, in order, whose definitions the viewer may read."""
    readable = Definition.objects.readable_by(viewer)
    return list(State.objects.filter(workflow=workflow, definition__in=readable).select_related("definition"))


@transaction.atomic
def save_workflow(*, actor: User, workflow: Workflow | None, written: Written) -> Workflow:
    """Write a workflow with its states and transitions; what was counted of states that stay is kept."""
    columns = {
        "name": written.name, "entity": written.entity, "description": written.description,
        "key_fields": written.key_fields, "domain": written.domain, "source": written.source,
        "exclusive": written.exclusive, "exhaustive": written.exhaustive,
    }  # fmt: skip
    if workflow is None:
        saved = Workflow.objects.create(slug=_free_slug(written.name), owner=actor, **columns)
    else:
        saved = workflow
        Workflow.objects.filter(pk=saved.pk).update(**columns)
        saved.refresh_from_db()
    _write_steps(saved, _write_states(saved, written), written)
    record("workflow.saved", actor=actor, thing=saved, note=f"{len(written.states)} states, {len(written.steps)} moves")
    return saved


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "workflow"
    taken = set(Workflow.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else next(f"{base}-{n}" for n in range(2, 10_000) if f"{base}-{n}" not in taken)


def _write_states(workflow: Workflow, written: Written) -> dict[int, State]:
    wanted = {definition.pk: (position, kind) for position, (definition, kind) in enumerate(written.states)}
    State.objects.filter(workflow=workflow).exclude(definition__in=wanted).delete()
    for pk, (position, kind) in wanted.items():
        State.objects.update_or_create(
            workflow=workflow, definition_id=pk, defaults={"position": position, "kind": kind}
        )
    return {state.definition_id: state for state in State.objects.filter(workflow=workflow)}


def _write_steps(workflow: Workflow, states: dict[int, State], written: Written) -> None:
    Transition.objects.filter(workflow=workflow).delete()
    Transition.objects.bulk_create(
        Transition(
            workflow=workflow,
            from_state=states[step.before.pk] if step.before else None,
            to_state=states[step.after.pk] if step.after else None,
            done_by=step.done_by,
            actor=step.actor,
            transformation=step.transformation,
            entry_condition=step.entry_condition,
            exit_condition=step.exit_condition,
        )
        for step in written.steps
    )
