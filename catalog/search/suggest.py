"""What a few typed letters may become: datasets by name, and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tantivy

from catalog.closed import closed_fields
from catalog.context import with_places
from catalog.models import Dataset, DatasetChange, Field
from catalog.querysets import FieldQuerySet
from catalog.search import conf
from catalog.search.clauses import beginnings, called, narrowed, stems
from catalog.search.found import datasets_of
from catalog.search.query import open_snapshot
from catalog.search.ranking import ids_of
from catalog.search.reader import NoIndex
from catalog.search.results import Filters, Suggestions
from catalog.search.scope import Clause, Scope, either
from catalog.search.text import Question, fold
from core.statements import one_of, text_of
from permissions.access import Viewer, denials_of
from permissions.levels import Level
from permissions.statements import GuardedStatement

MOST = 20

_NAMED: GuardedStatement[FieldQuerySet, Field] = GuardedStatement(
    Level.READ,
    Field.objects.all(),
    lambda readable: (
        readable.present()
        .filter(one_of("dataset", "datasets"), name__icontains=text_of("beginning"))
        .order_by("dataset", "position")[: MOST * 10]
    ),
)


def suggest(viewer: Viewer, prefix: str, limit: int = 8) -> Suggestions:
    """Return datasets and columns whose names hold the words of `prefix`, the last of them as a beginning.

    Nothing when there is no index yet. Raises `PermissionError` for anonymous viewers.
    """
    denials, limit = denials_of(viewer), max(1, min(limit, MOST))
    question = conf.analyzer().question(prefix)
    if not question.words:
        return Suggestions()
    try:
        snapshot, pending = open_snapshot()
    except NoIndex:
        return Suggestions()
    scope = snapshot.scope(denials)
    query = narrowed(_typed(question, scope), Filters(), scope, [] if pending.too_many else pending.ids)
    ids = ids_of(snapshot, snapshot.searcher.search(query, limit, count=False, weight_by_field="weight"))
    if pending.too_many:
        changed = DatasetChange.objects.filter(snapshot.position.later(), dataset_id__in=ids)
        ids = [pk for pk in ids if pk not in set(changed.values_list("dataset_id", flat=True))]
    datasets = with_places(datasets_of(viewer, ids))
    return Suggestions(tuple(datasets), tuple(_fields(viewer, datasets, question, limit)))


def _typed(question: Question, scope: Scope) -> Clause:
    """Every word but the last as it stands, the last as a beginning."""
    *whole, last = question.words
    ends = either([scope.anywhere(beginnings(last.raw)), scope.anywhere(stems([last]))])
    clauses = [(tantivy.Occur.Must, scope.anywhere(stems([word]))) for word in whole]
    typed = tantivy.Query.boolean_query([*clauses, (tantivy.Occur.Must, ends)])
    return either([*called(question.text), typed])


def _fields(viewer: Viewer, datasets: Sequence[Dataset], question: Question, limit: int) -> Iterable[Field]:
    """Columns of those datasets that have a word beginning as the last one typed."""
    if not datasets:
        return []
    beginning, analyzer, by_id = question.words[-1].raw, conf.analyzer(), {one.pk: one for one in datasets}
    fields = _NAMED.run(viewer, datasets=list(by_id), beginning=beginning)[: limit * 10]
    for field in fields:
        field.dataset = by_id[field.dataset_id]
    closed = closed_fields(viewer, {field.dataset for field in fields})
    readable = (field for field in fields if not closed[field.dataset_id].stopping(field.path, Level.READ))
    begun = (field for field in readable if any(word.raw.startswith(beginning) for word in analyzer.words(field.name)))
    return sorted(begun, key=lambda field: (fold(field.name), field.pk))[:limit]
