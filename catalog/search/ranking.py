"""The engine's hits in their final order."""

from __future__ import annotations

from collections import defaultdict
from operator import mul
from typing import NamedTuple

import tantivy

from catalog.search.clauses import EXACT
from catalog.search.reader import Snapshot
from catalog.search.results import Sort
from catalog.search.scope import Clause

WINDOW = 200  # hits whose places are looked at; those after keep the engine's order
CONTAINER = (0.5, 0.25, 0.125)  # of the best scores in its container are added to a dataset's own
_ORDERS = {
    "name": ("sorted_name", tantivy.Order.Asc),
    "freshness": ("modified", tantivy.Order.Desc),
    "popularity": ("popularity", tantivy.Order.Desc),
}


class Page(NamedTuple):
    """Ids of datasets with their scores, best first; `total` counts all there are, `more` says there are others."""

    scores: dict[int, float]
    total: int
    more: bool


def page(snapshot: Snapshot, query: Clause, sort: Sort, offset: int, limit: int, *, places: bool) -> Page:
    """Return the hits from `offset` on; with `places`, tables gain from the best tables of their container."""
    if sort != "relevance":
        name, order = _ORDERS[sort]
        found = snapshot.searcher.search(query, limit, offset=offset, order_by_field=name, order=order)
        return Page(dict.fromkeys(ids_of(snapshot, found), 0.0), _count(found), len(found.hits) == limit)
    if places and offset < WINDOW:
        return _placed(snapshot, query, offset, limit)
    found = snapshot.searcher.search(query, limit, offset=offset, weight_by_field="weight")
    return Page(_scores(snapshot, found), _count(found), len(found.hits) == limit)


def _placed(snapshot: Snapshot, query: Clause, offset: int, limit: int) -> Page:
    found = snapshot.searcher.search(query, max(WINDOW, offset + limit), weight_by_field="weight")
    addresses = [address for _, address in found.hits]
    containers = snapshot.searcher.fast_field_values("container", addresses)
    scores = _with_places(_scores(snapshot, found), [int(one or 0) for one in containers])
    return Page(dict(list(scores.items())[offset : offset + limit]), _count(found), len(addresses) > offset + limit)


def _with_places(scores: dict[int, float], containers: list[int]) -> dict[int, float]:
    """Return the scores, the first `WINDOW` with what their containers add, best first; exact names add nothing."""
    best: dict[int, list[float]] = defaultdict(list)
    held = list(zip(scores.items(), containers, strict=True))
    for (_, score), container in held[:WINDOW]:  # best first
        if container and score < EXACT:
            best[container].append(score)
    added = {place: sum(map(mul, CONTAINER, found)) for place, found in best.items()}
    raised = {pk: score + added.get(container, 0.0) for (pk, score), container in held[:WINDOW]}
    return dict(sorted(raised.items(), key=lambda item: -item[1])) | dict(list(scores.items())[WINDOW:])


def ids_of(snapshot: Snapshot, found: tantivy.SearchResult) -> list[int]:
    """Return the datasets that were found, in order."""
    values = snapshot.searcher.fast_field_values("dataset", [address for _, address in found.hits])
    return [int(value) for value in values if value is not None]


def _scores(snapshot: Snapshot, found: tantivy.SearchResult) -> dict[int, float]:
    return dict(zip(ids_of(snapshot, found), (float(score) for score, _ in found.hits), strict=True))


def _count(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]
