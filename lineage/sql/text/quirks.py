"""What the parser stumbles over in one dialect or another, taken out of the tokens: none of it matters for lineage."""

from __future__ import annotations

from typing import Any

from lineage.sql.text.blocks import word

Tokens = list[Any]

_PHRASES = frozenset({"TITLE", "FORMAT", "NAMED"})
_CHANGES = frozenset({"UPDATE", "DELETE", "INSERT"})


def mended(tokens: Tokens, dialect: str) -> Tokens:
    """Return `tokens` without what `dialect`'s parser does not know."""
    if dialect == "teradata":
        return _without_phrases(tokens)
    if dialect in ("tsql", "fabric") and word(tokens) in _CHANGES and word(tokens, 1) == "TOP":
        return _without_top(tokens)
    return tokens


def _without_phrases(tokens: Tokens) -> Tokens:
    """Teradata's ``column (TITLE 'text')``."""
    kept: Tokens = []
    position = 0
    while position < len(tokens):
        phrase = tokens[position].text == "(" and word(tokens, position + 1) in _PHRASES and kept
        if phrase and word(tokens, position + 3) == ")":
            position += 4
            continue
        kept.append(tokens[position])
        position += 1
    return kept


def _without_top(tokens: Tokens) -> Tokens:
    """T-SQL's ``UPDATE TOP (n) t``."""
    end = 2
    if word(tokens, 2) == "(":
        while end < len(tokens) and word(tokens, end) != ")":
            end += 1
    end += 1
    return tokens[:1] + tokens[end + (word(tokens, end) == "PERCENT") :]
