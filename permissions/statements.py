"""Reads within what a viewer may use, whose SQL is written once whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from core.statements import Slot, Statement
from permissions.access import Viewer, denials_of
from permissions.levels import Level
from permissions.querysets import LabelledQuerySet, closing, condition

T = TypeVar("T")
Q = TypeVar("Q", bound=LabelledQuerySet[Any])
Shape = tuple[tuple[bool, bool], ...]  # whether each set of denials closes everything, and whether labels spare from it
MOST_WRITTEN = 200


class GuardedStatement(Generic[Q, T]):
    """A `Statement` over the rows of a queryset that a viewer may use at a level.

    Two viewers' statements differ only in how many sets of exceptions they have: one is written for each number.
    """

    def __init__(self, level: Level, rows: Q, build: Callable[[Q], QuerySet[Any, T]]) -> None:
        self._level, self._rows, self._build = level, rows, build
        self._written: dict[Shape, Statement[T]] = {}

    def run(self, viewer: Viewer, **values: object) -> list[T]:
        """Return the rows for `values` of the slots. Raises `PermissionError` for anonymous viewers."""
        pairs = closing(denials_of(viewer), self._level)
        denied = {f"closing {n}": labels for n, (labels, _) in enumerate(pairs)}
        spared = {f"sparing {n}": unless for n, (_, unless) in enumerate(pairs)}
        shape = tuple((labels is None, bool(unless)) for labels, unless in pairs)
        return self._statement(shape).run(**values, **denied, **spared)

    def _statement(self, shape: Shape) -> Statement[T]:
        found = self._written.get(shape)
        if found is None:
            if len(self._written) >= MOST_WRITTEN:
                self._written.clear()
            found = self._written[shape] = Statement(lambda: self._build(self._open(shape)))
        return found

    def _open(self, shape: Shape) -> Q:
        pairs = [
            (None if everything else Slot(f"closing {n}"), Slot(f"sparing {n}" if spares else ""))
            for n, (everything, spares) in enumerate(shape)
        ]
        return self._rows.filter(condition(pairs, self._rows.model.label_paths))
