"""The picture of a workflow: states with their stocks, arrows with what moved along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from definitions.diagram import Arrow, Box, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from definitions.counted import Counted, Rows
    from definitions.models import State, Transition

LONGEST = 23  # characters of a name in a box


@dataclass(frozen=True)
class Node:
    """A state in its place."""

    box: Box
    state: State
    rows: Rows | None
    arrived: Rows | None  # from outside
    gone: Rows | None  # to outside
    unproven: bool

    @property
    def title(self) -> str:
        name = self.box.name
        return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"

    @property
    def kind_word(self) -> str:
        return "" if self.state.kind == "intermediate" else self.state.get_kind_display()


@dataclass(frozen=True)
class Line:
    """An arrow: a transition that the workflow knows, or a move that was seen and is forbidden."""

    arrow: Arrow
    rows: Rows | None
    forbidden: bool

    @property
    def words(self) -> str:
        moved = f", {self.rows} rows" if self.rows else ""
        return f"{self.arrow.start} to {self.arrow.end}{moved}{', forbidden' if self.forbidden else ''}"


@dataclass(frozen=True)
class WorkflowPicture:
    """Everything that is drawn, in units of the picture."""

    width: int
    height: int
    nodes: list[Node]
    lines: list[Line]


def picture_of(
    states: Sequence[State], transitions: Sequence[Transition], counted: Counted | None
) -> WorkflowPicture | None:
    """Return the picture; None for a workflow without states."""
    if not states:
        return None
    names = [state.definition.name for state in states]
    known = [
        (one.from_state.definition.name, one.to_state.definition.name)
        for one in transitions
        if one.from_state is not None and one.to_state is not None
    ]
    seen = {(move.before, move.after): move for move in (counted.moves if counted else [])}
    bad = [pair for pair, move in seen.items() if move.forbidden and all(pair)]
    first = [state.definition.name for state in states if state.kind == state.Kind.INITIAL]
    picture = drawn(names, [*known, *bad], first)
    stocks = {line.name: line for line in (counted.states if counted else [])}
    outside = {pair: move.rows for pair, move in seen.items()}
    nodes = [
        Node(
            box, state, stocks[box.name].rows if box.name in stocks else None, outside.get(("", box.name)),
            outside.get((box.name, "")), bool(box.name in stocks and stocks[box.name].unproven),
        )
        for box, state in zip(picture.boxes, states, strict=True)
    ]  # fmt: skip
    lines = []
    for arrow in picture.arrows:
        move = seen.get((arrow.start, arrow.end))
        lines.append(Line(arrow, move.rows if move else None, bool(move and move.forbidden)))
    return WorkflowPicture(picture.width, picture.height, nodes, lines)
