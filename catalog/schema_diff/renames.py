"""Guessing that a field which is gone and a new one are the same field under another name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from catalog.schema_diff.snapshot import FieldState

_THRESHOLD = 0.6
_CANDIDATES = 20  # nearest new fields looked at for each lost one, so that wide tables stay cheap
_LEAST_NAME = 0.45  # below this the names have nothing in common, and place and type alone prove nothing
_WORD = re.compile(r"[^\W\d_]+?(?=[A-Z][a-z]|[\W\d_]|$)|\d+")


class Rename(NamedTuple):
    old: FieldState
    new: FieldState
    confidence: float


class _Placed(NamedTuple):
    state: FieldState
    slot: int  # how many fields that kept their name come before it


def guess_renames(old: Sequence[FieldState], new: Sequence[FieldState]) -> list[Rename]:
    """Pair lost and new fields of one enclosing field; each is used at most once, surest first.

    `old` and `new` are all fields there, in order, those that kept their name included.
    """
    kept = {state.name for state in old} & {state.name for state in new}
    guesses = sorted(_candidates(_unmatched(old, kept), _unmatched(new, kept)), key=_surest_first)
    taken: set[tuple[str, str]] = set()
    pairs = []
    for guess in guesses:
        ends = {("old", guess.old.path), ("new", guess.new.path)}
        if not ends & taken:
            taken |= ends
            pairs.append(guess)
    return pairs


def name_likeness(old: str, new: str) -> float:
    """Return 0 to 1; word order, case and separators count little, and a name inside the other counts much."""
    a, b = " ".join(_words(old)), " ".join(_words(new))
    if a.replace(" ", "") == b.replace(" ", ""):
        return 1.0
    inside = fuzz.partial_ratio(a, b) * 0.8 if min(len(a), len(b)) > 3 else 0.0
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b) * 0.95, inside) / 100


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)] or [name.casefold()]


def _unmatched(states: Sequence[FieldState], kept: set[str]) -> list[_Placed]:
    placed, slot = [], 0
    for state in states:
        if state.name in kept:
            slot += 1
        else:
            placed.append(_Placed(state, slot))
    return placed


def _candidates(gone: Sequence[_Placed], added: Sequence[_Placed]) -> Iterator[Rename]:
    by_type: dict[str, list[_Placed]] = {}
    for placed in added:
        by_type.setdefault(placed.state.type, []).append(placed)
    for lost in gone:
        for found in _nearest(lost, by_type.get(lost.state.type, [])):
            confidence = _confidence(lost, found)
            if confidence >= _THRESHOLD:
                yield Rename(lost.state, found.state, confidence)


def _nearest(lost: _Placed, found: Sequence[_Placed]) -> Sequence[_Placed]:
    middle = bisect_left(found, lost.state.position, key=_position)
    start = max(0, min(middle - _CANDIDATES // 2, len(found) - _CANDIDATES))
    return found[start : start + _CANDIDATES]


def _position(placed: _Placed) -> int:
    return placed.state.position


def _confidence(lost: _Placed, found: _Placed) -> float:
    name = name_likeness(lost.state.name, found.state.name)
    if name < _LEAST_NAME:
        return 0.0
    place = 1 / (1 + abs(lost.slot - found.slot))
    native = float(lost.state.native_type == found.state.native_type)
    rest = float(lost.state.nullable == found.state.nullable and lost.state.key == found.state.key)
    return round(0.6 * name + 0.2 * place + 0.15 * native + 0.05 * rest, 2)


def _surest_first(guess: Rename) -> tuple[float, list[str]]:
    # Ties are broken alike in both directions, so that undoing a change undoes its guesses.
    return -guess.confidence, sorted([guess.old.path, guess.new.path])
