"""A criterion before it is parsed: bounded, and of one piece."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import TokenType

from definitions.criteria.model import Problem

LONGEST = 4_000  # characters
MOST_TOKENS = 800
DEEPEST = 25  # brackets, and CASE, inside each other; the parser is compiled and must not be sent deeper
MOST_PREFIXES = 4  # NOT NOT NOT …, - - - …

_OPENS = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSES = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_PREFIXES = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
# What the parser, made for good SQL, may raise for any other text.
_FAILURES = (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, IndexError, KeyError, AssertionError)


class Refused(Exception):
    """The text is no criterion; `problem` says why."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(message, line, column)


def parse(text: str, dialect: str) -> exp.Expr:
    """Return the tree of one expression. Raises `Refused`."""
    _check_text(text)
    reader = Dialect.get_or_raise(dialect)
    try:
        tokens = list(reader.tokenize(text))
    except _FAILURES:
        raise Refused("A text or name in quotes is not closed, or a sign does not belong here.") from None
    _check_tokens(tokens)
    try:
        found = reader.parser().parse_into(exp.Condition, tokens, text)
    except ParseError as error:
        raise _refused(error, tokens) from None
    except _FAILURES:
        raise Refused("This is not one SQL expression. Write a condition, such as status = 'active'.") from None
    if len(found) != 1 or found[0] is None:
        raise Refused("Write one condition, such as status = 'active'.")
    return found[0]


def _check_text(text: str) -> None:
    if not text.strip():
        raise Refused("The criterion is empty. Write a condition, such as status = 'active'.")
    if len(text) > LONGEST:
        raise Refused(f"The criterion has {len(text):,} characters; {LONGEST:,} are allowed. Make it simpler.")
    for place, character in enumerate(text):
        line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
        if character == "\\":
            raise Refused("A backslash means different things to different databases. Take it out.", line, column)
        if not character.isprintable() and character not in "\n\r\t":
            raise Refused("There is a sign here that cannot be printed. Take it out.", line, column)


def _check_tokens(tokens: list[Any]) -> None:
    if len(tokens) > MOST_TOKENS:
        raise Refused(f"The criterion has {len(tokens):,} words and signs; {MOST_TOKENS} are allowed. Make it simpler.")
    depth = prefixes = 0
    for token in tokens:
        kind = token.token_type
        if kind == TokenType.SEMICOLON:
            raise Refused("A criterion is one expression: take the semicolon out.", token.line, token.col)
        depth += (kind in _OPENS) - (kind in _CLOSES)
        prefixes = prefixes + 1 if kind in _PREFIXES else 0
        if depth > DEEPEST:
            raise Refused(f"Brackets and CASE are nested deeper than {DEEPEST}.", token.line, token.col)
        if prefixes > MOST_PREFIXES:
            raise Refused("There are too many NOT or signs in a row.", token.line, token.col)


def _refused(error: ParseError, tokens: list[Any]) -> Refused:
    told = error.errors[0] if error.errors else {}
    word = str(told.get("highlight") or "")
    if tokens and tokens[0].token_type in {TokenType.SELECT, TokenType.WITH}:
        message = "A criterion is a condition, not a query: write only what would follow WHERE."
        return Refused(message, tokens[0].line, tokens[0].col)
    message = f"“{word[:40]}” does not fit here." if word else "The condition is not complete."
    return Refused(f"{message} Write one condition, such as status = 'active'.", told.get("line"), told.get("col"))
