"""Harvesting PostgreSQL against the floor: `python -m benchmarks.harvest --server postgresql://postgres@127.0.0.1`.

Makes databases of 100, 1,000 and 10,000 relations on the server where they are missing, and a catalog database beside
them. For each size it runs in turn, each in a process of its own: the floor's load, our first harvest, the floor's
look at an unchanged database, and ours; medians of `--runs`. Prints a table and exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg2
from cryptography.fernet import Fernet
from psycopg2 import sql

from benchmarks import pg_generator

SIZES = (100, 1_000, 10_000)
FIRST, UNCHANGED, PEAK_MB = 2.0, 3.0, 300  # ratios to the floor, and the memory of the process
CATALOG, FLOOR = "bench_catalog", "bench_floor"
NO_WORSE_THAN_LINEAR = 1.3  # per dataset, from 1,000 to 10,000 relations


class Row(NamedTuple):
    """Medians of one size."""

    size: int
    columns: int
    floor_first: float
    first: float
    floor_unchanged: float
    unchanged: float
    peak_mb: float

    @property
    def first_ratio(self) -> float:
        return self.first / self.floor_first

    @property
    def unchanged_ratio(self) -> float:
        return self.unchanged / self.floor_unchanged


class Bench:
    """The databases of one server."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = server.rstrip("/")
        self._dsn = f"host={parts.hostname} port={parts.port or 5432} user={parts.username or 'postgres'}"
        if parts.password:
            self._dsn += f" password={parts.password}"
        self._environment = os.environ | {
            "DATABASE_URL": self.url(CATALOG),
            "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9"),
            "SECRET_KEY": "only-for-benchmarks-" * 3,
            "CONCORD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "CONCORD_URL": "http://localhost",
        }

    def url(self, database: str) -> str:
        return f"{self._server}/{database}"

    def dsn(self, database: str) -> str:
        return f"{self._dsn} dbname={database}"

    def prepare(self, sizes: Iterable[int]) -> None:
        """Make what is missing."""
        for name in (CATALOG, FLOOR):
            self._create(name)
        for size in sizes:
            if self._is_missing(f"bench_{size}"):
                print(f"making a database of {size:,} relations …", flush=True)
                generator = [sys.executable, "-m", pg_generator.__name__, "--dsn", self.dsn("postgres")]
                subprocess.run([*generator, "--db", f"bench_{size}", "--tables", str(size)], check=True)
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, env=self._environment)

    def run(self, module: str, *words: str) -> dict[str, Any]:
        """Run a module in a fresh process and return what it prints."""
        command = [sys.executable, "-m", f"benchmarks.{module}", *words]
        done = subprocess.run(command, check=True, env=self._environment, stdout=subprocess.PIPE, text=True)
        outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return outcome

    def _is_missing(self, name: str) -> bool:
        connection = psycopg2.connect(self.dsn("postgres"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            found = cursor.fetchone()
        connection.close()
        return found is None

    def _create(self, name: str) -> None:
        if self._is_missing(name):
            connection = psycopg2.connect(self.dsn("postgres"))
            connection.autocommit = True
            connection.cursor().execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            connection.close()


def measure(bench: Bench, size: int, runs: int) -> Row:
    """Run floor and harvest in turn, so that both meet the machine in the same mood."""
    times: dict[str, list[float]] = defaultdict(list)
    source, floor, url = bench.dsn(f"bench_{size}"), bench.dsn(FLOOR), bench.url(f"bench_{size}")
    columns = 0
    for _ in range(runs):
        times["floor_first"].append(bench.run("pg_floor", "load", source, floor)["seconds"])
        first = bench.run("harvest_once", "first", url)
        times["first"].append(first["seconds"])
        times["peak_mb"].append(first["peak_mb"])
        times["floor_unchanged"].append(bench.run("pg_floor", "unchanged", source, floor)["seconds"])
        again = bench.run("harvest_once", "unchanged", url)
        if not again["unchanged"]:
            raise SystemExit("a second harvest found changes in a database that nobody changed")
        times["unchanged"].append(again["seconds"])
        columns = first["columns"]
    return Row(size, columns, **{name: median(values) for name, values in times.items()})


def missed(rows: list[Row]) -> list[str]:
    """Say which targets are missed."""
    largest = rows[-1]
    problems = []
    if largest.first_ratio > FIRST:
        problems.append(f"first harvest {largest.first_ratio:.2f} x the floor, target {FIRST}")
    if largest.unchanged_ratio > UNCHANGED:
        problems.append(f"unchanged {largest.unchanged_ratio:.2f} x the floor, target {UNCHANGED}")
    if largest.peak_mb > PEAK_MB:
        problems.append(f"peak {largest.peak_mb:.0f} MB, target {PEAK_MB}")
    by_size = {row.size: row.first / row.size for row in rows}
    if {1_000, 10_000} <= by_size.keys() and by_size[10_000] > NO_WORSE_THAN_LINEAR * by_size[1_000]:
        problems.append("a dataset costs more at 10,000 relations than at 1,000")
    return problems


def table(rows: list[Row]) -> str:
    """Return the rows as text."""
    head = f"{'relations':>9} {'columns':>8} | {'floor s':>8} {'first s':>8} {'ratio':>6} {'peak MB':>8} | "
    head += f"{'floor s':>8} {'same s':>8} {'ratio':>6}"
    lines = [
        f"{row.size:>9,} {row.columns:>8,} | {row.floor_first:>8.2f} {row.first:>8.2f} {row.first_ratio:>6.2f} "
        f"{row.peak_mb:>8.0f} | {row.floor_unchanged:>8.3f} {row.unchanged:>8.3f} {row.unchanged_ratio:>6.2f}"
        for row in rows
    ]
    return "\n".join([head, "-" * len(head), *lines])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432", help="where databases may be made")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments = parser.parse_args()
    bench = Bench(arguments.server)
    bench.prepare(arguments.sizes)
    rows = [measure(bench, size, arguments.runs) for size in arguments.sizes]
    print(table(rows))
    problems = missed(rows)
    print("\n".join(f"MISSED: {problem}" for problem in problems) or "all targets met")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
