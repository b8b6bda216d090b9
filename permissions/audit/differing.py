"""What is different before and after, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """One part of a thing; where both are lists, only what was taken out and what was put in."""

    name: str
    was: str
    now: str


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """Return the parts that differ, by name."""
    old, new = before or {}, after or {}
    return [one for name in sorted(old.keys() | new.keys()) for one in _difference(name, old.get(name), new.get(name))]


def _difference(name: str, was: Any, now: Any) -> Iterator[Difference]:
    if was == now:
        return
    if isinstance(was, list) and isinstance(now, list):
        gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
        was, now = (gone, come) if gone or come else (was, now)  # else only the order differs
    yield Difference(name.replace("_", " "), in_words(was), in_words(now))


def in_words(value: Any) -> str:
    """Return a recorded value as text; nothing at all for what is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {in_words(one)}" for name, one in value.items())
    return "" if value is None else str(value)
