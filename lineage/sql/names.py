"""Names of tables: completed by the defaults, matched with those of a schema whatever their case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Mapping

Columns = dict[str, str]  # by folded name, as written


class Names:
    """The tables of a schema, and how names that are written short are completed."""

    def __init__(self, schema: Mapping[str, Mapping[str, str]] | None, db: str | None, default: str | None) -> None:
        self.db = db
        self.schema = default
        self._columns: dict[str, Columns] = {}
        self._by_suffix: dict[str, str | None] = {}
        self._types: dict[tuple[str, str], str] = {}
        for table, columns in (schema or {}).items():
            self.learn(table, list(columns))
            for column, type_ in columns.items():
                if "<" in type_ or "(" in type_:
                    self._types[table.lower(), column.lower()] = type_

    def learn(self, table: str, columns: list[str]) -> None:
        """Take note of a table and its columns."""
        folded = table.lower()
        self._columns[folded] = {column.lower(): column for column in columns}
        parts = folded.split(".")
        for start in range(len(parts)):
            suffix = ".".join(parts[start:])
            self._by_suffix[suffix] = folded if self._by_suffix.get(suffix, folded) == folded else None

    def forget(self, table: str) -> None:
        """The table's columns are not known any more."""
        self._columns.pop(table.lower(), None)

    def columns(self, table: str) -> Columns | None:
        """The columns of a table, whose name may be longer or shorter than the schema's; None when unknown."""
        folded = self._found(table.lower()) if self._columns else None
        return None if folded is None else self._columns.get(folded)

    def _found(self, folded: str) -> str | None:
        if folded in self._columns:
            return folded
        return self._by_suffix.get(folded) or next((one for one in _suffixes(folded) if one in self._columns), None)

    def type_of(self, table: str, column: str) -> str | None:
        """The type of a column that has parts, as the schema spells it."""
        if not self._types:
            return None
        folded = self._found(table.lower())
        return None if folded is None else self._types.get((folded, column.lower()))

    def complete(self, parts: list[str]) -> str:
        """Return the whole name, with the default schema and database where it lacks them."""
        if len(parts) == 1 and self.schema and not parts[0].startswith(("path:", "#", "@")):
            parts = [self.schema, *parts]
        if len(parts) == 2 and self.db:
            parts = [self.db, *parts]
        return ".".join(parts)


def _suffixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[start:]) for start in range(1, len(parts))]


def parts_of(table: Any) -> list[str]:
    """The parts of a table's name as written, without quotes; empty for what has no name."""
    parts = []
    for key in ("catalog", "db"):
        part = table.args.get(key)
        if isinstance(part, exp.Expr) and part.name:
            parts.append(part.name)
    parts.extend(_last(table.args.get("this")))
    return parts


def _last(node: Any) -> list[str]:
    if isinstance(node, exp.Dot):
        return [*_last(node.this), *_last(node.expression)]
    if isinstance(node, exp.Identifier):
        mark = "#" if node.args.get("temporary") and not node.name.startswith("#") else ""
        return [mark + node.name] if node.name else []
    if isinstance(node, exp.Literal):
        return [f"path:{node.name}"]
    if isinstance(node, exp.Parameter | exp.SessionParameter):
        return [f"@{node.name}"]
    return [node.name] if isinstance(node, exp.Var) and node.name else []
