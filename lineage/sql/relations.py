"""What a query can read from: tables, and whatever stands for one in a FROM clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lineage.sql.refs import IDENTITY, TRANSFORMATION, Refs, add

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EVERYTHING = "*"


class Output(NamedTuple):
    """A column of a relation: its name as written (None without one), what it comes from, and where that stands."""

    name: str | None
    refs: Refs
    node: Any = None


class Relation:
    """Rows with columns. `outputs` are those known, in order; `opens` may hold more, under names nobody listed."""

    __slots__ = ("_index", "opens", "outputs")

    def __init__(self, outputs: Sequence[Output], opens: Sequence[Open] = ()) -> None:
        self.outputs = outputs
        self.opens = opens
        self._index: dict[str, Output] | None = None

    @property
    def index(self) -> dict[str, Output]:
        """The known columns by folded name; of two alike the first."""
        if self._index is None:
            self._index = {}
            for output in self.outputs:
                if output.name is not None:
                    self._index.setdefault(output.name.lower(), output)
        return self._index

    def known(self, name: str) -> Refs | None:
        """What a column surely here comes from, by folded name."""
        found = self.index.get(name)
        return None if found is None else found.refs

    def get(self, name: str, written: str) -> Refs | None:
        """What a column comes from, also where it may only be guessed that it is here; None where it cannot be."""
        found = self.known(name)
        if found is not None or not self.opens:
            return found
        parts = [part for part in self.opens if name not in part.without]
        sure = [refs for part in parts if (refs := part.relation.known(name)) is not None]
        if sure:
            return sure[0]
        able = [part for part in parts if part.relation.is_open]
        if len(able) == 1:
            return able[0].relation.get(name, written)
        return {(None, written): (IDENTITY, None)} if able else None

    @property
    def is_open(self) -> bool:
        """Whether it may hold columns that are not listed."""
        return bool(self.opens)

    def everything(self) -> Iterable[Output]:
        """Every column, those not listed as one called ``*``."""
        return self.outputs


class Open(NamedTuple):
    """A relation whose columns show through another, but for some."""

    relation: Relation
    without: frozenset[str] = frozenset()


class Table(Relation):
    """A table of the database; with `columns`, a name for each folded name, nothing else is in it."""

    __slots__ = ("columns", "key")

    def __init__(self, key: str, columns: Mapping[str, str] | None) -> None:
        super().__init__(())
        self.key = key
        self.columns = columns

    def known(self, name: str) -> Refs | None:
        if self.columns is None:
            return None
        written = self.columns.get(name)
        return None if written is None else {(self.key, written): (IDENTITY, None)}

    def get(self, name: str, written: str) -> Refs | None:
        known = self.columns.get(name, written) if self.columns else written
        return {(self.key, known): (IDENTITY, None)}

    @property
    def is_open(self) -> bool:
        return self.columns is None

    def everything(self) -> Iterable[Output]:
        if self.columns is None:
            return [Output(EVERYTHING, {(self.key, EVERYTHING): (IDENTITY, None)})]
        return [Output(name, {(self.key, name): (IDENTITY, None)}) for name in self.columns.values()]


class Made(Relation):
    """Rows that a function makes of its arguments: each of its columns comes from all of them."""

    __slots__ = ("refs",)

    def __init__(self, refs: Refs, outputs: Sequence[Output] = ()) -> None:
        super().__init__(outputs)
        self.refs: Refs = {}
        add(self.refs, refs, TRANSFORMATION)

    def get(self, name: str, written: str) -> Refs | None:
        found = self.index.get(name)
        return self.refs if found is None else found.refs

    @property
    def is_open(self) -> bool:
        return not self.outputs

    def everything(self) -> Iterable[Output]:
        return self.outputs or [Output(EVERYTHING, self.refs)]

    def refs_of_row(self) -> list[Output]:
        """What a row as a whole comes from."""
        return [Output(None, self.refs)]


def renamed(relation: Relation, names: Sequence[str]) -> Relation:
    """The relation with its first columns under other names, as ``AS t (a, b)`` gives them."""
    columns = list(relation.everything())
    if any(output.name == EVERYTHING for output in columns):
        return Relation([Output(name, {}) for name in names], (Open(relation),))
    pairs = [Output(name, output.refs, output.node) for name, output in zip(names, columns, strict=False)]
    return Relation(pairs + columns[len(names) :], relation.opens)


def stacked(first: Relation, others: Sequence[Relation]) -> Relation:
    """Rows of several queries below each other: columns meet by position and are called as in the first."""
    columns = [list(relation.everything()) for relation in (first, *others)]
    if any(output.name == EVERYTHING for outputs in columns for output in outputs):
        return _stacked_by_name([first, *others])
    merged = []
    for position, output in enumerate(columns[0]):
        refs = dict(output.refs)
        for other in columns[1:]:
            if position < len(other):
                add(refs, other[position].refs, IDENTITY)
        merged.append(Output(output.name, refs, output.node))
    return Relation(merged)


def _stacked_by_name(relations: Sequence[Relation]) -> Relation:
    """Where a star hides how many columns there are, names are the only guess."""
    outputs: dict[str, Output] = {}
    for relation in relations:
        for output in relation.everything():
            name = (output.name or "").lower()
            if name in outputs:
                add(outputs[name].refs, output.refs, IDENTITY)
            else:
                outputs[name] = Output(output.name, dict(output.refs), output.node)
    return Stack(list(outputs.values()), relations)


class Stack(Relation):
    """Several relations, each of which may have the column that is asked for."""

    __slots__ = ("relations",)

    def __init__(self, outputs: Sequence[Output], relations: Sequence[Relation]) -> None:
        super().__init__(outputs)
        self.relations = relations

    def get(self, name: str, written: str) -> Refs | None:
        refs: Refs = {}
        for relation in self.relations:
            add(refs, relation.get(name, written) or {}, IDENTITY)
        return refs or None

    @property
    def is_open(self) -> bool:
        return True
