"""Where the states of a workflow and the arrows between them stand in a picture. Pure.

States stand in columns by how far they are from the beginning; arrows to the next column go straight, those that skip
columns go over the states, those that go back go under them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 172, 72  # of a state
ACROSS, DOWN = 84, 44  # between states
ARC, MARGIN = 34, 14


@dataclass(frozen=True)
class Box:
    """A state; x and y are of its upper left corner."""

    name: str
    x: int
    y: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Arrow:
    """A move; `path` is the ``d`` of an SVG path, x and y are the middle of its label."""

    start: str
    end: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Picture:
    """Everything in its place, in a drawing of so many units."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawn(names: Sequence[str], moves: Iterable[tuple[str, str]], first: Collection[str] = ()) -> Picture:
    """Return the picture of states, in order, and moves between them; `first` are those to begin with."""
    pairs = [pair for pair in dict.fromkeys(moves) if pair[0] in names and pair[1] in names and pair[0] != pair[1]]
    ranks = _ranks(names, pairs, first)
    over = [pair for pair in pairs if ranks[pair[1]] > ranks[pair[0]] + 1]
    under = [pair for pair in pairs if ranks[pair[1]] <= ranks[pair[0]]]
    top = MARGIN + (ARC * len(over) + ARC // 2 if over else 0)
    boxes = _boxes(names, ranks, top)
    lowest = max(box.y for box in boxes.values()) + HEIGHT if boxes else top
    arrows = [_straight(boxes, pair) for pair in pairs if ranks[pair[1]] == ranks[pair[0]] + 1]
    arrows += [_arc(boxes, pair, top - ARC * number, up=True) for number, pair in enumerate(over, 1)]
    arrows += [_arc(boxes, pair, lowest + ARC * number, up=False) for number, pair in enumerate(under, 1)]
    height = lowest + (ARC * len(under) + ARC // 2 if under else 0) + MARGIN
    width = max((box.x for box in boxes.values()), default=0) + WIDTH + MARGIN
    return Picture(width, height, tuple(boxes[name] for name in names), tuple(arrows))


def _ranks(names: Sequence[str], pairs: Sequence[tuple[str, str]], first: Collection[str]) -> dict[str, int]:
    """The longest way from the beginning, over moves that do not go back."""
    following: defaultdict[str, list[str]] = defaultdict(list)
    for before, after in pairs:
        following[before].append(after)
    reached = {after for _, after in pairs}
    begins = [name for name in names if name in first] or [name for name in names if name not in reached] or names[:1]
    ahead = _without_going_back(names, following, begins)
    ranks = dict.fromkeys(names, 0)
    for _ in names:  # as often as the longest way is long, at most
        for before, after in ahead:
            ranks[after] = max(ranks[after], ranks[before] + 1)
    return ranks


def _without_going_back(
    names: Sequence[str], following: Mapping[str, list[str]], begins: Sequence[str]
) -> list[tuple[str, str]]:
    ahead: list[tuple[str, str]] = []
    seen: set[str] = set()
    for begin in [*begins, *names]:
        waiting = [(begin, iter(following.get(begin, ())))] if begin not in seen else []
        seen.add(begin)
        while waiting:
            name, rest = waiting[-1]
            after = next(rest, None)
            if after is None:
                waiting.pop()
            elif after not in {one for one, _ in waiting}:
                ahead.append((name, after))
                if after not in seen:
                    seen.add(after)
                    waiting.append((after, iter(following.get(after, ()))))
    return ahead


def _boxes(names: Sequence[str], ranks: Mapping[str, int], top: int) -> dict[str, Box]:
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for name in names:
        columns[ranks[name]].append(name)
    tallest = max((len(column) for column in columns.values()), default=0)
    boxes = {}
    for place, rank in enumerate(sorted(columns)):
        column = columns[rank]
        begin = top + (tallest - len(column)) * (HEIGHT + DOWN) // 2
        for row, name in enumerate(column):
            boxes[name] = Box(name, MARGIN + place * (WIDTH + ACROSS), begin + row * (HEIGHT + DOWN))
    return boxes


def _straight(boxes: Mapping[str, Box], pair: tuple[str, str]) -> Arrow:
    start, end = boxes[pair[0]], boxes[pair[1]]
    x1, y1, x2, y2 = start.x + WIDTH, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    return Arrow(*pair, f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}", middle, (y1 + y2) // 2)


def _arc(boxes: Mapping[str, Box], pair: tuple[str, str], y: int, *, up: bool) -> Arrow:
    """Over or under the states, along a line of its own at `y`; it leaves and comes in beside the middle."""
    start, end = boxes[pair[0]], boxes[pair[1]]
    aside = 18 if end.x > start.x or (end.x == start.x and end.y > start.y) else -18
    x1, x2 = start.middle + aside, end.middle - aside
    y1, y2 = (start.y, end.y) if up else (start.y + HEIGHT, end.y + HEIGHT)
    path = f"M{x1} {y1}C{x1} {y} {x1} {y} {(x1 + x2) // 2} {y}S{x2} {y} {x2} {y2}"
    return Arrow(*pair, path, (x1 + x2) // 2, y)
