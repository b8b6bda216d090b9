"""How rows move between states: from a log of entries, or from two looks at the same keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from definitions.criteria.dialects import MYSQL, SQLITE
from definitions.criteria.model import TIME, Column, Node
from definitions.criteria.rendering import Renderer, quoted

SKEW = timedelta(minutes=5)  # clocks of two machines may differ by that much without a word
MOST_GROUPS = 200_000  # moves by day

Move = tuple[str | None, str | None]  # from state, to state; None: from outside, to outside


@dataclass(frozen=True)
class Log:
    """A dataset of entries: each row says that an entity came into a state at a time."""

    relation: str  # SQL of the source
    key: tuple[Column, ...]
    state: Column
    time: Column


@dataclass
class Flow:
    """Moves between two times, by names of states as the log or the workflow spells them."""

    moves: Counter[Move] = field(default_factory=Counter)
    repeats: int = 0  # entries into the state that the entity was in already
    duplicates: int = 0  # rows of the log that say what another row says
    ahead: int = 0  # entries later than now: a clock is wrong, or they are planned; they count when their time comes
    before: int = 0  # entries before the beginning, duplicates left out: more than last time means late ones
    incomplete: int = 0  # entries without key, state or time

    def into(self, state: str) -> int:
        return sum(rows for (_, after), rows in self.moves.items() if after == state)

    def out_of(self, state: str) -> int:
        return sum(rows for (before, _), rows in self.moves.items() if before == state)


def log_query(log: Log, dialect: str, start: datetime | None, end: datetime) -> str:
    """Return the query for (place, from, to, day, entries, rows) of the log, from `start` (None: ever) to `end`, UTC.

    `place` is 0 for entries before the start, 1 for those between, 2 for those that are ahead of the end; `rows` counts
    what `entries` counts, with duplicates. Entries of one time are taken in the order of their states' names.
    """
    renderer = Renderer(dialect)
    columns = (*log.key, log.state, log.time)
    present = " AND ".join(f"{quoted(column.name, dialect)} IS NOT NULL" for column in columns)
    key = [quoted(column.name, dialect) for column in log.key]
    shown = ", ".join(f"{name} AS k{place}" for place, name in enumerate(key))
    entity = ", ".join(f"k{place}" for place in range(len(key)))
    state, time = _text(quoted(log.state.name, dialect), dialect), quoted(log.time.name, dialect)
    last = _moment(renderer, end + SKEW)
    before = "0 = 1" if start is None else f"happened <= {_moment(renderer, start + SKEW)}"
    place = f"CASE WHEN {before} THEN 0 WHEN happened <= {last} THEN 1 ELSE 2 END"
    day = f"CASE WHEN happened <= {last} AND NOT ({before}) THEN {_day(dialect)} END"
    told = (
        f"SELECT {shown}, {state} AS entered, {time} AS happened, count(*) AS said FROM {log.relation}"  # noqa: S608
        f" WHERE {present} GROUP BY {', '.join(key)}, {state}, {time}"
    )
    moved = (
        f"SELECT entered, happened, said, lag(entered) OVER (PARTITION BY {entity} ORDER BY happened, entered)"  # noqa: S608
        f" AS was FROM ({told}) told"
    )
    return (
        f"SELECT {place} AS place, was, entered, {day} AS day, count(*), sum(said) FROM ({moved}) moved"  # noqa: S608
        f" GROUP BY {place}, was, entered, {day} LIMIT {MOST_GROUPS}"
    )


def incomplete_query(log: Log, dialect: str) -> str:
    """Return the query that counts entries without key, state or time."""
    names = (quoted(column.name, dialect) for column in (*log.key, log.state, log.time))
    missing = " OR ".join(f"{name} IS NULL" for name in names)
    return f"SELECT count(*) FROM {log.relation} WHERE {missing}"  # noqa: S608


def _moment(renderer: Renderer, when: datetime) -> str:
    return renderer.sql(Node("literal", value=when.strftime("%Y-%m-%d %H:%M:%S"), family=TIME))


def _text(name: str, dialect: str) -> str:
    return f"CAST({name} AS {'CHAR' if dialect == MYSQL else 'TEXT' if dialect == SQLITE else 'VARCHAR'})"


def _day(dialect: str) -> str:
    return "date(happened)" if dialect in (MYSQL, SQLITE) else "CAST(happened AS date)"


@dataclass
class Daily:
    """A flow, and the same day by day (``2026-03-31``)."""

    whole: Flow
    days: dict[str, Flow]


def read_log(answer: Iterable[Sequence[Any]]) -> Daily:
    """Return what a log says, from the answer to `log_query`."""
    found = Daily(Flow(), {})
    for place, was, entered, day, *counted in answer:
        entries, rows = map(int, counted)
        if int(place) == 0:
            found.whole.before += entries
        elif int(place) == 2:
            found.whole.ahead += entries
        else:
            for flow in (found.whole, found.days.setdefault(str(day)[:10], Flow())):
                flow.duplicates += rows - entries
                if was == entered:
                    flow.repeats += entries
                else:
                    flow.moves[was, entered] += entries
    return found


def between(before: Mapping[bytes, int], after: Mapping[bytes, int], names: Sequence[str]) -> Flow:
    """Return the moves between two looks at the same keys, each a state's place or -1 for none (see `snapshots`)."""
    found = Flow()
    for key, place in after.items():
        was = before.get(key, -1)
        if was != place:
            found.moves[_name(names, was), _name(names, place)] += 1
    for key, was in before.items():
        if key not in after and was >= 0:
            found.moves[_name(names, was), None] += 1
    return found


def _name(names: Sequence[str], place: int) -> str | None:
    return names[place] if place >= 0 else None
