"""Datasets that are handed over, one JSON object a line: what a source is that nobody can connect to.

    {"id": "sales.orders", "title": "Orders", "description": "…", "tags": ["gold"], "owner": "Sales",
     "container": "sales", "kind": "table", "fields": ["id", {"name": "total", "type": "numeric", "description": "…"}]}

Only ``id`` is required; a field may carry a readable ``label``, ``nullable``, and ``fields`` of its own. A dataset is
named by its id, without the container's path before it. Everything is the source's word: it is stored as a harvest
stores its facts, title and tags included, and what people write prevails.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone

from catalog.models import Source
from catalog.types import normalise
from core.names import join_path
from harvest import facts
from harvest.connecting import PUSHED
from harvest.locks import source_lock
from harvest.models import Run
from harvest.pushed_lines import LONGEST_LINE, Bad, BadFile, PushedDataset, PushedField, Reader
from harvest.pushed_words import PushedWords
from harvest.reading import last_success
from harvest.reconcile.applying import Outcome, TooMuchVanished, reconcile
from harvest.reconcile.datasets import Counts
from harvest.reconcile.staging import Staging
from harvest.services import start_run
from permissions.models import User

KIND = PUSHED  # of the sources that this fills
DEEPEST = 20  # fields within fields


class Busy(Exception):
    """Somebody else fills or harvests the source at this moment."""


@dataclass
class Loaded:
    """What loading a file did."""

    run: Run
    counts: Counts
    bad: list[Bad]
    ignored: set[str]  # names of keys that mean nothing here
    repeated: list[str]  # what the file names twice


def load(source: Source, path: Path, *, skip_bad: bool = False, replace: bool = False) -> Loaded:
    """Register the datasets of a file, plain or gzipped, in a pushed source; a second time changes nothing.

    What the source has and the file does not stays, or is archived with `replace`. Raises `BadFile` unless `skip_bad`,
    `Busy`, or `OSError` where the file cannot be read; then nothing was written.
    """
    with _opened(path) as file:
        return load_lines(source=source, lines=_lines(file), skip_bad=skip_bad, whole=replace, confirmed=True)


def load_lines(
    *,
    source: Source,
    lines: Iterable[bytes],
    actor: User | None = None,
    trigger: str = Run.Trigger.COMMAND,
    skip_bad: bool = False,
    whole: bool = False,
    confirmed: bool = False,
    dry: bool = False,
) -> Loaded:
    """Bring a pushed source in step with `lines`, all or nothing, as a harvest does; the same again changes nothing.

    What is not among them stays, unless they are the `whole` source: then it is archived, which more than the source
    allows asks to be `confirmed`. Raises `BadFile`, `Busy`, `TooMuchVanished`, `AlreadyActive` or `NotPossible`.
    """
    reader, words = Reader(), PushedWords()
    with source_lock(source.pk) as taken:
        if not taken:
            raise Busy(f"{source} is being filled or harvested at this moment.")
        with Staging() as staging, words:
            containers: set[tuple[str, ...]] = set()
            for dataset in reader.read(lines):
                _stage(dataset, staging, words, containers)
            if reader.bad and not skip_bad:
                raise BadFile(reader.bad)
            staging.finish()
            if not whole:
                staging.problems.append(facts.Problem("", "", path=()))  # nothing at all is taken to have vanished
            run = start_run(source=source, actor=actor, trigger=trigger, dry=dry, send_now=False)
            counts, problems = _written(run, staging, words, confirmed=confirmed)
            return Loaded(run, counts, reader.bad, reader.ignored, [problem.object for problem in problems])


def _written(run: Run, staging: Staging, words: PushedWords, *, confirmed: bool) -> tuple[Counts, list[facts.Problem]]:
    with recorded(run, staging):
        with transaction.atomic():
            words.before(run.source)
            outcome = reconcile(
                run.source, staging, run_id=run.pk, last_seen=last_success(run.source), limit=Run.DIFF_LENGTH,
                dry=run.dry, confirmed=confirmed,
            )  # fmt: skip
            words.apply(run.source)
            if run.dry:
                transaction.set_rollback(True)
        tell(run, outcome)
    return outcome.counts, outcome.problems


def tell(run: Run, outcome: Outcome) -> None:
    """Note on the run what a reconciliation did."""
    run.diff = outcome.diff
    for name, value in outcome.counts._asdict().items():
        setattr(run, name, value)


@contextmanager
def recorded(run: Run, staging: Staging) -> Iterator[None]:
    """A run that is done here and now, and tells what came of it."""
    now = timezone.now()
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, started_at=run.created_at, heartbeat_at=now)
    try:
        yield
    except TooMuchVanished as question:
        _end(run, Run.State.CANCELLED, f"{question} Nothing was changed; it was not confirmed.")
        raise
    except BaseException as error:
        _end(run, Run.State.FAILED, f"It could not be loaded ({type(error).__name__}). What was known is unchanged.")
        raise
    run.phase, run.facts_done_at = Run.Phase.DONE, timezone.now()
    run.datasets_read, run.fields_read = staging.counts[facts.Dataset], staging.counts[facts.Field]
    _end(run, Run.State.SUCCEEDED, "")


def _end(run: Run, state: Run.State, message: str) -> None:
    run.state, run.message, run.finished_at = state, message, timezone.now()
    run.save()


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
        facts.Dataset(
            dataset.id,
            path,
            dataset.kind,
            comment=dataset.description,
            owner=dataset.owner,
            sql=dataset.sql,
            rows=dataset.rows,
            size=dataset.size,
            modified_at=dataset.modified_at,
            details=details,
        )
    )
    for position, (parents, item) in enumerate(_walked(dataset.fields, ()), 1):
        staging.add(_field(dataset.id, position, item, parents))
    for tag in dataset.tags:
        staging.add(facts.Tag(dataset.id, tag))
    words.add(path, dataset.title)


def _walked(items: list[PushedField | str], parents: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], PushedField]]:
    """Fields in reading order, each before those within it."""
    if len(parents) > DEEPEST:
        return
    for item in items:
        named = PushedField(name=item) if isinstance(item, str) else item
        yield parents, named
        yield from _walked(named.fields, (*parents, named.name))


def _field(ref: str, position: int, named: PushedField, parents: tuple[str, ...]) -> facts.Field:
    known = normalise(named.type) if named.type else "struct" if named.fields else "unknown"
    return facts.Field(
        ref, position, named.name, named.type, known, nullable=named.nullable, parent=join_path(parents),
        comment=named.comment,
    )  # fmt: skip
