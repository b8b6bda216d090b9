"""Guessing which vanished datasets came back under another name or in another place.

Shapes are compared as sets of (folded field name, type) by Jaccard likeness. Candidates are found without comparing
every pair: shapes that are alike enough share one of their rarest fields (prefix filtering, Bayardo, Ma and Srikant,
"Scaling up all pairs similarity search", 2007), and of many datasets with one shape only those with near names are
looked at.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from core.names import fold

_LEAST_LIKENESS = 0.8  # share of fields that must agree
_LEAST_OF_NAMESAKES = 0.5  # the same for a dataset of the same name elsewhere
_LEAST_CONFIDENCE = 0.6
_MARGIN = 0.02  # a best candidate that leads by less is no better than a coin
_TELLING_FIELDS = 4  # so many agreeing fields are evidence by themselves; fewer need a near name
_POSTINGS = 300  # shapes that share one field looked at, at most
_SHAPES = 50  # shapes looked at for each vanished one, at most
_NEIGHBOURS = 8  # datasets of one shape looked at on each side of the name

Token = tuple[str, str]


class DatasetShape(NamedTuple):
    """What two datasets are compared by."""

    ref: Hashable  # the caller's own key
    path: tuple[str, ...]
    kind: str
    fields: tuple[tuple[str, str], ...]  # (name, catalog type)

    @property
    def name(self) -> str:
        return fold(self.path[-1])

    @property
    def container(self) -> tuple[str, ...]:
        return tuple(fold(part) for part in self.path[:-1])


class Guess(NamedTuple):
    """`old` and `new` are the callers' refs; `confidence` is 0 to 1, `why` a sentence for the person who decides."""

    old: Hashable
    new: Hashable
    confidence: float
    why: str


class _Candidate(NamedTuple):
    old: DatasetShape
    new: DatasetShape
    likeness: float
    names: float
    confidence: float


def guess_dataset_renames(gone: Sequence[DatasetShape], new: Sequence[DatasetShape]) -> list[Guess]:
    """Pair vanished and new datasets one to one, surest first; where two candidates are as good, there is no guess."""
    candidates = [
        candidate for candidate in _compared(_pairs_to_compare(gone, new)) if candidate.confidence >= _LEAST_CONFIDENCE
    ]
    return [_guess(candidate) for candidate in _one_to_one(candidates)]


def _guess(candidate: _Candidate) -> Guess:
    return Guess(candidate.old.ref, candidate.new.ref, candidate.confidence, _why(candidate))


# --- which pairs to compare


class _Shape:
    """All datasets of one kind with the same fields, in the order of their names and of their places."""

    def __init__(self, datasets: Iterable[DatasetShape]) -> None:
        found = list(datasets)
        self.by_name = sorted(found, key=_by_name)
        self.by_place = sorted(found, key=_by_place)

    def near(self, dataset: DatasetShape) -> Iterator[DatasetShape]:
        start = bisect_left(self.by_name, _by_name(dataset), key=_by_name)
        yield from self.by_name[max(0, start - _NEIGHBOURS) : start + _NEIGHBOURS]
        start = bisect_left(self.by_place, _by_place(dataset), key=_by_place)
        yield from self.by_place[max(0, start - _NEIGHBOURS) : start + _NEIGHBOURS]


_Print = tuple[str, frozenset[Token]]  # kind and fields
_Postings = dict[tuple[str, Token], list[_Print]]


def _by_name(dataset: DatasetShape) -> tuple[str, tuple[str, ...]]:
    return dataset.name, dataset.container


def _by_place(dataset: DatasetShape) -> tuple[tuple[str, ...], str]:
    return dataset.container, dataset.name


def _pairs_to_compare(
    gone: Sequence[DatasetShape], new: Sequence[DatasetShape]
) -> Iterator[tuple[DatasetShape, DatasetShape]]:
    lost, found = _group(gone), _group(new)
    shapes = {shape: _Shape(datasets) for shape, datasets in found.items()}
    alike = _alike(lost, found)
    namesakes = _namesakes(new)
    for shape, datasets in lost.items():
        for dataset in datasets:
            near = [other for one in alike[shape] for other in shapes[one].near(dataset)]
            near += namesakes[dataset.kind, dataset.name][:_NEIGHBOURS]
            yield from ((dataset, other) for other in {other.ref: other for other in near}.values())


def _group(datasets: Sequence[DatasetShape]) -> dict[_Print, list[DatasetShape]]:
    groups: dict[_Print, list[DatasetShape]] = defaultdict(list)
    for dataset in datasets:
        groups[dataset.kind, _tokens(dataset)].append(dataset)
    return groups


def _tokens(dataset: DatasetShape) -> frozenset[Token]:
    return frozenset((fold(name), type_) for name, type_ in dataset.fields)


