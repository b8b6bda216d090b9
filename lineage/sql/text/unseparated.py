"""T-SQL needs no semicolons: where one statement ends, the next one's first word says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lineage.sql.text.blocks import word

if TYPE_CHECKING:
    from collections.abc import Iterator

Tokens = list[Any]

_ALWAYS = frozenset({
    "DECLARE", "WHILE", "PRINT", "THROW", "RAISERROR", "EXEC", "EXECUTE", "GO", "USE", "COMMIT", "ROLLBACK",
    "TRUNCATE", "CLOSE", "DEALLOCATE", "FETCH", "RETURN", "BEGIN",
})  # fmt: skip
_MAYBE = frozenset({
    "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "SET", "IF", "WITH", "END", "ELSE",
})  # fmt: skip
_CONTINUE_SELECT = frozenset({"UNION", "ALL", "EXCEPT", "INTERSECT", "AS", "FOR", "(", "IS"})
_COMPLETING = frozenset({"SELECT", "VALUES", "EXEC", "EXECUTE", "DEFAULT", "UPDATE", "DELETE", "MERGE"})
_HEADS = frozenset({"CREATE", "ALTER"})


def split(tokens: Tokens) -> Iterator[Tokens]:
    """Yield the statements of a stretch without semicolons."""
    if word(tokens) in _HEADS and _is_body(tokens):
        yield tokens
        return
    start = depth = cases = 0
    for position in range(len(tokens)):
        text = tokens[position].text
        depth += {"(": 1, ")": -1}.get(text, 0)
        said = word(tokens, position)
        if said == "CASE":
            cases += 1
        elif said == "END" and cases:
            cases -= 1
            continue
        if depth == 0 and not cases and position > start and _begins(tokens, start, position, said):
            yield tokens[start:position]
            start = position
    if start < len(tokens):
        yield tokens[start:]


def _begins(tokens: Tokens, start: int, position: int, said: str) -> bool:
    """Whether the word at `position` begins a statement, given that the one before began at `start`."""
    head = word(tokens, start)
    if said in _ALWAYS:
        return head != "INSERT" or said not in ("EXEC", "EXECUTE")
    return said in _MAYBE and not _continues(tokens, start, position, said, head)


def _is_body(tokens: Tokens) -> bool:
    return bool({word(tokens, ahead) for ahead in range(1, 5)} & {"PROCEDURE", "PROC", "FUNCTION", "TRIGGER"})


def _continues(tokens: Tokens, start: int, position: int, said: str, head: str) -> bool:
    before, after = word(tokens, position - 1), word(tokens, position + 1)
    had = {word(tokens, earlier) for earlier in range(start, position)}
    if said == "SELECT":
        return before in _CONTINUE_SELECT or (head in ("INSERT", "WITH") and not _complete(tokens, start, position))
    if said in ("INSERT", "UPDATE", "DELETE"):
        return before in ("THEN", "FOR", "AFTER", "ON", ",", "OF") or (
            head == "WITH" and not _complete(tokens, start, position)
        )
    if said == "SET":
        return (head in ("UPDATE", "MERGE", "ALTER") and before != ";" and "SET" not in had) or before in (
            "UPDATE", "DELETE",
        ) or (head in ("MERGE", "WITH") and before in ("UPDATE",)) or (head == "WITH" and "UPDATE" in had)  # fmt: skip
    if said == "IF":
        return before in ("TABLE", "VIEW", "PROCEDURE", "INDEX", "SCHEMA")
    if said == "WITH":
        return after == "(" or word(tokens, position + 2) not in ("AS", "(")
    if said in ("DROP", "ALTER", "CREATE"):
        return head == "ALTER" and "TABLE" in had
    if said == "MERGE":
        return before in ("INNER", "LEFT", "OPTION") or (head == "WITH" and not _complete(tokens, start, position))
    return False


def _complete(tokens: Tokens, start: int, position: int) -> bool:
    """Whether an INSERT or WITH already has the query that it needs."""
    depth = 0
    for earlier in range(start + 1, position):
        text = tokens[earlier].text
        depth += {"(": 1, ")": -1}.get(text, 0)
        if depth == 0 and word(tokens, earlier) in _COMPLETING:
            return True
    return False
