"""What words mean here, the states that data can be in, and the council that decides on both."""

from definitions.models.bindings import Binding, Unproven
from definitions.models.council import (
    Ballot,
    DecisionRule,
    Kind,
    Meeting,
    MeetingNote,
    Proposal,
    Remark,
    Seat,
)
from definitions.models.definitions import Definition, DefinitionVersion
from definitions.models.meanings import Meaning
from definitions.models.measures import Agreement, Attempt, Conflict, Count, Look, Measure, Move
from definitions.models.workflows import State, Transition, Workflow

__all__ = [
    "Agreement", "Attempt", "Ballot", "Binding", "Conflict", "Count", "DecisionRule", "Definition", "DefinitionVersion",
    "Kind", "Look", "Meaning", "Measure", "Meeting", "MeetingNote", "Move", "Proposal", "Remark", "Seat", "State",
    "Transition", "Unproven", "Workflow",
]  # fmt: skip