def _namesakes(new: Sequence[DatasetShape]) -> dict[tuple[str, str], list[DatasetShape]]:
    names: dict[tuple[str, str], list[DatasetShape]] = defaultdict(list)
    for dataset in new:
        names[dataset.kind, dataset.name].append(dataset)
    return names


def _alike(lost: Iterable[_Print], found: Iterable[_Print]) -> dict[_Print, list[_Print]]:
    """Return for each lost shape the new ones that may be alike enough, its equal first."""
    lost, found = list(lost), list(found)
    frequency = Counter(token for _, tokens in found for token in tokens)
    postings: _Postings = defaultdict(list)
    for shape in found:
        for token in _rarest(shape[1], frequency):
            postings[shape[0], token].append(shape)
    known = set(found)
    return {shape: [*({shape} & known), *_may_match(shape, postings, frequency)] for shape in lost}


def _rarest(tokens: frozenset[Token], frequency: Counter[Token]) -> list[Token]:
    """Return so many of the rarest fields that two shapes without one in common cannot be alike enough."""
    size = len(tokens) - math.ceil(_LEAST_LIKENESS * len(tokens)) + 1
    return sorted(tokens, key=lambda token: (frequency[token], token))[:size]


def _may_match(shape: _Print, postings: _Postings, frequency: Counter[Token]) -> list[_Print]:
    kind, tokens = shape
    shared: Counter[_Print] = Counter()
    for token in _rarest(tokens, frequency):
        shared.update(postings.get((kind, token), ())[:_POSTINGS])
    shared.pop(shape, None)
    fitting = Counter({other: n for other, n in shared.items() if _sizes_fit(len(tokens), len(other[1]))})
    return [other for other, _ in fitting.most_common(_SHAPES)]


def _sizes_fit(one: int, other: int) -> bool:
    return min(one, other) >= _LEAST_LIKENESS * max(one, other)


# --- how alike a pair is


def _compared(pairs: Iterable[tuple[DatasetShape, DatasetShape]]) -> Iterator[_Candidate]:
    for old, new in pairs:
        likeness = _jaccard(_tokens(old), _tokens(new))
        names = fuzz.ratio(old.name, new.name) / 100
        if _acceptable(old, new, likeness, names):
            yield _Candidate(old, new, likeness, names, _confidence(old, new, likeness, names))


def _jaccard(one: frozenset[Token], other: frozenset[Token]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def _acceptable(old: DatasetShape, new: DatasetShape, likeness: float, names: float) -> bool:
    if old.name == new.name and old.container != new.container:
        return likeness >= _LEAST_OF_NAMESAKES
    telling = len(old.fields) >= _TELLING_FIELDS or names >= 0.6
    return likeness >= _LEAST_LIKENESS and telling and bool(old.fields)


def _confidence(old: DatasetShape, new: DatasetShape, likeness: float, names: float) -> float:
    place = 0.15 if old.container == new.container else 0.0
    return round(min(0.99, 0.6 * likeness + 0.3 * names + place), 2)


def _why(candidate: _Candidate) -> str:
    old, new = candidate.old, candidate.new
    shared = len(_tokens(old) & _tokens(new))
    total = len(_tokens(old) | _tokens(new))
    fields = f"{shared} of {total} fields have the same name and type" if total else "neither has fields"
    if old.container == new.container:
        return f"It stands in the same container, {fields}, and the names are {candidate.names:.0%} alike."
    if old.name == new.name:
        return f"A dataset of the same name appeared in another container, and {fields}."
    return f"It stands in another container, {fields}, and the names are {candidate.names:.0%} alike."


# --- one to one


def _one_to_one(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    rivals = _by_end(candidates)
    taken: set[tuple[str, Hashable]] = set()
    for candidate in sorted(candidates, key=lambda c: (-c.confidence, c.old.path, c.new.path)):
        ends = _ends(candidate)
        if taken.isdisjoint(ends):
            open_rivals = (rival for end in ends for rival in rivals[end] if taken.isdisjoint(_ends(rival)))
            if not _is_tied(candidate, open_rivals):
                taken.update(ends)
                yield candidate


def _by_end(candidates: Sequence[_Candidate]) -> dict[tuple[str, Hashable], list[_Candidate]]:
    found: dict[tuple[str, Hashable], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        for end in _ends(candidate):
            found[end].append(candidate)
    return found


def _ends(candidate: _Candidate) -> tuple[tuple[str, Hashable], tuple[str, Hashable]]:
    return ("old", candidate.old.ref), ("new", candidate.new.ref)


def _is_tied(candidate: _Candidate, rivals: Iterable[_Candidate]) -> bool:
    return any(rival is not candidate and candidate.confidence - rival.confidence < _MARGIN for rival in rivals)
