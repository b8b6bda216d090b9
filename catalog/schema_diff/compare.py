"""Comparing two snapshots, level by level, so that a struct that goes or moves is one change and not many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from catalog.schema_diff.changes import Change, Kind
from catalog.schema_diff.renames import Rename, guess_renames
from catalog.schema_diff.snapshot import FieldState, Tree, tree
from catalog.types import compare

_NESTING = frozenset(["struct", "array", "map"])
_TYPE_KINDS: dict[str, tuple[Kind, str]] = {
    "widened": ("type_widened", "`{path}` can hold more: {before} became {after}."),
    "narrowed": ("type_narrowed", "`{path}` can hold less: {before} became {after}; values may be cut or rounded."),
    "changed": ("type_changed", "`{path}` is another kind of value: {before} became {after}."),
}  # fmt: skip


class _Pair(NamedTuple):
    old: FieldState
    new: FieldState


class _Trees(NamedTuple):
    old: Tree
    new: Tree
    had_key: bool  # a primary key before
    keeps_key: bool  # some primary key after


def diff(before: Sequence[FieldState], after: Sequence[FieldState]) -> tuple[Change, ...]:
    """Return what changed, in the order of the new schema, removed fields first at each level.

    Raises `ValueError` when a snapshot names a field twice.
    """
    had_key, keeps_key = any(state.key for state in before), any(state.key for state in after)
    return tuple(_level(_Trees(tree(before), tree(after), had_key, keeps_key), "", ""))


def _level(trees: _Trees, old_parent: str, new_parent: str) -> Iterator[Change]:
    old, new = trees.old.get(old_parent, []), trees.new.get(new_parent, [])
    renames = guess_renames(old, new)
    pairs = _pairs(old, new, renames)
    yield from _removed(old, {pair.old.path for pair in pairs.values()})
    confidence = {rename.new.path: rename.confidence for rename in renames}
    moved = _moved([pairs[state.path] for state in new if state.path in pairs])
    for state in new:
        if state.path not in pairs:
            yield from _added(trees, state)
            continue
        pair = pairs[state.path]
        yield from _renamed(pair, confidence.get(state.path))
        yield from _altered(trees, pair)
        yield from _position(pair, state.path in moved)
        yield from _level(trees, pair.old.path, pair.new.path)


def _pairs(old: Sequence[FieldState], new: Sequence[FieldState], renames: Sequence[Rename]) -> dict[str, _Pair]:
    """Return new path → the field before and after."""
    by_name = {state.name: state for state in old}
    pairs = {state.path: _Pair(by_name[state.name], state) for state in new if state.name in by_name}
    return pairs | {rename.new.path: _Pair(rename.old, rename.new) for rename in renames}


def _removed(old: Sequence[FieldState], kept: set[str]) -> Iterator[Change]:
    for state in old:
        if state.path not in kept:
            of_key = " It was part of the primary key." if state.key else ""
            yield Change("removed", state.path, state.native_type, "", True, f"`{state.path}` was removed.{of_key}")


def _added(trees: _Trees, state: FieldState) -> Iterator[Change]:
    shown = state.native_type or state.type
    yield Change("added", state.path, "", state.native_type, False, f"`{state.path}` was added ({shown}).")
    if state.key:
        yield _key_added(trees, state.path)


def _renamed(pair: _Pair, confidence: float | None) -> Iterator[Change]:
    if confidence is None:
        return
    message = f"`{pair.old.path}` seems to be called `{pair.new.path}` now ({confidence:.0%} sure)."
    yield Change("renamed", pair.new.path, pair.old.path, pair.new.path, True, message, confidence)


def _altered(trees: _Trees, pair: _Pair) -> Iterator[Change]:
    yield from _type(trees, pair)
    yield from _nullable(pair)
    yield from _key(trees, pair)
    yield from _expression(pair, "default_changed", "default", pair.old.default, pair.new.default)
    yield from _expression(pair, "generated_changed", "generating expression", pair.old.generated, pair.new.generated)


def _type(trees: _Trees, pair: _Pair) -> Iterator[Change]:
    old, new = pair
    if _parts_tell(trees, pair):
        return
    change = compare(old.native_type, old.type, new.native_type, new.type)
    if change == "same":
        return
    kind, message = _TYPE_KINDS[change]
    text = message.format(path=new.path, before=old.native_type or old.type, after=new.native_type or new.type)
    yield Change(kind, new.path, old.native_type, new.native_type, change != "widened", text)


def _parts_tell(trees: _Trees, pair: _Pair) -> bool:
    """Return whether the fields inside report the change themselves."""
    old, new = pair
    return old.type == new.type and new.type in _NESTING and old.path in trees.old and new.path in trees.new


def _nullable(pair: _Pair) -> Iterator[Change]:
    old, new = pair
    if new.nullable and not old.nullable:
        yield Change("nullable_added", new.path, "not null", "null", True, f"`{new.path}` may now be empty.")
    if old.nullable and not new.nullable:
        message = f"`{new.path}` is never empty any more."
        yield Change("nullable_removed", new.path, "null", "not null", False, message)


def _key(trees: _Trees, pair: _Pair) -> Iterator[Change]:
    old, new = pair
    if new.key and not old.key:
        yield _key_added(trees, new.path)
    if old.key and not new.key:
        rest = "" if trees.keeps_key else " The dataset has no primary key any more."
        message = f"`{new.path}` is no longer part of the primary key.{rest}"
        yield Change("key_removed", new.path, "key", "", True, message)


def _key_added(trees: _Trees, path: str) -> Change:
    grain = " The fields that were the key before may now repeat." if trees.had_key else ""
    return Change("key_added", path, "", "key", trees.had_key, f"`{path}` is now part of the primary key.{grain}")


def _expression(pair: _Pair, kind: Kind, what: str, old: str, new: str) -> Iterator[Change]:
    if old == new:
        return
    path = pair.new.path
    if not old or not new:
        message = f"`{path}` now has the {what} {new}." if new else f"`{path}` no longer has the {what} {old}."
    else:
        message = f"The {what} of `{path}` changed from {old} to {new}."
    yield Change(kind, path, old, new, False, message)


def _position(pair: _Pair, moved: bool) -> Iterator[Change]:
    if moved:
        old, new = pair.old.position, pair.new.position
        message = f"`{pair.new.path}` moved from position {old} to {new}."
        yield Change("moved", pair.new.path, str(old), str(new), False, message)


def _moved(pairs: Sequence[_Pair]) -> set[str]:
    """Return the new paths of the fewest fields that, put elsewhere, explain the new order.

    Those are the ones outside a longest run of never-falling old positions (patience sorting, Fredman 1975).
    """
    tails: list[int] = []  # for each length of run, its smallest last position
    lengths = []
    for pair in pairs:
        place = bisect_right(tails, pair.old.position)
        tails[place : place + 1] = [pair.old.position]
        lengths.append(place + 1)
    return _outside_run(pairs, lengths, len(tails))


def _outside_run(pairs: Sequence[_Pair], lengths: Sequence[int], wanted: int) -> set[str]:
    outside = set()
    for pair, length in zip(reversed(pairs), reversed(lengths), strict=True):
        if length == wanted:
            wanted -= 1
        else:
            outside.add(pair.new.path)
    return outside
