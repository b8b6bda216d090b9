"""Counting over arrays finds what walking the pairs one by one finds, however they came and went."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.adjacency import Adjacency, Reach

Pairs = set[tuple[int, int]]

nodes = st.integers(1, 12).map(lambda number: number * 1_000_003)  # far apart, as ids are after a while
pairs = st.sets(st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1]), max_size=30)


def arrays_of(told: Pairs) -> Adjacency:
    here, there = zip(*sorted(told), strict=True) if told else ((), ())
    return Adjacency(np.array(here, dtype=np.int64), np.array(there, dtype=np.int64))


def walked(told: Pairs, start: int, closed: set[int], depth: int) -> Reach:
    seen, frontier = {start}, {start}
    counts: list[int] = []
    while fresh := {there for here, there in told if here in frontier} - seen - closed:
        if len(counts) == depth:
            return Reach(counts, whole=False)
        counts.append(len(fresh))
        seen |= fresh
        frontier = fresh
    return Reach(counts)


@settings(max_examples=300, deadline=None)
@given(pairs, pairs, nodes, st.sets(nodes, max_size=4), st.integers(0, 12))
def test_reach_is_what_a_walk_finds(before: Pairs, after: Pairs, start: int, closed: set[int], depth: int) -> None:
    arrays = arrays_of(before)
    assert arrays.reach(start, closed - {start}, depth) == walked(before, start, closed - {start}, depth)
    for here, there in [*(before - after), *after, *(before - after)]:
        arrays.put(here, there, is_there=(here, there) in after)
    assert arrays.reach(start, closed - {start}, depth) == walked(after, start, closed - {start}, depth)


def test_a_pair_that_comes_back_counts_again() -> None:
    arrays = arrays_of({(1, 2)})
    for is_there in (False, True, False, True):
        arrays.put(1, 2, is_there=is_there)
        assert arrays.reach(1, [], 9).total == is_there
