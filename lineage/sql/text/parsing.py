"""From text to statements: one that cannot be parsed does not spoil the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import TokenType

from lineage.sql.dialects import INSTEAD, WITHOUT_SEMICOLONS
from lineage.sql.model import Problem, Span
from lineage.sql.text import blocks, quirks, unseparated
from lineage.sql.text.simpler import simpler

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 300
_DEEPEST = 3  # SQL in text in SQL in text
# What a parser made for good SQL may raise for any other text.
FAILURES = (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, IndexError, KeyError, AssertionError)


class Piece(NamedTuple):
    """One statement: its tree, or why there is none. With `loop`, the query whose rows that name goes through."""

    tree: Any
    span: Span
    line: int
    column: int
    problem: Problem | None = None
    loop: str | None = None
    tokens: tuple[Any, ...] = ()


def pieces(sql: str, dialect: str, depth: int = 0) -> Iterator[Piece]:
    """Yield the statements of `sql` in order."""
    try:
        reader = Dialect.get_or_raise(dialect or None)
        tokens = reader.tokenize(sql)
    except FAILURES as error:
        if dialect in INSTEAD and depth == 0:
            yield from pieces(sql, INSTEAD[dialect], 1)
            return
        yield Piece(None, Span(0, len(sql)), 1, 1, Problem(_short(error), 1, 1))
        return
    split = unseparated.split if dialect in WITHOUT_SEMICOLONS else None
    procedural = False
    for chunk in (_opened(chunk, sql, reader) for chunk in _chunks(tokens, sql)):
        procedural = procedural or _opens_block(chunk)
        for part in blocks.statements(chunk, split, procedural=procedural and dialect not in WITHOUT_SEMICOLONS):
            yield from _part(part, sql, reader, dialect, depth)


def _opened(chunk: list[Any], sql: str, reader: Dialect) -> list[Any]:
    """Some tokenizers take everything behind BEGIN or EXECUTE for one text: its own tokens are wanted."""
    if len(chunk) != 2 or chunk[1].token_type != TokenType.STRING:
        return chunk
    said = blocks.word(chunk)
    begin, start, end = chunk[0].start, chunk[0].end + 1, chunk[1].end + 1
    try:
        if said == "REPLACE":  # as long as the word it stands for
            return list(reader.tokenize(_blank(sql[:begin]) + "INSERT " + sql[start:end]))
        if said in blocks.PEELED:
            return [chunk[0], *reader.tokenize(_blank(sql[:start]) + sql[start:end])]
    except FAILURES:
        pass
    return chunk


def _blank(text: str) -> str:
    """As long and with as many lines, and empty, so that the places of what follows stay true."""
    return "".join(character if character == "\n" else " " for character in text)


def _opens_block(chunk: list[Any]) -> bool:
    first = blocks.word(chunk)
    return first in ("BEGIN", "DECLARE") or (
        first == "CREATE" and not {blocks.word(chunk, ahead) for ahead in range(1, 5)}.isdisjoint(
            ("PROCEDURE", "PROC", "FUNCTION", "TRIGGER")
        )
    )  # fmt: skip


def _chunks(tokens: list[Any], sql: str) -> Iterator[list[Any]]:
    if ";" not in sql:
        if tokens:
            yield tokens
        return
    chunk: list[Any] = []
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            if chunk:
                yield chunk
            chunk = []
        else:
            chunk.append(token)
    if chunk:
        yield chunk


def _part(part: blocks.Part, sql: str, reader: Dialect, dialect: str, depth: int) -> Iterator[Piece]:
    if isinstance(part, blocks.Body):
        if depth < _DEEPEST:
            yield from pieces(_inside(part.token, sql), dialect, depth + 1)
    elif isinstance(part, blocks.Loop):
        for piece in _parsed(part.query, sql, reader, dialect):
            yield piece._replace(loop=part.name)
    else:
        yield from _parsed(quirks.mended(part, dialect), sql, reader, dialect)


def _inside(token: Any, sql: str) -> str:
    """The text in a literal, everything before it blanked so that places stay true."""
    raw = sql[token.start : token.end + 1]
    opening = raw.find("$", 1) + 1 if raw.startswith("$") else max(raw.find("'"), raw.find('"'), 0) + 1
    closing = len(raw) - (opening if raw.startswith("$") else 1)
    text = raw[opening:closing] if raw.startswith("$") else raw[opening:closing].replace("''", "' ")
    return _blank(sql[: token.start + opening]) + text


def _parsed(chunk: list[Any], sql: str, reader: Dialect, dialect: str) -> Iterator[Piece]:
    first, last = chunk[0], chunk[-1]
    span = Span(first.start, last.end + 1)
    try:
        trees = list(reader.parser().parse(chunk, sql))
    except FAILURES as error:
        instead = _parsed_simpler(chunk, sql, reader) or _parsed_instead(sql[span.start : span.end], dialect)
        if instead is None:
            yield Piece(None, span, first.line, first.col, _problem(error, first), tokens=tuple(chunk))
            return
        trees = instead
    if any(isinstance(tree, exp.Command) for tree in trees):
        trees = _parsed_simpler(chunk, sql, reader) or trees
    for tree in trees:
        if tree is not None:
            yield Piece(tree, span, first.line, first.col, tokens=tuple(chunk))


def _parsed_simpler(chunk: list[Any], sql: str, reader: Dialect) -> list[Any] | None:
    plain = simpler(chunk)
    if plain is None:
        return None
    try:
        return list(reader.parser().parse(plain, sql))
    except FAILURES:
        return None


def _parsed_instead(text: str, dialect: str) -> list[Any] | None:
    """The statement read in the dialect nearest to its own, where that one can."""
    other = INSTEAD.get(dialect, "")
    try:
        reader = Dialect.get_or_raise(other or None)
        return list(reader.parser().parse(reader.tokenize(text), text))
    except FAILURES:
        return None


def _problem(error: BaseException, first: Any) -> Problem:
    if isinstance(error, ParseError) and error.errors:
        known = error.errors[0]
        return Problem(str(known.get("description") or error)[:_LONGEST], known.get("line") or 1, known.get("col") or 1)
    return Problem(_short(error), first.line, first.col)


def _short(error: BaseException) -> str:
    return (str(error) or error.__class__.__name__)[:_LONGEST]
