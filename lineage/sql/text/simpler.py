"""A second try at what a parser refuses: the same statement without the clauses that say nothing of lineage."""

from __future__ import annotations

from typing import Any

from lineage.sql.text.blocks import at_top, word

Tokens = list[Any]


def simpler(tokens: Tokens) -> Tokens | None:
    """Return a plainer form of a statement; None where none is known."""
    if word(tokens) == "CREATE":
        return _created(tokens)
    if word(tokens) == "INSERT" and at_top(tokens, {"DIRECTORY"}) is not None:
        return _into_directory(tokens)
    return None


def _created(tokens: Tokens) -> Tokens | None:
    """``CREATE … TABLE|VIEW name (columns) … AS query`` without what stands between the name and the query."""
    kind = at_top(tokens, {"TABLE", "VIEW"})
    query = _query(tokens)
    if kind is None or query is None or kind > query:
        return None
    end = kind + 1
    while end < query and word(tokens, end) in ("IF", "NOT", "EXISTS"):
        end += 1
    start = end
    while end < query and (end == start or word(tokens, end) == "." or word(tokens, end - 1) == "."):
        end += 1
    return [tokens[0], tokens[kind], *tokens[start:end], *tokens[query:]]


def _query(tokens: Tokens) -> int | None:
    """Where the AS before the query stands."""
    position = at_top(tokens, {"AS"}, 1)
    while position is not None and word(tokens, position + 1) not in ("SELECT", "WITH", "("):
        position = at_top(tokens, {"AS"}, position + 1)
    return position


def _into_directory(tokens: Tokens) -> Tokens | None:
    """``INSERT OVERWRITE LOCAL DIRECTORY 'path' USING … query`` by its query alone."""
    place = at_top(tokens, {"DIRECTORY"})
    query = at_top(tokens, {"SELECT", "WITH"})
    if place is None or query is None:
        return None
    head = [token for token in tokens[: place + 2] if token.text.upper() != "LOCAL"]
    return head + tokens[query:]
