"""What one person may search: which texts, and where each of them is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import tantivy

from catalog.search.closed import Closed, closed
from catalog.search.schema import GUARDED_WEIGHT, TITLE_WEIGHT, label_set_path
from permissions.denials import Denials
from permissions.levels import Level

Clause = tantivy.Query
_Should, _Must, _MustNot = tantivy.Occur.Should, tantivy.Occur.Must, tantivy.Occur.MustNot


class Where(NamedTuple):
    """Which datasets a group of texts may be searched of: none that is `closed`; with `only`, none that is not that."""

    closed: Closed = Closed()
    only: Closed | None = None


@dataclass
class Group:
    """Texts that are open in the same places.

    `stemmed` and `plain` are fields with their weights; `whole` is the field that holds all of a dataset's texts,
    `prose` the one with what people wrote about it, and `grams` the one with their runs of characters.
    """

    stemmed: dict[str, float] = field(default_factory=dict)
    plain: dict[str, float] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    whole: str = ""
    prose: str = ""
    grams: str = ""


class Scope:
    """What one person may search: nothing of `hidden`, and each group of texts where it is open."""

    def __init__(self, denials: Denials, label_sets: Iterable[frozenset[str]] = ()) -> None:
        self.hidden = closed(denials, Level.DISCOVER)
        self.unreadable = closed(denials, Level.READ) - self.hidden
        names = Group({"title": TITLE_WEIGHT}, {"words": 3.0})
        content = Group(
            {"everything": 1.0}, {"content_words": 1.0}, ["columns"], ["people"], "everything", "description", "grams"
        )
        self.groups: dict[Where, Group] = {Where(self.unreadable): _both(names, content)}
        if not self.unreadable.nothing:
            identity = Group({"identity": 1.0}, whole="identity", grams="name_grams")
            self.groups[Where(only=self.unreadable)] = _both(names, identity)
        for labels in label_sets:
            self._add_columns(labels, closed(denials, Level.READ, labels) - self.hidden)

    def _add_columns(self, labels: frozenset[str], where: Closed) -> None:
        if not where.everything:
            group, path = self.groups.setdefault(Where(where), Group()), label_set_path(labels)
            group.stemmed[path] = group.plain[path] = GUARDED_WEIGHT
            group.columns.append(path)

    @property
    def restricted(self) -> bool:
        """Whether anything at all is closed."""
        return not (self.hidden.nothing and list(self.groups) == [Where()])

    def anywhere(self, clauses: Callable[[Group], Iterable[Clause]]) -> Clause:
        """Return the query for what `clauses` finds in any group, where that is open."""
        found = ((where, list(clauses(group))) for where, group in self.groups.items())
        return either(_open(either(queries), where) for where, queries in found if queries)

    def within(self, query: Clause) -> Clause:
        """Return `query` among what the person may know of."""
        return without(query, self.hidden)


def _both(first: Group, second: Group) -> Group:
    return Group(
        first.stemmed | second.stemmed, first.plain | second.plain, list(second.columns), list(second.people),
        second.whole, second.prose, second.grams,
    )  # fmt: skip


def either(queries: Iterable[Clause]) -> Clause:
    """Return the query that any of `queries` satisfies, the more the better."""
    return tantivy.Query.boolean_query([(_Should, query) for query in queries])


def without(query: Clause, where: Closed) -> Clause:
    """Return `query` where it is not closed."""
    if where.nothing:
        return query
    return tantivy.Query.boolean_query([(_Must, query), (_MustNot, where.query)])


def _open(query: Clause, where: Where) -> Clause:
    if where.only is not None:
        only = tantivy.Query.const_score_query(where.only.query, 0.0)
        query = tantivy.Query.boolean_query([(_Must, query), (_Must, only)])
    return without(query, where.closed)
