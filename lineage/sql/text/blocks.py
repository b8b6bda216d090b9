"""Procedures and control flow: peeled off token by token until the statements inside stand alone.

No parser reads the procedural languages of fifteen databases. Their blocks are made of few words, though, and what
matters for lineage stands between them as plain SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Tokens = list[Any]

_BODIES = frozenset({"PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "TASK"})
_AFTER_BEGIN = frozenset({"TRY", "CATCH", "ATOMIC", "NOT"})
_TRANSACTION = frozenset({"TRAN", "TRANSACTION", "WORK"})
_AFTER_END = frozenset({"TRY", "CATCH", "IF", "LOOP", "WHILE", "FOR", "REPEAT", "CASE"})
_STARTS = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE"})


class Loop(NamedTuple):
    """``FOR name IN (query)``: in what follows, `name` is a row of the query."""

    name: str
    query: Tokens


class Body(NamedTuple):
    """A literal that holds SQL."""

    token: Any


Part = Tokens | Loop | Body
Splitter = Callable[[Tokens], Iterator[Tokens]]


def word(tokens: Tokens, position: int = 0) -> str:
    """The token at `position` in capitals; "" beyond the end."""
    return str(tokens[position].text).upper() if 0 <= position < len(tokens) else ""


def statements(tokens: Tokens, split: Splitter | None = None, *, procedural: bool) -> Iterator[Part]:
    """Yield the statements in one stretch between semicolons.

    `procedural` says whether it stands in a block, `split` how a dialect without semicolons is told apart.
    """
    while tokens:
        pieces = list(split(tokens)) if split is not None else [tokens]
        if len(pieces) > 1:
            for piece in pieces:
                yield from statements(piece, split, procedural=procedural)
            return
        peel = _PEELS.get(word(tokens))
        if peel is None:
            yield from _plain(tokens, procedural=procedural)
            return
        parts, rest = peel(tokens)
        yield from parts
        if rest is tokens:
            yield from _plain(tokens, procedural=procedural)
            return
        tokens = rest


def _plain(tokens: Tokens, *, procedural: bool) -> Iterator[Part]:
    if len(tokens) == 1 and word(tokens) not in _STARTS:
        return
    if word(tokens, 1) in (":=", ":") or (word(tokens, 1) == ":" and word(tokens, 2) == "="):
        yield from _queries(tokens)
    elif procedural and word(tokens) == "SELECT":
        yield _without_into(tokens)
    else:
        yield tokens


def _without_into(tokens: Tokens) -> Tokens:
    """In a block ``SELECT x INTO v FROM t`` fills a variable, not a table."""
    into = at_top(tokens, {"INTO"})
    if into is None:
        return tokens
    end = at_top(tokens[into:], {"FROM", "WHERE"})
    return tokens[:into] + (tokens[into + end :] if end is not None else [])


def at_top(tokens: Tokens, words: set[str], start: int = 0) -> int | None:
    """The position of the first of `words` outside parentheses."""
    depth = 0
    for position in range(start, len(tokens)):
        text = tokens[position].text
        if text == "(":
            depth += 1
        elif text == ")":
            depth -= 1
        elif depth == 0 and word(tokens, position) in words:
            return position
    return None


def _queries(tokens: Tokens) -> Iterator[Tokens]:
    """The queries in parentheses anywhere in `tokens`, outermost only."""
    position = 0
    while position < len(tokens):
        if tokens[position].text == "(" and word(tokens, position + 1) in ("SELECT", "WITH"):
            end = _closing(tokens, position)
            yield tokens[position + 1 : end]
            position = end
        position += 1


def _closing(tokens: Tokens, opening: int) -> int:
    depth = 0
    for position in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position
    return len(tokens)


Peeled = tuple[list[Part], Tokens]


def _begin(tokens: Tokens) -> Peeled:
    if len(tokens) == 1 or word(tokens, 1) in _TRANSACTION:
        return [], []
    return [], tokens[2:] if word(tokens, 1) in _AFTER_BEGIN else tokens[1:]


def _end(tokens: Tokens) -> Peeled:
    rest = tokens[2:] if word(tokens, 1) in _AFTER_END else tokens[1:]
    return [], rest


def _drop_one(tokens: Tokens) -> Peeled:
    return [], tokens[1:]


def _condition(*ends: str) -> Callable[[Tokens], Peeled]:
    """Up to one of `ends` stands a condition, of which only its queries count."""

    def peel(tokens: Tokens) -> Peeled:
        end = at_top(tokens, set(ends), 1)
        stop = len(tokens) if end is None else end
        rest = [] if end is None else tokens[end + (word(tokens, end) != "BEGIN") :]
        return list(_queries(tokens[1:stop])), rest

    return peel


def _for(tokens: Tokens) -> Peeled:
    end = at_top(tokens, {"DO", "LOOP"}, 1)
    if end is None:
        return [], tokens
    inside = list(_queries(tokens[:end]))
    if not inside and word(tokens, 2) == "IN" and word(tokens, 3) in ("SELECT", "WITH"):
        inside = [tokens[3:end]]
    return [Loop(tokens[1].text, query) for query in inside[:1]], tokens[end + 1 :]


def _declare(tokens: Tokens) -> Peeled:
    begin = at_top(tokens, {"BEGIN"}, 1)
    if begin is not None:
        return list(_queries(tokens[1:begin])), tokens[begin:]
    cursor = at_top(tokens, {"FOR", "IS"}, 1)
    if at_top(tokens, {"CURSOR"}) is not None and cursor is not None:
        return [], tokens[cursor + 1 :]
    return [], tokens


def _query_of(tokens: Tokens) -> Peeled:
    """What a RETURN, PERFORM or OPEN … FOR runs."""
    start = at_top(tokens, {"SELECT", "WITH"}, 1)
    if start is not None:
        return [], tokens[start:]
    if word(tokens) == "PERFORM":
        return [], tokens[1:]
    return list(_queries(tokens)), []


def _create(tokens: Tokens) -> Peeled:
    """The head of a procedure goes; its body stands behind AS, IS or BEGIN, or in a literal."""
    head = {word(tokens, position) for position in range(1, 5)}
    if not head & _BODIES:
        return [], tokens
    for position in range(2, len(tokens)):
        if position > 3 and _is_literal(tokens[position]) and word(tokens, position - 1) in ("AS", "IS", "$$"):
            return [Body(tokens[position])], []
    start = at_top(tokens, {"BEGIN"}, 2)
    after = at_top(tokens, {"AS", "IS"}, 2)
    if after is not None and (start is None or after < start):
        return [], tokens[after + 1 :]
    return ([], tokens[start:]) if start is not None else ([], tokens)


def _is_literal(token: Any) -> bool:
    return token.token_type.name in ("STRING", "HEREDOC_STRING", "RAW_STRING", "NATIONAL_STRING")


def _execute(tokens: Tokens) -> Peeled:
    """Text that is run: read where it is a constant."""
    literal = next((token for token in tokens[1:4] if _is_literal(token)), None)
    return ([Body(literal)], []) if literal is not None and literal.text != "'" else ([], [])


def _explain(tokens: Tokens) -> Peeled:
    return [], []


_PEELS: dict[str, Callable[[Tokens], Peeled]] = {
    "BEGIN": _begin,
    "END": _end,
    "IF": _condition("THEN", "BEGIN"),
    "ELSEIF": _condition("THEN"),
    "ELSIF": _condition("THEN"),
    "ELSE": _drop_one,
    "THEN": _drop_one,
    "WHEN": _condition("THEN"),
    "EXCEPTION": _drop_one,
    "WHILE": _condition("DO", "LOOP", "BEGIN"),
    "UNTIL": _condition("END"),
    "LOOP": _drop_one,
    "REPEAT": _drop_one,
    "FOR": _for,
    "DECLARE": _declare,
    "CURSOR": _declare,
    "RETURN": _query_of,
    "PERFORM": _query_of,
    "OPEN": _query_of,
    "CREATE": _create,
    "ALTER": _create,
    "EXECUTE": _execute,
    "EXEC": _execute,
    "UNLOAD": _execute,
    "LET": _drop_one,
    "EXPLAIN": _query_of,
    "PRINT": _explain,
    "THROW": _explain,
    "RAISE": _explain,
    "RAISERROR": _explain,
    "COMMIT": _explain,
    "ROLLBACK": _explain,
    "GO": _drop_one,
}
PEELED = frozenset(_PEELS)
