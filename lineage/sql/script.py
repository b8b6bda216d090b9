"""Scripts of many statements: each by itself, and all of them from end to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lineage.sql.dialects import read_as
from lineage.sql.ends import EndToEnd
from lineage.sql.model import ColumnSource, Lineage, OutputColumn, Problem, Span, Statement, Use
from lineage.sql.names import Names
from lineage.sql.refs import IDENTITY, STEPS, add
from lineage.sql.relations import Output, Relation
from lineage.sql.scope import Scope
from lineage.sql.statements.found import Read, Written
from lineage.sql.statements.reading import read
from lineage.sql.text.parsing import FAILURES, Piece, pieces
from lineage.sql.text.scan import tables

if TYPE_CHECKING:
    from collections.abc import Mapping


def lineage(
    sql: str,
    dialect: str | None = None,
    schema: Mapping[str, Mapping[str, str]] | None = None,
    *,
    default_db: str | None = None,
    default_schema: str | None = None,
) -> Lineage:
    """Return which tables `sql` reads and writes, and which columns each of its columns comes from.

    `dialect` is a name of sqlglot's or of a product. `schema` maps a table's name to its columns and their types;
    without it stars stay stars, and a column that could be of several tables is of none. Never raises for what the
    text holds: a statement that cannot be read is a `Problem`, and the others count.
    """
    names = Names(schema, default_db, default_schema)
    session = _Session(names)
    reading = read_as(dialect)
    statements = [session.take(piece, reading) for piece in pieces(sql, reading)]
    return session.told(statements)


class _Session:
    """The statements so far, and what they have changed for those that follow."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.scope = Scope({})
        self.scope.among_aliases = True
        self.ends = EndToEnd(names)
        self.waiting: list[Read] = []  # not yet followed from end to end: of the last statement that is not needed
        self.reads: dict[str, None] = {}
        self.writes: dict[str, None] = {}

    def take(self, piece: Piece, dialect: str) -> Statement:
        """Go on by one statement."""
        self._follow()
        if piece.tree is None:
            return self._scanned(piece, piece.problem)
        try:
            found = read(piece.tree, self.names, dialect, self.scope)
        except RecursionError:
            return self._scanned(piece, Problem("The statement is nested too deeply.", piece.line, piece.column))
        except FAILURES:
            return self._scanned(piece, Problem("The statement makes no sense.", piece.line, piece.column))
        if piece.loop is not None:
            self._loop(piece.loop, found)
        self._remember(found)
        return _told(found, piece.span)

    def _scanned(self, piece: Piece, problem: Problem | None) -> Statement:
        """A statement that could not be understood still tells its tables."""
        reads, writes = tables(list(piece.tokens), self.names)
        self.reads.update(reads)
        self.writes.update(writes)
        return Statement("unread", piece.span, tuple(reads), tuple(writes), problem=problem)

    def _loop(self, name: str, found: Read) -> None:
        """A loop's variable is a row of its query, which shows nothing itself."""
        outputs = [Output(column.name, column.refs) for column in found.columns]
        self.scope.sources[name.lower()] = Relation(outputs)
        found.columns.clear()

    def _remember(self, found: Read) -> None:
        self.reads.update(found.queries.reads)
        self.writes.update(dict.fromkeys(found.writes))
        self.ends.temporary |= found.temporary
        for name, refs in found.variables.items():  # a branch may not be taken: what it held before may still be there
            add(self.scope.aliases.setdefault(name, {}), refs, IDENTITY)
        self.waiting.append(found)

    def _follow(self) -> None:
        for found in self.waiting:
            self.ends.follow(found)
        self.waiting.clear()

    def told(self, statements: list[Statement]) -> Lineage:
        """Everything in public terms."""
        if len(statements) == 1 and _each_once(statements[0].columns):
            columns = statements[0].columns
        else:
            self._follow()
            columns = tuple(_output(one) for one in self.ends.columns.values())
        temporary = self.ends.temporary
        return Lineage(
            statements=tuple(statements),
            reads=tuple(table for table in self.reads if table not in temporary),
            writes=tuple(table for table in self.writes if table not in temporary),
            columns=tuple(one for one in columns if self._lasts(one)),
            problems=tuple(one.problem for one in statements if one.problem is not None),
        )

    def _lasts(self, column: OutputColumn) -> bool:
        """What a query shows counts only where nothing is written: in a script it is a step or a check."""
        return not self.writes if column.table is None else column.table not in self.ends.temporary


def _each_once(columns: tuple[OutputColumn, ...]) -> bool:
    """Whether no column is written twice, as a MERGE may."""
    return len({(one.table, (one.name or "").lower()) for one in columns}) == len(columns)


def _told(found: Read, span: Span) -> Statement:
    uses = tuple(
        Use(table, column, influence, _span(node)) for ((table, column), influence), node in found.queries.uses.items()
    )
    columns = tuple(_output(column) for column in found.columns)
    return Statement(found.kind, span, tuple(found.queries.reads), tuple(found.writes), columns, uses)


def _output(column: Written) -> OutputColumn:
    sources = tuple(
        ColumnSource(table, name, STEPS[rank], _span(node)) for (table, name), (rank, node) in column.refs.items()
    )
    return OutputColumn(column.table, column.name, sources)


def _span(node: Any) -> Span | None:
    """Where an identifier stands."""
    meta = node.meta if node is not None else {}
    return Span(meta["start"], meta["end"] + 1) if "start" in meta else None
