"""What is to be counted in a dataset: the workflows and definitions in force that are bound to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from definitions.checks import columns_of
from definitions.criteria import Column, Node
from definitions.models import Binding, State, Transition, Workflow
from definitions.proving import Proven, prove

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models import Dataset


@dataclass(frozen=True)
class Counted:
    """One criterion to be counted: of a state of a workflow, or by itself."""

    binding: Binding
    tree: Node
    state: State | None = None

    @property
    def name(self) -> str:
        return self.binding.version.definition.name

    @property
    def log_name(self) -> str:
        """What the event log calls the state."""
        return self.binding.event_value or self.name


@dataclass(frozen=True)
class Group:
    """Criteria that are counted together: the states of a workflow, in order, or one definition."""

    workflow: Workflow | None
    counted: list[Counted]

    @property
    def trees(self) -> list[Node]:
        return [one.tree for one in self.counted]

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.counted]

    @property
    def key_fields(self) -> list[str]:
        """The fields that tell entities apart: of the first binding that says so, or of the workflow."""
        of_bindings = next((one.binding.key_fields for one in self.counted if one.binding.key_fields), [])
        return of_bindings or (self.workflow.key_fields if self.workflow else [])

    @property
    def log(self) -> Binding | None:
        """The binding that names the event log."""
        return next((one.binding for one in self.counted if one.binding.event_dataset_id), None)


@dataclass(frozen=True)
class Plan:
    """Everything that is counted in one dataset, in one query."""

    dataset: Dataset
    columns: tuple[Column, ...]
    groups: list[Group] = field(default_factory=list)

    def key(self, group: Group) -> list[Column]:
        """The columns of a group's key; empty where one of them is gone."""
        known = {column.name: column for column in self.columns}
        names = group.key_fields
        return [known[name] for name in names] if all(name in known for name in names) else []


def plans(bindings: Iterable[Binding]) -> list[Plan]:
    """Return what to count for `bindings`, dataset by dataset; those that cannot be checked are noted as unproven."""
    by_dataset: defaultdict[int, list[Binding]] = defaultdict(list)
    for binding in bindings:
        if binding.dataset_id is not None and binding.expression:
            by_dataset[binding.dataset_id].append(binding)
    return [plan for plan in map(_plan, by_dataset.values()) if plan.groups]


def _plan(bindings: list[Binding]) -> Plan:
    dataset = bindings[0].dataset
    assert dataset is not None  # noqa: S101 - bindings without one are left out
    columns = columns_of(dataset)
    proven = {one.binding.version.definition_id: one for one in prove(bindings, columns)}
    states = State.objects.filter(definition__in=proven).select_related("workflow").order_by("workflow", "position")
    grouped: defaultdict[Workflow, list[Counted]] = defaultdict(list)
    for state in states:
        one = proven[state.definition_id]
        grouped[state.workflow].append(Counted(one.binding, one.tree, state))
    in_workflows = {counted.binding.pk for group in grouped.values() for counted in group}
    alone = [_alone(one) for one in proven.values() if one.binding.pk not in in_workflows]
    return Plan(dataset, columns, [Group(workflow, counted) for workflow, counted in grouped.items()] + alone)


def _alone(one: Proven) -> Group:
    return Group(None, [Counted(one.binding, one.tree)])


@dataclass(frozen=True)
class Allowed:
    """The moves that a workflow knows, by names of states; a workflow that names none forbids none."""

    moves: frozenset[tuple[str, str]]
    initial: frozenset[str]
    final: frozenset[str]


def allowed_in(workflow: Workflow) -> Allowed | None:
    """Return the moves of a workflow; None where it names none."""
    states = list(State.objects.filter(workflow=workflow).select_related("definition"))
    names = {state.pk: state.definition.name for state in states}
    found = list(Transition.objects.filter(workflow=workflow).values_list("from_state", "to_state"))
    if not found:
        return None
    kinds = {kind: {state.definition.name for state in states if state.kind == kind} for kind in State.Kind.values}
    begins = {names[after] for before, after in found if not before}
    ends = {names[before] for before, after in found if not after}
    moves = {(names[before], names[after]) for before, after in found if before and after}
    return Allowed(frozenset(moves), frozenset(kinds["initial"] | begins), frozenset(kinds["final"] | ends))
