"""Search against the bare engine: `python -m benchmarks.search_speed --server postgresql://postgres@127.0.0.1`.

For each size it makes a catalog in a database of its own, builds the index, and then asks every kind of question in
turn: of the engine alone (the floor: no permissions, nothing read from PostgreSQL), and through `search` or `suggest`
by a person whom nothing stops and by one whom sixty of two hundred rules stop. Milliseconds of CPU, of this process and
of its PostgreSQL backend where that runs on this machine, for cores are shared. Each question is asked of all three in
turn, several times, and counts with its median, so that what else the machine does weighs little; of these the median
and the 95th percentile. The databases are dropped, unless `--keep` names a folder: then they and their indexes stay,
and a second run only asks. Prints tables and exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import process_time
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg2
from cryptography.fernet import Fernet

SIZES = (10_000, 100_000)
SEARCH_P95, SUGGEST_P95, FACETS_P95, REBUILD = 50.0, 15.0, 60.0, 10_000
RATIO, PLUS, COMPARED_FROM = 3.0, 10.0, 1_000_000  # of the engine alone, milliseconds, datasets
QUESTIONS, REPEATS = 40, 3  # of a kind; of a question


class Timed(NamedTuple):
    """Milliseconds."""

    median: float
    p95: float

    def __str__(self) -> str:
        return f"{self.median:7.1f} /{self.p95:6.1f}"


class Line(NamedTuple):
    """One kind of question."""

    kind: str
    floor: Timed
    free: Timed
    stopped: Timed
    most: float
    size: int

    @property
    def missed(self) -> bool:
        slowest = max(self.free.p95, self.stopped.p95)
        compared = self.size >= COMPARED_FROM and self.kind not in ("prefix", "facets")
        return slowest > self.most or (compared and self._above_floor)

    @property
    def _above_floor(self) -> bool:
        return max(self.free.median, self.stopped.median) > RATIO * self.floor.median + PLUS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="for example 10000 100000 1000000")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="of each kind")
    parser.add_argument("--keep", type=Path, help="a folder for databases' indexes that stay for the next run")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return measure(options.inside, options.questions)
    server, asked = options.server.rstrip("/"), options.questions
    if options.keep:
        return max([run_kept(server, size, asked, options.keep) for size in options.sizes])
    return max([run(server, size, asked) for size in options.sizes])


def run(server: str, size: int, asked: int) -> int:
    """Measure one size in a process and a database of its own."""
    name = f"bench_search_{size}"
    administer(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    try:
        with tempfile.TemporaryDirectory(prefix="search-speed-") as data:
            return _inside(f"{server}/{name}", data, size, asked)
    finally:
        administer(server, f'DROP DATABASE IF EXISTS "{name}"')


def run_kept(server: str, size: int, asked: int, folder: Path) -> int:
    """Measure one size in a database that stays, with its index in `folder`; made where it is not there."""
    name, data = f"bench_search_kept_{size}", folder / str(size)
    if not data.is_dir():
        administer(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        data.mkdir(parents=True)
    return _inside(f"{server}/{name}", str(data), size, asked)


def _inside(database: str, data: str, size: int, asked: int) -> int:
    command = [sys.executable, "-m", "benchmarks.search_speed", "--inside", str(size), "--questions", str(asked)]
    return subprocess.run(command, env=environment(database, data), check=False).returncode


def administer(server: str, *statements: str) -> None:
    """Run statements on the server, outside of any transaction."""
    parts = urlsplit(server)
    connection = psycopg2.connect(
        host=parts.hostname, port=parts.port or 5432, user=parts.username or "postgres", password=parts.password,
        dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def environment(database: str, data: str) -> dict[str, str]:
    """Return the settings of a process that works on a scratch catalog."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9"),
        "SECRET_KEY": "only-for-benchmarks-" * 3,
        "CONCORD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "CONCORD_URL": "http://localhost",
        "CONCORD_DATA_DIR": data,
    }


def measure(size: int, asked: int) -> int:
    """Fill and index what is not yet there, and ask, in this process; returns 1 when a target is missed."""
    import django  # settings are known only in this process

    django.setup()
    from django.core.management import call_command

    from benchmarks import search_asking, search_catalog

    call_command("migrate", verbosity=0, skip_checks=True)
    if not search_catalog.filled(size):
        search_catalog.fill(size)
    rate = search_asking.build(size) if not search_asking.built() else None
    lines = list(search_asking.lines(size, asked))
    _print(size, rate, lines)
    return int((rate is not None and rate < REBUILD) or any(line.missed for line in lines))


def timed(asks: Sequence[Callable[[str], object]], questions: Iterable[str], backend: int) -> list[Timed]:
    """Put each question to all in turn; `backend` is the process of PostgreSQL that answers."""
    taken: list[list[float]] = [[] for _ in asks]
    for question in questions:
        for ask, costs in zip(asks, taken, strict=True):
            costs.append(median(_cost(ask, question, backend) for _ in range(REPEATS)))
    return [Timed(median(costs), quantiles(costs, n=20)[-1]) for costs in taken]


def _cost(ask: Callable[[str], object], question: str, backend: int) -> float:
    started = cpu_ms(backend)
    ask(question)
    return cpu_ms(backend) - started


def cpu_ms(backend: int) -> float:
    """CPU time so far: Linux counts another process's in nanoseconds, first in its ``schedstat``."""
    statistics = Path(f"/proc/{backend}/schedstat")
    spent = int(statistics.read_text().split()[0]) if statistics.exists() else 0
    return process_time() * 1_000 + spent / 1_000_000


def _print(size: int, rate: float | None, lines: list[Line]) -> None:
    built = "index kept" if rate is None else f"index built at {rate:,.0f} a second (target {REBUILD:,})"
    print(f"\n{size:,} datasets; {built}")
    print(f"{'CPU ms, med / p95':18}{'engine alone':>18}{'nothing closed':>18}{'sixty rules':>18}{'target p95':>12}")
    for line in lines:
        mark = "  missed" if line.missed else ""
        print(f"{line.kind:18}{line.floor!s:>18}{line.free!s:>18}{line.stopped!s:>18}{line.most:12.0f}{mark}")


if __name__ == "__main__":
    sys.exit(main())
