"""Datasets that are handed over in a file, one JSON object a line: what a source is that nobody can connect to.

    {"id": "sales.orders", "title": "Orders", "description": "…", "tags": ["gold"], "owner": "Sales",
     "container": "sales", "kind": "table", "fields": ["id", {"name": "total", "type": "numeric", "description": "…"}]}

Only ``id`` is required; a field may carry a readable ``label``. A dataset is named by its id, without the container's
path before it. Everything is the source's word: it is stored as a harvest stores its facts, title and tags included,
and what people write prevails.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from catalog.models import Dataset, Source
from catalog.types import normalise
from core.names import split_path
from harvest import facts
from harvest.locks import source_lock
from harvest.models import Run
from harvest.pushed_words import PushedWords
from harvest.reading import last_success
from harvest.reconcile.applying import reconcile
from harvest.reconcile.datasets import Counts
from harvest.reconcile.staging import Staging
from harvest.services import start_run

KIND = "push"  # of the sources that this fills
LONGEST_LINE = 20_000_000  # bytes
MOST_TOLD = 20  # bad lines


class BadFile(Exception):
    """The file holds lines that cannot be read, and nothing of it was written; `str()` names them."""


class Busy(Exception):
    """Somebody else fills or harvests the source at this moment."""


class PushedField(BaseModel):
    """One column, as a line names it."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(min_length=1)
    type: str = ""
    label: str = ""
    description: str = ""

    @property
    def comment(self) -> str:
        return ": ".join(text for text in (self.label, self.description) if text)


class PushedDataset(BaseModel):
    """One line."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(min_length=1)
    title: str = ""
    description: str = ""
    tags: list[str] = []
    fields: list[PushedField | str] = []
    owner: str = ""
    container: str = ""
    kind: str = Dataset.Kind.TABLE.value

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in Dataset.Kind.values:
            raise ValueError(f"must be one of {', '.join(Dataset.Kind.values)}")
        return kind

    @property
    def path(self) -> tuple[str, ...]:
        """Its containers, then its name."""
        around = split_path(self.container)
        name = self.id.removeprefix(f"{self.container}.") if around else self.id
        return (*around, name or self.id)


class Bad(NamedTuple):
    """A line that could not be read."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line:,}: {self.message}"


@dataclass
class Loaded:
    """What loading a file did."""

    run: Run
    counts: Counts
    bad: list[Bad]
    ignored: set[str]  # names of keys that mean nothing here
    repeated: list[str]  # what the file names twice


@dataclass
class _Reader:
    """Reads lines; notes what is wrong with them and which keys were not understood."""

    bad: list[Bad] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    _known: dict[tuple[str, ...], int] = field(default_factory=dict)

    def read(self, lines: Iterable[bytes]) -> Iterator[PushedDataset]:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield self._parsed(line, number)
            except ValueError as error:
                self.bad.append(Bad(number, _wording(error)))

    def _parsed(self, line: bytes, number: int) -> PushedDataset:
        if len(line) > LONGEST_LINE:
            raise ValueError(f"it is longer than {LONGEST_LINE:,} bytes")
        found = PushedDataset.model_validate(json.loads(line.decode("utf-8")))
        first = self._known.setdefault(found.path, number)
        if first != number:
            raise ValueError(f"the dataset {found.id} stands in line {first:,} already")
        self.ignored.update(found.model_extra or ())
        return found


def load(source: Source, path: Path, *, skip_bad: bool = False, replace: bool = False) -> Loaded:
    """Register the datasets of a file, plain or gzipped, in a pushed source; a second time changes nothing.

    What the source has and the file does not stays, or is archived with `replace`. Raises `BadFile` unless `skip_bad`,
    `Busy`, or `OSError` where the file cannot be read; then nothing was written.
    """
    reader, words = _Reader(), PushedWords()
    with source_lock(source.pk) as taken:
        if not taken:
            raise Busy(f"{source} is being filled or harvested at this moment.")
        with Staging() as staging, words, _opened(path) as file:
            containers: set[tuple[str, ...]] = set()
            for dataset in reader.read(_lines(file)):
                _stage(dataset, staging, words, containers)
            if reader.bad and not skip_bad:
                raise BadFile(_told(reader.bad))
            staging.finish()
            if not replace:
                staging.problems.append(facts.Problem("", "", path=()))  # nothing at all is taken to have vanished
            return _written(source, staging, words, reader)


def _written(source: Source, staging: Staging, words: PushedWords, reader: _Reader) -> Loaded:
    run = start_run(source=source, actor=None, trigger=Run.Trigger.COMMAND, send_now=False)
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.RUNNING, started_at=run.created_at, heartbeat_at=timezone.now()
    )
    try:
        with transaction.atomic():
            words.before(source)
            outcome = reconcile(
                source, staging, run_id=run.pk, last_seen=last_success(source), limit=Run.DIFF_LENGTH, dry=False,
                confirmed=True,
            )  # fmt: skip
            words.apply(source)
    except BaseException as error:
        message = f"The file could not be loaded ({type(error).__name__}). What was known is unchanged."
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, finished_at=timezone.now(), message=message)
        raise
    now = timezone.now()
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.SUCCEEDED, phase=Run.Phase.DONE, facts_done_at=now, finished_at=now, diff=outcome.diff,
        datasets_read=staging.counts[facts.Dataset], fields_read=staging.counts[facts.Field],
        **outcome.counts._asdict(),
    )  # fmt: skip
    run.refresh_from_db()
    return Loaded(run, outcome.counts, reader.bad, reader.ignored, [problem.object for problem in outcome.problems])


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield lines; of one that is far too long only the beginning, and the rest is passed over."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        while not line.endswith(b"\n") and (line := file.readline(LONGEST_LINE + 1)):
            pass


def _stage(dataset: PushedDataset, staging: Staging, words: PushedWords, containers: set[tuple[str, ...]]) -> None:
    path = dataset.path
    for depth in range(1, len(path)):
        if path[:depth] not in containers:
            containers.add(path[:depth])
            staging.add(facts.Container(path[:depth], "schema" if depth == len(path) - 1 else "database"))
    details = {"id": dataset.id, "title": dataset.title, "tags": dataset.tags}
    staging.add(
        facts.Dataset(dataset.id, path, dataset.kind, comment=dataset.description, owner=dataset.owner, details=details)
    )
    for position, item in enumerate(dataset.fields, 1):
        staging.add(_field(dataset.id, position, item))
    words.add(path, dataset.title, dataset.tags)


def _field(ref: str, position: int, item: PushedField | str) -> facts.Field:
    named = PushedField(name=item) if isinstance(item, str) else item
    known = normalise(named.type) if named.type else "unknown"
    return facts.Field(ref, position, named.name, named.type, known, comment=named.comment)


def _wording(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        found: list[Any] = list(error.errors())
        return "; ".join(dict.fromkeys(f"{_place(item['loc'])}{item['msg'].lower()}" for item in found[:3]))
    if isinstance(error, json.JSONDecodeError):
        return f"this is not JSON: {error.msg.lower()} at character {error.colno:,}"
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8 text"
    return str(error)


def _place(loc: tuple[Any, ...]) -> str:
    return f"{'.'.join(str(part) for part in loc)}: " if loc else ""


def _told(bad: list[Bad]) -> str:
    more = f"\n  and {len(bad) - MOST_TOLD:,} more" if len(bad) > MOST_TOLD else ""
    return "\n  ".join([f"{len(bad):,} lines cannot be read:", *map(str, bad[:MOST_TOLD])]) + more
