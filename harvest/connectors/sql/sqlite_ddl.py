"""What SQLite tells only in the text of CREATE TABLE: checks, generated columns, names of constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\w+|.""", re.DOTALL
)
TABLE_CONSTRAINTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})


@dataclass
class TableText:
    """What was found, in order of declaration; unnamed constraints have the name ""."""

    checks: list[tuple[str, str]] = field(default_factory=list)  # name, expression
    generated: dict[str, str] = field(default_factory=dict)  # column → expression
    references: list[str] = field(default_factory=list)  # names of foreign keys
    primary: str = ""
    automatic: set[str] = field(default_factory=set)  # columns with AUTOINCREMENT


def read_table(sql: str) -> TableText:
    """Read a CREATE TABLE as SQLite stored it, which is to say one that is correct."""
    found = TableText()
    tokens = [token for token in TOKEN.findall(sql) if not token.startswith(("--", "/*"))]
    for definition in _definitions(tokens):
        _read_definition(definition, found)
    return found


def _definitions(tokens: Sequence[str]) -> Iterator[list[str]]:
    """The parts between the commas of the outermost brackets, inner brackets and their content as one token each."""
    if "(" not in tokens:
        return
    definition: list[str] = []
    position = tokens.index("(") + 1
    while position < len(tokens) and tokens[position] != ")":
        end = _closing(tokens, position) if tokens[position] == "(" else position + 1
        part = "".join(tokens[position:end])
        if part == ",":
            yield definition
            definition = []
        elif not part.isspace():
            definition.append(part)
        position = end
    yield definition


def _closing(tokens: Sequence[str], opening: int) -> int:
    """The position after the bracket that closes the one at `opening`."""
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position] == "(") - (tokens[position] == ")")
        if depth == 0:
            return position + 1
    return len(tokens)


def _read_definition(tokens: Sequence[str], found: TableText) -> None:
    column = unquote(tokens[0]) if tokens and tokens[0].upper() not in TABLE_CONSTRAINTS else ""
    name = ""
    words = [token.upper() for token in tokens]
    for position, word in enumerate(words[1 if column else 0 :], 1 if column else 0):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if word == "CONSTRAINT":
            name = unquote(following)
        elif word == "CHECK" and following.startswith("("):
            found.checks.append((name, following[1:-1].strip()))
            name = ""
        elif word == "AS" and following.startswith("("):
            found.generated[column] = following[1:-1].strip()
        elif word == "REFERENCES":
            found.references.append(name)
            name = ""
        elif word == "PRIMARY":
            found.primary, name = name, ""
        elif word == "AUTOINCREMENT":
            found.automatic.add(column)


def unquote(name: str) -> str:
    """A name without its quotes, whichever of SQLite's four kinds they are."""
    if name[:1] == "[":
        return name[1:-1]
    quote = name[:1]
    return name[1:-1].replace(quote * 2, quote) if quote and quote in "\"`'" else name
