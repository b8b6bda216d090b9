"""What one person is kept out of, as queries of the engine: the same denials that the database's filter reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import tantivy

from catalog.search.schema import schema
from permissions.denials import EVERYTHING, Denials
from permissions.levels import Level

_Occur = tantivy.Occur


@dataclass(frozen=True)
class Closed:
    """The documents that are closed, by the labels they carry.

    Those with one of `labels`; for each of `unless`, those with its label (any document, when it has none) and none of
    its spared labels; or simply `everything`.
    """

    everything: bool = False
    labels: frozenset[str] = frozenset()
    unless: frozenset[tuple[str | None, frozenset[str]]] = frozenset()

    def __sub__(self, other: Closed) -> Closed:
        """What is closed here, for use where `other` is left out already."""
        return Closed(self.everything, self.labels - other.labels, self.unless - other.unless)

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.labels or self.unless)

    def holds(self, labels: frozenset[str]) -> bool:
        """Whether a document that carries `labels` is closed."""
        conditional = any(
            (label is None or label in labels) and spared.isdisjoint(labels) for label, spared in self.unless
        )
        return self.everything or not self.labels.isdisjoint(labels) or conditional

    @cached_property
    def query(self) -> tantivy.Query:
        """The query that matches exactly the closed documents."""
        if self.everything:
            return tantivy.Query.all_query()
        clauses = [any_label(self.labels)] if self.labels else []
        clauses += [_conditional(label, spared) for label, spared in sorted(self.unless, key=repr)]
        return tantivy.Query.boolean_query([(_Occur.Should, clause) for clause in clauses])


def closed(denials: Denials, level: Level, also: frozenset[str] = frozenset()) -> Closed:
    """Return what is closed at `level`, for things that carry the labels `also` besides their document's."""
    everything, labels, unless = False, set(), set()
    for denial in denials.at(level):
        if denial.unless & also:
            continue
        label = None if denial.label == EVERYTHING or denial.label in also else denial.label
        if denial.unless:
            unless.add((label, denial.unless))
        elif label is None:
            everything = True
        else:
            labels.add(label)
    return Closed(everything, frozenset(labels), frozenset(unless))


def any_label(labels: Iterable[str]) -> tantivy.Query:
    """Return the query for documents that carry one of `labels`."""
    terms = (tantivy.Query.term_query(schema(), "labels", label, "basic") for label in sorted(labels))
    return tantivy.Query.boolean_query([(_Occur.Should, term) for term in terms])


def _conditional(label: str | None, spared: frozenset[str]) -> tantivy.Query:
    carried = tantivy.Query.all_query() if label is None else any_label([label])
    return tantivy.Query.boolean_query([(_Occur.Must, carried), (_Occur.MustNot, any_label(spared))])
