"""From end to end: through what a script writes and reads again, back to what was there before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.sql.refs import IDENTITY, Refs, add
from lineage.sql.relations import EVERYTHING
from lineage.sql.statements.found import Read, Written

if TYPE_CHECKING:
    from lineage.sql.names import Names

Key = tuple[str | None, str, int]


class EndToEnd:
    """What the statements so far have made; `columns` holds every column written or shown, with where it comes from."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.temporary: set[str] = set()  # tables that are gone with the session
        self.columns: dict[Key, Written] = {}
        self._made: dict[str, dict[str, Refs]] = {}

    def follow(self, found: Read) -> None:
        """Go on by one statement."""
        for table, columns in found.creates.items():
            self._create(table, columns)
        for old, new in found.renames:
            self._made[new] = self._made.pop(old, {})
        ends = [Written(one.table, one.name, self._back(one.refs), one.node) for one in found.columns]
        for column in ends:
            self._add(column)

    def _create(self, table: str, columns: list[str] | None) -> None:
        """A table made anew has forgotten what it was."""
        if self._made.get(table):
            self.columns = {key: column for key, column in self.columns.items() if key[0] != table}
        self._made[table] = {}
        if columns is not None:
            self.names.learn(table, columns)
        else:
            self.names.forget(table)

    def _add(self, column: Written) -> None:
        if column.table is None or column.name is None:  # two of these are never one
            self.columns[column.table, "", len(self.columns)] = column
            return
        refs = self._made.setdefault(column.table, {}).setdefault(column.name.lower(), {})
        add(refs, column.refs, IDENTITY)
        self.columns[column.table, column.name.lower(), -1] = Written(column.table, column.name, refs, column.node)

    def _back(self, refs: Refs) -> Refs:
        """The same references, through what this script has made itself to what was there before."""
        if not self._made:
            return refs
        found: Refs = {}
        for (table, column), (rank, node) in refs.items():
            for ref, (step, where) in (self._origin(table, column) or {(table, column): (IDENTITY, node)}).items():
                add(found, {ref: (step, node or where)}, rank)
        return found

    def _origin(self, table: str | None, column: str) -> Refs | None:
        made = self._made.get(table) if table is not None else None
        if not made:
            return None
        known = made.get(column.lower())
        if known is not None:
            return known
        stars = list(made.get(EVERYTHING, {}))
        if len(stars) == 1 and stars[0][1] == EVERYTHING:
            return {(stars[0][0], column): (IDENTITY, None)}
        return None
