"""One state of a schema, flat as it is stored and as a tree as it is compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.names import join_path, split_path


class FieldState(NamedTuple):
    """A field as it was when the schema was read."""

    path: str  # core.names.join_path of the enclosing fields and its own name
    native_type: str
    type: str  # one of catalog.types.TYPES
    nullable: bool = True
    key: bool = False  # part of the primary key
    position: int = 0
    default: str = ""
    generated: str = ""

    @property
    def parent(self) -> str:
        return join_path(split_path(self.path)[:-1])

    @property
    def name(self) -> str:
        return split_path(self.path)[-1]


Tree = dict[str, list[FieldState]]  # path of the enclosing field ("" at the top) → its fields in order


def tree(snapshot: Sequence[FieldState]) -> Tree:
    """Arrange a snapshot by enclosing field. Raises `ValueError` when two fields have one path."""
    _refuse_doubles(snapshot)
    children: Tree = {}
    for state in sorted(snapshot, key=lambda state: state.position):
        children.setdefault(state.parent, []).append(state)
    return children


def _refuse_doubles(snapshot: Sequence[FieldState]) -> None:
    seen: set[str] = set()
    for state in snapshot:
        if state.path in seen:
            raise ValueError(f"The snapshot holds the field {state.path!r} twice; give each path once.")
        seen.add(state.path)
