"""What a file of SQL, as somebody wants to merge it, takes away: datasets, fields, names of fields. Pure Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel
from sqlglot.tokenizer_core import TokenType

from lineage.sql.dialects import read_as
from lineage.sql.model import Problem
from lineage.sql.names import parts_of
from lineage.sql.text.parsing import FAILURES

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1_000_000  # characters
LONGEST_MESSAGE = 300


@dataclass
class Changed:
    """`dropped` are tables with the field that goes, or "" for all of it; `defined` are the fields that a view or table
    will have, None where a star leaves that open; `shown` those of a query that makes nothing, as dbt's models are."""

    dropped: list[tuple[str, str]] = field(default_factory=list)
    defined: dict[str, list[str] | None] = field(default_factory=dict)
    shown: list[str] | None = None
    problems: list[Problem] = field(default_factory=list)


def changes_in(sql: str, dialect: str) -> Changed:
    """Return what `sql` takes away or defines anew. Never raises for what it holds; what is unread is a problem.

    Statements are read here and not by `lineage.sql`, which passes over those that move no data.
    """
    found, text = Changed(), sql[:LONGEST]
    try:
        reader = Dialect.get_or_raise(read_as(dialect) or None)
        tokens = reader.tokenize(text)
    except FAILURES as error:
        return Changed(problems=[Problem(str(error)[:LONGEST_MESSAGE], 1, 1)])
    for chunk in _chunks(tokens):
        try:
            for tree in reader.parser(error_level=ErrorLevel.IMMEDIATE).parse(chunk, text):
                _take(found, tree)
        except FAILURES as error:
            message = str(error).partition(". Line")[0][:LONGEST_MESSAGE]
            found.problems.append(Problem(message or "The statement is not understood.", chunk[0].line, chunk[0].col))
    return found


def _chunks(tokens: list[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for token in tokens:
        if token.token_type != TokenType.SEMICOLON:
            chunk.append(token)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _take(found: Changed, tree: Any) -> None:
    if isinstance(tree, exp.Drop) and tree.args.get("kind") in ("TABLE", "VIEW"):
        found.dropped += [(_name(table), "") for table in tree.args["tables"]]
    elif isinstance(tree, exp.Alter):
        found.dropped += [(_name(tree.this), name) for name in _altered(tree)]
    elif isinstance(tree, exp.Create) and tree.args.get("kind") in ("TABLE", "VIEW"):
        table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        found.defined[_name(table)] = _columns(tree)
    elif isinstance(tree, exp.Query):
        found.shown = _names(tree)


def _name(table: Any) -> str:
    return ".".join(f'"{part}"' for part in parts_of(table))


def _altered(tree: Any) -> Iterator[str]:
    """Fields that an ALTER drops, renames or gives another type."""
    for action in tree.args.get("actions") or ():
        if isinstance(action, exp.Drop):
            if action.args.get("kind") == "COLUMN":
                yield from (column.name for column in action.args["tables"])
        elif isinstance(action, exp.RenameColumn) or (isinstance(action, exp.AlterColumn) and action.args.get("dtype")):
            yield action.this.name


def _columns(tree: Any) -> list[str] | None:
    if isinstance(tree.this, exp.Schema):
        return [one.name for one in tree.this.expressions if isinstance(one, exp.ColumnDef | exp.Identifier)]
    return _names(tree.expression) if isinstance(tree.expression, exp.Query) else None


def _names(query: Any) -> list[str] | None:
    names = list(query.named_selects)
    return None if "*" in names or any(select.is_star for select in query.selects) else names
