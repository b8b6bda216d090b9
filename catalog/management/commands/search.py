"""``manage.py search how many orders per customer --as ada``, or many questions from a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Source
from catalog.search.feed import catch_up
from catalog.search.query import MOST_HITS, search
from catalog.search.results import Filters, Hit, Results
from catalog.search.store import Busy
from permissions.models import User
from permissions.roles import administrators

BUILDING = "The search index is being built. Try again in a moment."


class Question(NamedTuple):
    """One line of an input file."""

    id: str
    text: str


class Command(BaseCommand):
    help = (
        "Searches the catalog as a person would see it; or, with --input, answers a file of questions, lines of "
        '{"id", "text"}, into lines of question, dataset key, rank and score, separated by tabs.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", nargs="*", help="What to look for.")
        parser.add_argument("--as", dest="username", help="Whose eyes to search with; else the first administrator's.")
        parser.add_argument("--limit", type=int, help=f"How many datasets: else 20, or {MOST_HITS} of each in a file.")
        parser.add_argument("--source", help="Short name of the only source to search.")
        parser.add_argument("--input", type=Path, help="A file of questions, one JSON object a line.")
        parser.add_argument("--output", type=Path, help="Where the answers go; else they are printed.")

    def handle(self, *args: Any, **options: Any) -> None:
        viewer, filters = _viewer(options["username"]), _filters(options["source"])
        if bool(options["words"]) == bool(options["input"]):
            raise CommandError("Give words to look for, or a file of questions with --input.")
        with suppress(Busy):  # a running server keeps the index in step
            catch_up()
        if options["input"]:
            self._answer(options["input"], options["output"], viewer, filters, options["limit"] or MOST_HITS)
        else:
            self._show(
                search(viewer, " ".join(options["words"]), limit=options["limit"] or 20, filters=filters), viewer
            )

    def _answer(self, questions: Path, output: Path | None, viewer: User, filters: Filters, limit: int) -> None:
        asked, started = list(_questions(questions)), perf_counter()
        lines = [line for question in asked for line in _run_lines(question, viewer, filters, limit)]
        seconds = perf_counter() - started
        if output is None:
            self.stdout.write("".join(lines), ending="")
            return
        try:
            output.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        each = seconds * 1000 / max(len(asked), 1)
        self.stdout.write(f"{len(asked):,} questions, {len(lines):,} answers in {seconds:.1f} s ({each:.1f} ms each)")

    def _show(self, results: Results, viewer: User) -> None:
        if results.state == "building":
            raise CommandError(BUILDING)
        for hit in results.hits:
            self.stdout.write(_line(hit))
        total = "an unknown number" if results.total is None else results.total
        self.stdout.write(f"{len(results.hits)} of {total} datasets, as {viewer.username}, in {results.took_ms:.1f} ms")


def _run_lines(question: Question, viewer: User, filters: Filters, limit: int) -> Iterator[str]:
    results = search(viewer, question.text, limit=limit, filters=filters, facets=False, explain=False)
    if results.state == "building":
        raise CommandError(BUILDING)
    for rank, hit in enumerate(results.hits, 1):
        yield f"{question.id}\t{_one_line(hit.dataset.key)}\t{rank}\t{hit.score:.6f}\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _questions(path: Path) -> Iterator[Question]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _question(line, f"{path}, line {number:,}")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from None


def _question(line: str, where: str) -> Question:
    try:
        found = json.loads(line)
        key, text = str(found["id"]), found["text"]
    except (ValueError, KeyError, TypeError):
        raise CommandError(f'{where}: this is no {{"id": …, "text": …}}.') from None
    if not isinstance(text, str) or not key or any(char in key for char in "\t\r\n"):
        raise CommandError(f"{where}: the text must be text, and the id one line without tabs.")
    return Question(key, text)


def _filters(source: str | None) -> Filters:
    if source is None:
        return Filters()
    if not Source.objects.filter(slug=source).exists():
        raise CommandError(f"There is no source “{source}”.")
    return Filters(source=(source,))


def _viewer(username: str | None) -> User:
    people = User.objects.filter(is_active=True)
    if username:
        found = people.filter(username__iexact=username).first()
        missing = f"There is no active person “{username}”."
    else:
        found = administrators().order_by("pk").first()
        missing = "There is no administrator. Name a person with --as USERNAME."
    if found is None:
        raise CommandError(missing)
    return found


def _line(hit: Hit) -> str:
    found = ", ".join(dict.fromkeys(match.label or match.where for match in hit.matches))
    return f"{hit.score:10.2f}  {hit.dataset.key}" + (f"  ({found})" if found else "")
