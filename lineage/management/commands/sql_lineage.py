"""``manage.py sql_lineage --input cases.jsonl --output predictions.jsonl``: lineage of a file of statements."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lineage.sql.lines import answer_line

MOST_WORKERS = 64
LINES_AT_ONCE = 16


class Command(BaseCommand):
    help = (
        "Works out which tables and columns SQL reads and writes. Input lines: "
        '{"id", "dialect", "sql", "schema": {"table": {"column": "type"}} or null, "default_db", "default_schema"}. '
        'Output lines: {"id", "sources", "targets", "columns": [{"target", "sources"}], "error"}.'
    )
    requires_system_checks: list[str] = []  # needs no database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--input", type=Path, required=True, help="A file of cases, one JSON object a line.")
        parser.add_argument("--output", type=Path, required=True, help="Where the answers go, in the same order.")
        parser.add_argument("--workers", type=int, default=1, help="How many processes share the work: 1.")

    def handle(self, *args: Any, **options: Any) -> None:
        workers = options["workers"]
        if not 1 <= workers <= MOST_WORKERS:
            raise CommandError(f"Give from 1 to {MOST_WORKERS} workers.")
        started = perf_counter()
        try:
            count = _answer_file(options["input"], options["output"], workers)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{getattr(error, 'filename', None) or options['input']}: {error}") from None
        seconds = perf_counter() - started
        self.stdout.write(f"{count:,} statements in {seconds:.1f} s ({count / max(seconds, 1e-9):,.0f} a second)")


def _answer_file(cases: Path, answers: Path, workers: int) -> int:
    """Answer every line of a file; return how many there were."""
    count = 0
    with (
        cases.open(encoding="utf-8") as lines,
        answers.open("w", encoding="utf-8") as out,
        _answers((line for line in lines if line.strip()), workers) as answered,
    ):
        for line in answered:
            out.write(line)
            count += 1
    return count


@contextmanager
def _answers(lines: Iterator[str], workers: int) -> Iterator[Iterator[str]]:
    """The answers in order, a bounded number of lines being on their way at a time."""
    if workers == 1:
        yield map(answer_line, lines)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield _in_turn(pool, lines, workers * 4)


def _in_turn(pool: ProcessPoolExecutor, lines: Iterator[str], ahead: int) -> Iterator[str]:
    waiting = []
    for batch in _batches(lines):
        waiting.append(pool.submit(_answer_batch, batch))
        if len(waiting) >= ahead:
            yield from waiting.pop(0).result()
    for one in waiting:
        yield from one.result()


def _answer_batch(lines: list[str]) -> list[str]:
    return [answer_line(line) for line in lines]


def _batches(lines: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == LINES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
