"""Counting the states of workflows against one hand-written query a table, in one run.

    python -m benchmarks.states --size 10000000 [--tables 5] [--workflows 50] [--repeat 5] [--keep]

Makes a database of its own beside the one configured, with tables of `--size` rows, and spreads the workflows of eight
states over them. The peer is what somebody would write by hand for a table: for each workflow a CASE that names the
first state that fits, all grouped apart in one reading. It says less: not which rows are in two states, nor where a
criterion is NULL. Exits 1 when counting takes more than 1.2 times as long.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import django
from django.conf import settings

TARGET = 1.2
WORDS = ("trial", "active", "paused", "overdue", "dormant", "leaving", "cancelled", "archived")
# Eight states that exclude each other: by a word, a number and a date.
STATES = (
    "status{n} = 'trial'",
    "status{n} = 'active' AND balance <= 0",
    "status{n} = 'active' AND balance > 0 AND due_on >= '2026-06-01'",
    "status{n} = 'active' AND balance > 0 AND due_on < '2026-06-01'",
    "status{n} = 'paused' AND resumes_on IS NULL",
    "status{n} = 'paused' AND resumes_on IS NOT NULL",
    "status{n} IN ('leaving', 'cancelled')",
    "status{n} = 'archived'",
)
FIELDS = (("balance", "integer"), ("due_on", "date"), ("resumes_on", "date"))


def main() -> None:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    name = f"bench_states_{options.tables}x{options.size}"
    each = options.workflows // options.tables
    _make(name, options.tables, options.size, each)
    try:
        ratio = _measure(name, options.tables, each, options.repeat)
    finally:
        if not options.keep:
            _run("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    sys.exit(0 if ratio <= TARGET else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000_000, help="rows of a table")
    parser.add_argument("--tables", type=int, default=5)
    parser.add_argument("--workflows", type=int, default=50, help="in all tables")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="keep the database for the next time")
    return parser.parse_args()


def _connect(database: str) -> Any:
    import psycopg2

    server = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=server.get("HOST") or None, port=server.get("PORT") or None, user=server.get("USER") or None,
        password=server.get("PASSWORD") or None, dbname=database,
    )  # fmt: skip
    connection.autocommit = True
    return connection


def _run(database: str, *statements: str) -> list[tuple[Any, ...]]:
    connection = _connect(database)
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def _make(name: str, tables: int, size: int, each: int) -> None:
    if _run("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        return
    _run("postgres", f'CREATE DATABASE "{name}"')
    words = "ARRAY['" + "', '".join(WORDS) + "']"
    for table in range(tables):
        columns = ", ".join(
            f"({words})[1 + ((hashint8(i::int8 * {number + 3} + {table}) % 8 + 8) % 8)] AS status{number}"
            for number in range(each)
        )
        _run(
            name,
            f"CREATE UNLOGGED TABLE t{table} AS SELECT i AS id, {columns}, (i % 7 - 3) * 100 AS balance,"
            " date '2026-01-01' + (i % 365)::int AS due_on,"
            f" CASE WHEN i % 3 = 0 THEN date '2026-12-01' END AS resumes_on FROM generate_series(1, {size}) i",
            f"VACUUM ANALYZE t{table}",
        )
    print(f"{tables} tables of {size:,} rows, {each} workflows of {len(STATES)} states over each")


def _measure(name: str, tables: int, each: int, repeat: int) -> float:
    from harvest.connectors.base import Brakes
    from harvest.connectors.postgres import PostgresConfig, PostgresConnector

    server = settings.DATABASES["default"]
    config = PostgresConfig(
        host=server.get("HOST") or "localhost", port=int(server.get("PORT") or 5432), database=name,
        user=server.get("USER") or "", password=server.get("PASSWORD") or None,
    )  # fmt: skip
    peer, ours = [], []
    connection = _connect(name)
    with PostgresConnector(config, Brakes(statement_seconds=600)) as connector, connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        for _ in range(repeat):
            peer.append(_timed(partial(_each, tables, partial(_by_hand, cursor), each)))
            ours.append(_timed(partial(_each, tables, partial(_counted, connector), each)))
    connection.close()
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, peer, strict=True))
    print(f"{'by hand':<12}{statistics.median(peer):>9.2f} s\n{'Concord':<12}{statistics.median(ours):>9.2f} s")
    print(f"{'ratio':<12}{ratio:>9.2f}   target {TARGET}")
    return ratio


def _each(tables: int, work: Callable[[int, int], None], each: int) -> None:
    for table in range(tables):
        work(table, each)


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _by_hand(cursor: Any, table: int, each: int) -> None:
    cases = []
    for number in range(each):
        branches = " ".join(f"WHEN {text.format(n=number)} THEN {place}" for place, text in enumerate(STATES))
        cases.append(f"CASE {branches} ELSE -1 END AS w{number}")
    sets = ", ".join(f"(w{number})" for number in range(each))
    names = ", ".join(f"w{number}" for number in range(each))
    cursor.execute(
        f"SELECT {names}, count(*) FROM (SELECT {', '.join(cases)} FROM t{table}) s GROUP BY GROUPING SETS ({sets})"
    )
    cursor.fetchall()


def _counted(connector: Any, table: int, each: int) -> None:
    from definitions.counting.stocks import MOST_GROUPS, grouped, stocks
    from definitions.criteria import check, column_of

    columns = [column_of(f"status{number}", "string") for number in range(each)]
    columns += [column_of(*pair) for pair in FIELDS]
    checked = ([check(text.format(n=number), columns, "postgres") for text in STATES] for number in range(each))
    workflows = [[one.tree for one in states if one.tree is not None] for states in checked]
    query = grouped(connector.relation(("public", f"t{table}")), workflows, "postgres", datetime.now(UTC))
    stocks(connector.answer(query, MOST_GROUPS + 1), [len(STATES)] * each)


if __name__ == "__main__":
    main()
