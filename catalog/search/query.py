"""Searching the catalog: words in, datasets out, all inside what the viewer may know and read.

The engine is asked within the viewer's denials; what it finds is read from PostgreSQL through the same denials again,
and what has changed since the index last followed is left out, of hits and of counts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter

import tantivy
from django.db import OperationalError
from psycopg2.errors import QueryCanceled

from catalog.context import with_context
from catalog.models import Dataset, DatasetChange, Domain, Source
from catalog.search import conf
from catalog.search.asking import Asked, parse
from catalog.search.clauses import Near, matching_query, narrowed, operated, question_query, stems, term
from catalog.search.closed import closed
from catalog.search.found import datasets_of
from catalog.search.matches import Wanted, columns_of, matches_of
from catalog.search.position import AnotherDatabase, Pending, Position, pending_since
from catalog.search.ranking import ids_of, page
from catalog.search.reader import NoIndex, Snapshot, reader
from catalog.search.results import FacetCount, Filters, Hit, Results, Sort
from catalog.search.schema import FACETS, schema
from catalog.search.scope import Clause, Scope, either, without
from catalog.search.text import Question, Word
from core.paging import BadCursor
from core.statements import TEXTS, Statement, one_of
from permissions.access import Viewer, denials_of
from permissions.levels import Level

log = logging.getLogger(__name__)

MOST_HITS = 100  # a page
MOST_PENDING = 5_000  # changes left out by id; with more waiting, nothing is counted until the index has followed
DEEPEST = 10_000  # hits that can be paged through
PATIENCE_MS = 2_000  # after which an answer is given without what is not yet known
FEW = 8  # datasets that hold a word best, among which an open one is looked for before it is among all
_FACET_VALUES = 50
_ANYTHING = Filters()
_NAMES: dict[str, Statement[tuple[str, str]]] = {
    "source": Statement(lambda: Source.objects.filter(one_of("slug", "slugs", TEXTS)).values_list("slug", "name")),
    "domain": Statement(lambda: Domain.objects.filter(one_of("slug", "slugs", TEXTS)).values_list("slug", "name")),
}


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

    def within(words: Clause) -> Clause:
        return narrowed(operated(words, asked, scope), filters, scope, _left_out(pending))

    words, places = question_query(question, near, scope, snapshot.searcher), len(question.words) > 1
    found = page(snapshot, within(words), sort, offset, limit, places=places)
    relaxed = not found.total and bool(asked.wanted.phrases)
    if relaxed:
        asked.wanted.phrases.clear()
        found = page(snapshot, within(words), sort, offset, limit, places=places)
    scores = _without_changed(found.scores, snapshot.position) if pending.too_many else found.scores
    late = _since(started) > PATIENCE_MS
    wanted = Wanted.of(question, near, _operator_words(asked)) if explain and not late else Wanted(frozenset())
    counted = facets and not late and not pending.too_many
    hits, cut_off = _hits_in_time(viewer, scores, wanted, snapshot)
    return Results(
        hits=hits,
        total=None if pending.too_many else found.total,
        facets=dict(_facets(snapshot.searcher, within(matching_query(question, near, scope)))) if counted else {},
        next_after=str(offset + limit) if found.more and offset + limit < DEEPEST else None,
        cut_short=found.more and offset + limit >= DEEPEST,
        took_ms=_since(started),
        state="updating" if pending.too_many else "ready",
        shortened=shortened,
        relaxed=relaxed,
        partial=late or cut_off,
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
    held = set(_surely_held(question.words, scope, snapshot))
    for word in question.words:
        if word not in held and not _is_held(word, scope, snapshot):
            length = len(word.raw)
            yield Near(word.raw, 2 if length >= 8 else 1 if length >= 4 else 0)


def _surely_held(words: Iterable[Word], scope: Scope, snapshot: Snapshot) -> Iterator[Word]:
    """Yield the words of which one look at the few datasets that hold each best finds an open one.

    To look at all that hold a common word costs as much as the search itself.
    """
    searcher = snapshot.searcher
    known = [word for word in words if searcher.doc_freq("everything", word.stem)]
    if not scope.restricted:
        yield from known
        return
    best = {word: ids_of(snapshot, searcher.search(term("everything", word.stem), FEW, count=False)) for word in known}
    among = either(
        tantivy.Query.term_query(schema(), "dataset", pk) for pk in {pk for ids in best.values() for pk in ids}
    )
    found = searcher.search(without(scope.within(among), scope.unreadable), FEW * len(known) + 1, count=False)
    readable = set(ids_of(snapshot, found))
    yield from (word for word, ids in best.items() if not readable.isdisjoint(ids))


def _is_held(word: Word, scope: Scope, snapshot: Snapshot) -> bool:
    held = scope.within(scope.anywhere(stems([word])))
    return bool(snapshot.searcher.search(held, 1, count=False).hits)


def _left_out(pending: Pending) -> list[int]:
    return [] if pending.too_many else pending.ids


def _without_changed(scores: Mapping[int, float], position: Position) -> dict[int, float]:
    changed = DatasetChange.objects.filter(position.later(), dataset_id__in=scores)
    stale = set(changed.values_list("dataset_id", flat=True))
    return {dataset: score for dataset, score in scores.items() if dataset not in stale}


def _hits_in_time(
    viewer: Viewer, scores: Mapping[int, float], wanted: Wanted, snapshot: Snapshot
) -> tuple[tuple[Hit, ...], bool]:
    """The hits, and whether the database's time-out cut reading them off: then there are none to show."""
    try:
        return tuple(_hits(viewer, scores, wanted, snapshot)), False
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        log.warning("reading the hits of a search took longer than a statement may")
        return (), True


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
    return dict(_NAMES[facet].run(slugs=list(values)))


def _offset(after: str | None) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 6 and int(after) < DEEPEST):
        raise BadCursor
    return int(after)


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
