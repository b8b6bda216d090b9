"""What words mean here, and the states that data can be in."""

from definitions.models.bindings import Binding, Unproven
from definitions.models.definitions import Definition, DefinitionVersion
from definitions.models.measures import Agreement, Attempt, Conflict, Count, Look, Measure, Move
from definitions.models.workflows import State, Transition, Workflow

__all__ = [
    "Agreement",
    "Attempt",
    "Binding",
    "Conflict",
    "Count",
    "Definition",
    "DefinitionVersion",
    "Look",
    "Measure",
    "Move",
    "State",
    "Transition",
    "Unproven",
    "Workflow",
]
