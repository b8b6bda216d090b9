"""Searching the catalog: words in, datasets out, all inside what the viewer may know and read.

The engine is asked within the viewer's denials; what it finds is read from PostgreSQL through the same denials again,
and what has changed since the index last followed is left out, of hits and of counts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter

import tantivy

from catalog.context import with_context
from catalog.models import Dataset, DatasetChange, Domain, Source
from catalog.search import conf
from catalog.search.asking import Asked, parse
from catalog.search.clauses import Near, narrowed, operated, question_query, stems, term
from catalog.search.closed import closed
from catalog.search.found import datasets_of
from catalog.search.matches import Wanted, columns_of, matches_of
from catalog.search.position import AnotherDatabase, Pending, Position, pending_since
from catalog.search.ranking import page
from catalog.search.reader import MOST_REMEMBERED, NoIndex, Snapshot, reader
from catalog.search.results import FacetCount, Filters, Hit, Results, Sort
from catalog.search.schema import FACETS
from catalog.search.scope import Clause, Scope, either
from catalog.search.text import Question, Word
from core.paging import BadCursor
from permissions.access import Viewer, denials_of
from permissions.levels import Level

log = logging.getLogger(__name__)

MOST_HITS = 100  # a page
MOST_PENDING = 5_000  # changes left out by id; with more waiting, nothing is counted until the index has followed
DEEPEST = 10_000  # hits that can be paged through
PATIENCE_MS = 2_000  # after which an answer is given without what is not yet known
MANY = 5_000  # datasets that hold a word, from which on it is quicker to count than to look for an open one
_FACET_VALUES = 50
_ANYTHING = Filters()


def search(
    viewer: Viewer, text: str = "", *, limit: int = 20, after: str | None = None, filters: Filters = _ANYTHING,
    facets: bool = True, sort: Sort = "relevance", explain: bool = True,
) -> Results:  # fmt: skip
    """Return the datasets that best answer `text`, or all that `filters` leave, most used first, when it is empty.

    `text` may hold operators, see `catalog.search.asking`. `after` is `Results.next_after` of the page before; without
    `explain`, hits do not say why they were found. Raises `core.paging.BadCursor` when `after` is something else, and
    `PermissionError` for anonymous viewers.
    """
    started = perf_counter()
    denials, offset, limit = denials_of(viewer), _offset(after), max(1, min(limit, MOST_HITS))
    asked = parse(text)
    question = conf.analyzer().question(asked.text)
    shortened = asked.shortened or question.shortened
    try:
        snapshot, pending = open_snapshot()
    except NoIndex:
        return Results(state="building", shortened=shortened, took_ms=_since(started))
    scope = snapshot.scope(denials)
    near = list(unknown_words(question, scope, snapshot))
    question = question.taken_apart({one.raw for one in near})
    words, places = question_query(question, near, scope, snapshot.searcher), len(question.words) > 1
    query = narrowed(operated(words, asked, scope), filters, scope, _left_out(pending))
    found = page(snapshot, query, sort, offset, limit, places=places)
    relaxed = not found.total and bool(asked.wanted.phrases)
    if relaxed:
        asked.wanted.phrases.clear()
        query = narrowed(operated(words, asked, scope), filters, scope, _left_out(pending))
        found = page(snapshot, query, sort, offset, limit, places=places)
    scores = _without_changed(found.scores, snapshot.position) if pending.too_many else found.scores
    late = _since(started) > PATIENCE_MS
    wanted = Wanted.of(question, near, _operator_words(asked)) if explain and not late else Wanted(frozenset())
    counted = facets and not late and not pending.too_many
    return Results(
        hits=tuple(_hits(viewer, scores, wanted, snapshot)),
        total=None if pending.too_many else found.total,
        facets=dict(_facets(snapshot.searcher, query)) if counted else {},
        next_after=str(offset + limit) if found.more and offset + limit < DEEPEST else None,
        took_ms=_since(started),
        state="updating" if pending.too_many else "ready",
        shortened=shortened,
        relaxed=relaxed,
        partial=late,
    )


def _operator_words(asked: Asked) -> list[Word]:
    """Return the words that operators look for in texts, to be marked there."""
    texts = [*asked.wanted.phrases, *asked.wanted.values.get("field", ()), *asked.wanted.values.get("owner", ())]
    return [word for text in texts for word in conf.analyzer().question(text).words]


def open_snapshot() -> tuple[Snapshot, Pending]:
    """Return the index as it is, and what it does not hold yet. Raises `NoIndex`."""
    snapshot = reader().snapshot()
    try:
        return snapshot, pending_since(snapshot.position, MOST_PENDING)
    except AnotherDatabase as error:
        raise NoIndex(str(error)) from error


def unknown_words(question: Question, scope: Scope, snapshot: Snapshot) -> Iterator[Near]:
    """Yield the words that nothing holds of what the viewer may search: what is closed must not make a word known."""
    for word in question.words:
        if not _is_held(word, scope, snapshot):
            length = len(word.raw)
            yield Near(word.raw, 2 if length >= 8 else 1 if length >= 4 else 0)


def _is_held(word: Word, scope: Scope, snapshot: Snapshot) -> bool:
    searcher = snapshot.searcher
    known = searcher.doc_freq("everything", word.stem)
    if known and not scope.restricted:
        return True
    if known > MANY and _count(searcher, term("everything", word.stem)) > _closed_to(scope, snapshot):
        return True  # more datasets hold it than are closed
    held = scope.within(scope.anywhere(stems([word])))
    return bool(searcher.search(held, 1, count=False).hits)


def _closed_to(scope: Scope, snapshot: Snapshot) -> int:
    """Return how many datasets are hidden or not to be read; counted once for each set of rules and index."""
    key, counts = (scope.hidden, scope.unreadable), snapshot.closed_counts
    if key not in counts:
        if len(counts) >= MOST_REMEMBERED:
            counts.clear()
        counts[key] = _count(snapshot.searcher, either([scope.hidden.query, scope.unreadable.query]))
    return counts[key]


def _count(searcher: tantivy.Searcher, query: Clause) -> int:
    return int(searcher.search(query, 1).count)  # type: ignore[attr-defined]


def _left_out(pending: Pending) -> list[int]:
    return [] if pending.too_many else pending.ids


def _without_changed(scores: Mapping[int, float], position: Position) -> dict[int, float]:
    changed = DatasetChange.objects.filter(position.later(), dataset_id__in=scores)
    stale = set(changed.values_list("dataset_id", flat=True))
    return {dataset: score for dataset, score in scores.items() if dataset not in stale}


def _hits(viewer: Viewer, scores: Mapping[int, float], wanted: Wanted, snapshot: Snapshot) -> Iterator[Hit]:
    datasets = with_context(datasets_of(viewer, scores))
    columns = columns_of(datasets, viewer, wanted) if wanted and datasets else {}
    unreadable, analyzer = closed(denials_of(viewer), Level.READ), snapshot.analyzer
    for dataset in datasets:
        readable = not unreadable.holds(dataset.carried_labels())
        matches = matches_of(dataset, columns.get(dataset.pk, ()), wanted, analyzer, viewer if readable else None)
        yield Hit(dataset, scores[dataset.pk], readable, matches)


def _facets(searcher: tantivy.Searcher, query: Clause) -> Iterator[tuple[str, tuple[FacetCount, ...]]]:
    asked = {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in FACETS}
    counted = searcher.aggregate(query, asked)
    for name in FACETS:
        counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in counted[name]["buckets"]}
        labels = _labels(name, counts)
        yield name, tuple(FacetCount(value, labels.get(value, value), count) for value, count in counts.items())


def _labels(facet: str, values: Iterable[str]) -> dict[str, str]:
    if facet == "kind":
        return {kind.value: str(kind.label) for kind in Dataset.Kind}
    model = Source if facet == "source" else Domain
    return dict(model._default_manager.filter(slug__in=list(values)).values_list("slug", "name"))


def _offset(after: str | None) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 6 and int(after) < DEEPEST):
        raise BadCursor
    return int(after)


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
