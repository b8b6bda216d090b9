"""Whether the right dataset comes first: `python -m benchmarks.search_quality --server postgresql://postgres@127.0.0.1`.

For every public test collection in `--data` it loads the datasets by `manage.py load_datasets` into a catalog database
of its own, builds the index, answers the development half of the questions by `manage.py search --input`, and scores
the answers with the collection's own `score.py`: nDCG@10, MRR and milliseconds a question, beside plain BM25 (`bm25s`,
all the text in one field) and PostgreSQL's `ts_rank` (any word) over the same text. One setting for all.
The databases are dropped. Collections that are not there are named and left out. Exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.search_speed import administer, environment

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "relevance"
TARGETS = {  # nDCG@10
    "lds": 0.60, "acordar-pool": 0.53, "datafinder": 0.12, "bird-dev": 0.885, "spider-dev20": 0.94, "beaver": 0.54,
    "fiben": 0.34, "snails-native": 0.66, "defog": 0.91, "spider2-lite": 0.36, "tables-union": 0.41,
}  # fmt: skip
UNMEASURED = ("lds-kw", "ntcir15e-pool", "snails-natural")  # shown without a target
TEMPLATE = "bench_quality_template"


class Score(NamedTuple):
    """What one method reached on one collection."""

    ndcg: float
    mrr: float
    ms: float  # a question, of wall time


class Row(NamedTuple):
    """One collection."""

    name: str
    questions: int
    datasets: int
    concord: Score
    bm25: Score
    ts_rank: Score

    @property
    def missed(self) -> bool:
        return round(self.concord.ndcg, 3) < TARGETS.get(self.name, 0.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--collections", nargs="+", default=[*TARGETS, *UNMEASURED])
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return _inside(options.data / options.inside)
    rows = list(_rows(options.server.rstrip("/"), options.data, options.collections))
    if not rows:
        print(f"There is no collection in {options.data}.")
        return 1
    _print(rows)
    return int(any(row.missed for row in rows))


def _rows(server: str, data: Path, names: list[str]) -> Iterator[Row]:
    administer(server, f'DROP DATABASE IF EXISTS "{TEMPLATE}"', f'CREATE DATABASE "{TEMPLATE}"')
    try:
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        with tempfile.TemporaryDirectory(prefix="search-quality-") as scratch:
            subprocess.run(migrate, cwd=ROOT, env=environment(f"{server}/{TEMPLATE}", scratch), check=True)
        for name in names:
            if (data / name / "docs.jsonl.gz").exists():
                yield _measure(server, data, name)
            else:
                print(f"{name}: not in {data}, left out", flush=True)
    finally:
        administer(server, f'DROP DATABASE IF EXISTS "{TEMPLATE}"')


def _measure(server: str, data: Path, name: str) -> Row:
    """Measure one collection in a process and a database of its own."""
    database = f"bench_quality_{name.replace('-', '_')}"
    administer(server, f'DROP DATABASE IF EXISTS "{database}"', f'CREATE DATABASE "{database}" TEMPLATE "{TEMPLATE}"')
    try:
        with tempfile.TemporaryDirectory(prefix="search-quality-") as scratch:
            command = [sys.executable, "-m", __name__ if __name__ != "__main__" else "benchmarks.search_quality"]
            command += ["--inside", name, "--data", str(data)]
            place = environment(f"{server}/{database}", scratch)
            done = subprocess.run(command, cwd=ROOT, env=place, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        scores = (Score(*found[method]) for method in ("concord", "bm25", "ts_rank"))
        return Row(name, found["questions"], found["datasets"], *scores)
    finally:
        administer(server, f'DROP DATABASE IF EXISTS "{database}"')


def _inside(folder: Path) -> int:
    import django  # settings are known only in this process

    django.setup()
    from benchmarks import search_methods

    print(json.dumps(search_methods.measure(folder)))
    return 0


def _print(rows: list[Row]) -> None:
    head = f"{'':15}{'questions':>10}{'datasets':>10} │{'Concord: nDCG@10':>17}{'target':>8}{'MRR':>7}{'ms':>7} │"
    print(f"\n{head}{'BM25: nDCG@10':>14}{'MRR':>7}{'ms':>7} │{'ts_rank: nDCG@10':>17}{'MRR':>7}{'ms':>7}")
    for row in rows:
        target = f"{TARGETS[row.name]:8.3f}" if row.name in TARGETS else f"{'':8}"
        own = f"{row.concord.ndcg:17.3f}{target}{row.concord.mrr:7.3f}{row.concord.ms:7.1f}"
        peer = f"{row.bm25.ndcg:14.3f}{row.bm25.mrr:7.3f}{row.bm25.ms:7.1f}"
        sql = f"{row.ts_rank.ndcg:17.3f}{row.ts_rank.mrr:7.3f}{row.ts_rank.ms:7.1f}"
        mark = "  missed" if row.missed else ""
        print(f"{row.name:15}{row.questions:10,}{row.datasets:10,} │{own} │{peer} │{sql}{mark}")


if __name__ == "__main__":
    sys.exit(main())
