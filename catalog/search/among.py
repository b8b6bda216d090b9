"""Which of some datasets match a search, strictly: for telling people of new ones, where a near miss is noise."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from catalog.models import Dataset
from catalog.search import conf
from catalog.search.asking import parse
from catalog.search.clauses import narrowed, operated, stems
from catalog.search.position import Position
from catalog.search.query import open_snapshot
from catalog.search.ranking import ids_of
from catalog.search.results import Filters
from catalog.search.schema import schema
from permissions.access import Viewer, denials_of


def index_position() -> Position:
    """Return how far this machine's index has followed the database. Raises `reader.NoIndex`."""
    return open_snapshot()[0].position


def matching(viewer: Viewer, text: str, filters: Filters, among: Sequence[int]) -> list[int]:
    """Return those of `among` that hold every word of `text` and pass `filters`, of what the viewer may know of.

    What has changed since the index last followed is left out. Raises `reader.NoIndex`.
    """
    if not among:
        return []
    snapshot, pending = open_snapshot()
    scope = snapshot.scope(denials_of(viewer))
    clauses = [tantivy.Query.term_set_query(schema(), "dataset", list(among))]
    asked = parse(text)
    clauses += [scope.anywhere(stems([word])) for word in conf.analyzer().question(asked.text).words]
    every = tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])
    query = narrowed(operated(every, asked, scope), filters, scope, [] if pending.too_many else pending.ids)
    found = ids_of(snapshot, snapshot.searcher.search(query, len(among), count=False))
    visible = Dataset.objects.visible_to(viewer).present().filter(pk__in=found)
    return sorted(visible.values_list("pk", flat=True))
