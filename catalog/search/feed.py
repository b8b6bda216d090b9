"""Keeps the index of this machine in step with the database, by the change feed."""

from __future__ import annotations

import gc
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

import tantivy

from catalog.models import Dataset, DatasetChange
from catalog.search import conf
from catalog.search.position import AnotherDatabase, Position, current_position, pending_since
from catalog.search.prepared import Preparer
from catalog.search.reader import open_index, read_snapshot
from catalog.search.reading import read_rows
from catalog.search.schema import POSITION, document, position_document, schema
from catalog.search.store import Store
from catalog.search.vocabulary import Vocabulary, count_words

log = logging.getLogger(__name__)

BATCH = 1_000  # datasets read at a time
_HEAP = 64_000_000  # bytes of memory for what is not yet written
_BETWEEN_COLLECTIONS = 50_000  # new objects; the usual 700 cost a quarter of a build, and documents hold no cycles

Progress = Callable[[int, int], None]  # datasets done, datasets there are


def catch_up(*, rebuild: bool = False, progress: Progress | None = None) -> int:
    """Bring this machine's index up to now, building it where there is none; returns how many datasets were read.

    Raises `store.Busy` when another process does so already, and `RuntimeError` inside a transaction.
    """
    with Session.begin(Store(conf.folder(), conf.fingerprint())) as session:
        return session.rebuild(progress) if rebuild else session.follow(progress)


@dataclass
class _Open:
    """An index that is being written, and how far it has followed."""

    folder: Path
    writer: tantivy.IndexWriter
    position: Position
    vocabulary: Vocabulary
    preparer: Preparer


class Session:
    """One process's turn at writing the index; holds the lock until it is closed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = ExitStack()
        self._open: _Open | None = None

    @classmethod
    @contextmanager
    def begin(cls, store: Store) -> Iterator[Self]:
        """Take the lock for a block of code. Raises `store.Busy`."""
        session = cls(store)
        session.take()
        try:
            yield session
        finally:
            session.close()

    def take(self) -> None:
        """Take the lock. Raises `store.Busy`."""
        self._held.enter_context(self._store.lock())
        self._store.tidy()

    def close(self) -> None:
        """Let go of the index and of the lock; what was not committed is forgotten."""
        self._open = None
        self._held.close()

    def follow(self, progress: Progress | None = None) -> int:
        """Index what has changed since the last time, or everything where there is no usable index."""
        opened = None if self._store.rebuild_asked else self._opened()
        if opened is None:
            return self.rebuild(progress)
        try:
            pending = pending_since(opened.position, most=0)
        except AnotherDatabase as found:
            log.warning("Rebuilding the search index: %s.", found)
            return self.rebuild(progress)
        if not pending.too_many:
            return 0
        done = _index_changes(opened)
        if done and opened.vocabulary.outgrown(Dataset.objects.present().count()):
            self.rebuild(progress)  # what came since may be written in other words
        return done

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build a new index beside the one in use and swap them."""
        self._open = None
        folder = self._store.fresh()
        try:
            with _few_collections():
                done = _build(folder, progress)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._store.swap(folder)
        return done

    def _opened(self) -> _Open | None:
        folder = self._store.current()
        if folder is None:
            return None
        if self._open is None or self._open.folder != folder:
            try:
                self._open = _open(folder)
            except (ValueError, OSError) as error:
                log.warning("Rebuilding the search index: the one in %s cannot be read (%s).", folder, error)
                return None
        return self._open


def _open(folder: Path) -> _Open:
    index = open_index(folder)
    found = read_snapshot(index, folder)
    return _Open(folder, index.writer(_HEAP, 1), found.position, Vocabulary.load(folder), Preparer(found.analyzer))


def _index_changes(index: _Open) -> int:
    now, done = current_position(), 0
    changed = DatasetChange.objects.filter(index.position.later()).order_by("pk").values_list("pk", flat=True)
    for ids in _batches(changed.iterator(BATCH)):
        index.writer.delete_documents_by_query(tantivy.Query.term_set_query(schema(), "dataset", ids))
        _add(index.writer, ids, index.preparer, index.vocabulary)
        done += len(ids)
    _commit(index.writer, now)
    index.position = now
    return done


def _build(folder: Path, progress: Progress | None) -> int:
    now, done = current_position(), 0
    there_are = Dataset.objects.present().count()
    vocabulary = count_words(there_are)
    preparer = Preparer(conf.analyzer_by(vocabulary))
    writer = tantivy.Index(schema(), path=str(folder)).writer(_HEAP, 1)
    vocabulary.save(folder)
    # Rules mostly close containers: where these lie together, what is closed is passed over in one step.
    present = Dataset.objects.present().order_by("source", "container", "pk").values_list("pk", flat=True)
    for ids in _batches(present.iterator(BATCH)):
        _add(writer, ids, preparer, vocabulary)
        done += len(ids)
        if progress:
            progress(done, there_are)
    _commit(writer, now)
    writer.wait_merging_threads()
    return done


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles among objects less often for a while."""
    young, *older = gc.get_threshold()
    gc.set_threshold(max(young, _BETWEEN_COLLECTIONS), *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)


def _add(writer: tantivy.IndexWriter, ids: Sequence[int], preparer: Preparer, vocabulary: Vocabulary) -> None:
    for row in read_rows(ids):
        mentions = vocabulary.mentions((row.name, row.title), row.description)
        writer.add_document(document(row, preparer, mentions))


def _commit(writer: tantivy.IndexWriter, position: Position) -> None:
    """Make the changes readable together with how far they go, or neither."""
    writer.delete_documents_by_term("type", POSITION)
    writer.add_document(position_document(str(position)))
    writer.commit()


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    following = iter(ids)
    while batch := list(islice(following, BATCH)):
        yield batch
