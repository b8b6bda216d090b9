"""One direction of the whole graph as arrays, to count how far something reaches; no database.

Compressed sparse rows, as in any text on graphs: the neighbours of the node at place p are `neighbours[offsets[p] :
offsets[p + 1]]`. 4 bytes an edge and 12 a node: 3,000,000 edges of 1,000,000 nodes are 24 MB. Places are those in
`ids`, in order. Pairs that changed since are laid over: one that is gone leads from its node to itself, which a walk
never follows; new ones stand aside until there are too many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Places = NDArray[np.int32]


class Reach(NamedTuple):
    """How many nodes lie in each ring, from the first on; a lower bound unless `whole`."""

    by_ring: list[int]
    whole: bool = True

    @property
    def total(self) -> int:
        return sum(self.by_ring)


class Adjacency:
    """The neighbours of each node, in one direction, each pair once."""

    def __init__(self, here: Ints, there: Ints) -> None:
        """Take pairs of ids of nodes, ordered by the first."""
        self.ids = np.union1d(here, there)
        rows = np.searchsorted(self.ids, here)
        self.offsets = np.zeros(len(self.ids) + 1, dtype=np.int32)
        np.cumsum(np.bincount(rows, minlength=len(self.ids)), out=self.offsets[1:])
        self.neighbours = np.searchsorted(self.ids, there).astype(np.int32)
        self._late: dict[int, int] = {}  # places of nodes that came since
        self._added: set[tuple[int, int]] = set()

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.ids) + len(self._late)

    @property
    def laid_over(self) -> int:
        """How many pairs stand aside: each ring looks at all of them."""
        return len(self._added)

    def put(self, here: int, there: int, *, is_there: bool) -> None:
        """Say whether the pair is there now; to say so again changes nothing."""
        if not is_there and (self._place(here) is None or self._place(there) is None):
            return
        pair = (self._placed(here), self._placed(there))
        row = self._row(pair[0])
        found = np.flatnonzero(row == pair[1])
        if is_there and not len(found):
            self._added.add(pair)
        elif not is_there:
            self._added.discard(pair)
            row[found] = pair[0]

    def _row(self, place: int) -> Places:
        if place >= len(self.ids):
            return self.neighbours[:0]
        return self.neighbours[self.offsets[place] : self.offsets[place + 1]]

    def _place(self, node: int) -> int | None:
        at = int(np.searchsorted(self.ids, node))
        return at if at < len(self.ids) and self.ids[at] == node else self._late.get(node)

    def _placed(self, node: int) -> int:
        place = self._place(node)
        return self._late.setdefault(node, self.size) if place is None else place

    def _places(self, nodes: Iterable[int]) -> Places:
        wanted = np.fromiter(nodes, dtype=np.int64)
        at = np.searchsorted(self.ids, wanted)
        at[at == len(self.ids)] = 0
        old = at[self.ids[at] == wanted] if len(self.ids) else at[:0]
        late = [self._late[node] for node in wanted.tolist() if node in self._late] if self._late else []
        return np.concatenate([old, np.array(late, dtype=old.dtype)]).astype(np.int32)

    def reach(self, start: int, closed: Collection[int], depth: int) -> Reach:
        """Count the nodes that are reached from `start` over none that is `closed`, ring by ring, to a depth."""
        place = self._place(start)
        if place is None:
            return Reach([])
        seen = np.zeros(self.size, dtype=bool)
        seen[self._places(closed)] = True
        seen[place] = True
        added = self._aside()
        frontier = np.array([place], dtype=np.int32)
        counts: list[int] = []
        while len(counts) < depth:
            reached = self._next(frontier, added)
            frontier = np.unique(reached[~seen[reached]])
            if not len(frontier):
                return Reach(counts)
            seen[frontier] = True
            counts.append(len(frontier))
        reached = self._next(frontier, added)
        return Reach(counts, whole=bool(seen[reached].all()))

    def around(self, start: int, most: int) -> list[int]:
        """Return the ids of what is reached from `start`, whoever may read it; no further once there are `most`."""
        place = self._place(start)
        if place is None:
            return []
        seen, added = np.zeros(self.size, dtype=bool), self._aside()
        frontier = np.array([place], dtype=np.int32)
        seen[place] = True
        while len(frontier) and seen.sum() <= most:
            reached = self._next(frontier, added)
            frontier = np.unique(reached[~seen[reached]])
            seen[frontier] = True
        seen[place] = False
        ids = [*self.ids.tolist(), *self._late] if self._late else self.ids
        return [int(ids[at]) for at in np.flatnonzero(seen)]

    def _aside(self) -> Places:
        return np.array(sorted(self._added), dtype=np.int32).reshape(-1, 2)

    def _next(self, frontier: Places, added: Places) -> Places:
        old = frontier[frontier < len(self.ids)]
        starts, lengths = self.offsets[old], self.offsets[old + 1] - self.offsets[old]
        before = np.cumsum(lengths) - lengths
        at = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        late = added[np.isin(added[:, 0], frontier), 1]
        return np.concatenate([self.neighbours[at], late])
