"""Where a column's name is looked up: the relations of one query, then those of the queries around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.sql.refs import IDENTITY, Refs, add

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lineage.sql.relations import Relation


class Scope:
    """The relations of one FROM clause by folded alias, and what its columns may be called besides."""

    __slots__ = ("aliases", "among_aliases", "ctes", "found", "merged", "outer", "relations", "sources", "windows")

    def __init__(self, ctes: Mapping[str, Relation], outer: Scope | None = None) -> None:
        self.sources: dict[str, Relation] = {}  # by every name that it may be called
        self.relations: list[Relation] = []  # each once
        self.ctes = ctes
        self.outer = outer
        self.merged: dict[str, list[Relation]] = {}  # columns that USING made one, and whose they are
        self.aliases: dict[str, Refs] = {}  # of the select list
        self.among_aliases = False  # whether the aliases already given may be used
        self.windows: dict[str, object] = {}
        self.found: dict[tuple[str, str], Refs | None] = {}

    def put(self, names: Iterable[str], relation: Relation) -> None:
        """Add a relation under its folded names; of two with one name the first keeps it."""
        self.relations.append(relation)
        for name in names:
            self.sources.setdefault(name, relation)

    def column(self, name: str) -> Refs | None:
        """What a name without a table refers to; None when nothing here or around can be meant."""
        folded = name.lower()
        merged = self.merged.get(folded)
        if merged:
            return self._merged(merged, folded, name)
        for relation in self.relations:
            known = relation.known(folded)
            if known is not None:
                return known
        if self.among_aliases and folded in self.aliases:
            return self.aliases[folded]
        return self._guessed(folded, name)

    def _guessed(self, folded: str, name: str) -> Refs | None:
        able = [refs for one in self.relations if one.is_open and (refs := one.get(folded, name)) is not None]
        if len(able) == 1:
            return able[0]
        if able:
            return {(None, name): (IDENTITY, None)}
        return self.outer.column(name) if self.outer else None

    @staticmethod
    def _merged(relations: list[Relation], folded: str, name: str) -> Refs:
        refs: Refs = {}
        for relation in relations:
            add(refs, relation.get(folded, name) or {}, IDENTITY)
        return refs

    def source(self, alias: str) -> Relation | None:
        """The relation under a folded alias, here or around."""
        scope: Scope | None = self
        while scope is not None:
            if alias in scope.sources:
                return scope.sources[alias]
            scope = scope.outer
        return None
