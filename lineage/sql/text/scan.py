"""Tables of a statement that no parser understands, by the words before their names. Knows no columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lineage.sql.text.blocks import word

if TYPE_CHECKING:
    from lineage.sql.names import Names

_READ = frozenset({"FROM", "JOIN", "USING"})
_WRITTEN = frozenset({"INTO", "UPDATE", "OVERWRITE", "VIEW", "TABLE"})
_BETWEEN = frozenset({"TABLE", "IF", "NOT", "EXISTS", "ONLY", "LATERAL", "INTO"})
_NO_NAMES = frozenset({"SELECT", "(", "UNNEST", "VALUES", "SET", "WHERE", "AS", ")", ",", "WITH", "ON"})


def tables(tokens: list[Any], names: Names) -> tuple[dict[str, None], dict[str, None]]:
    """Return the tables read and the tables written, as far as the words tell."""
    reads: dict[str, None] = {}
    writes: dict[str, None] = {}
    own = _named_queries(tokens)
    for position in range(len(tokens)):
        said = word(tokens, position)
        into = reads if said in _READ else writes if said in _WRITTEN else None
        if into is None:
            continue
        parts = _name(tokens, position + 1)
        if parts and not (len(parts) == 1 and parts[0].lower() in own):
            into[names.complete(parts)] = None
    return {table: None for table in reads if table not in writes}, writes


def _named_queries(tokens: list[Any]) -> set[str]:
    """What WITH gives names to."""
    return {
        tokens[position].text.lower()
        for position in range(len(tokens) - 2)
        if word(tokens, position + 1) == "AS" and word(tokens, position + 2) == "("
    }


def _name(tokens: list[Any], position: int) -> list[str]:
    while word(tokens, position) in _BETWEEN:
        position += 1
    parts: list[str] = []
    while position < len(tokens) and (parts or word(tokens, position) not in _NO_NAMES):
        parts.append(tokens[position].text)
        if word(tokens, position + 1) != ".":
            break
        position += 2
    if word(tokens, position + 1) == "(" and len(parts) == 1 and word(tokens, position - 1) in _READ:
        return []  # a function
    return [part for part in parts if part.strip()]
