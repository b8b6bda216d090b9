"""What words mean here, and the states that data can be in."""

from definitions.models.bindings import Binding, Unproven
from definitions.models.definitions import Definition, DefinitionVersion
from definitions.models.workflows import State, Transition, Workflow

__all__ = ["Binding", "Definition", "DefinitionVersion", "State", "Transition", "Unproven", "Workflow"]
