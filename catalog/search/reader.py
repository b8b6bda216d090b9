"""Reading the index of this machine: opened once a process, and followed as it is written."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

import tantivy

from catalog.search import conf
from catalog.search.position import Position
from catalog.search.schema import POSITION, decode_labels, schema
from catalog.search.scope import Scope
from catalog.search.store import Store
from catalog.search.text import Analyzer
from permissions.denials import Denials

log = logging.getLogger(__name__)

MOST_REMEMBERED = 1_000  # sets of rules

_Stamp = tuple[str, int, int]


class NoIndex(Exception):
    """There is no index to read yet: the follower is building it, or does not run."""


@dataclass(frozen=True)
class Snapshot:
    """The index at one moment."""

    searcher: tantivy.Searcher
    position: Position
    label_sets: tuple[frozenset[str], ...]  # that columns carry
    analyzer: Analyzer  # of the index's texts
    _scopes: dict[Denials, Scope] = field(default_factory=dict)

    def scope(self, denials: Denials) -> Scope:
        """Return what somebody with these denials may search, remembered: there are far fewer than searches."""
        found = self._scopes.get(denials)
        if found is None:
            if len(self._scopes) >= MOST_REMEMBERED:
                self._scopes.clear()
            found = self._scopes[denials] = Scope(denials, self.label_sets)
        return found


def read_snapshot(index: tantivy.Index, folder: Path) -> Snapshot:
    """Return the index in `folder` as it was last committed. Raises `ValueError` when it is damaged."""
    index.reload()
    searcher = index.searcher()
    term = tantivy.Query.term_query(schema(), "type", POSITION, "basic")
    hits = searcher.search(term, 1).hits
    if not hits:
        raise ValueError("the index does not say how far it has followed the database")
    stored = str(searcher.doc(hits[0][1])["snapshot"][0])
    sets = tuple(decode_labels(text) for text, _ in searcher.terms_with_prefix("label_sets", ""))
    return Snapshot(searcher, Position.parse(stored), sets, conf.analyzer_of(folder))


def open_index(folder: Path) -> tantivy.Index:
    """Open an index for reading. Raises `ValueError` when it is damaged."""
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    return index


class Reader:
    """Gives the newest snapshot, re-reading only when the files have changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._stamp: _Stamp | None = None
        self._index: tantivy.Index | None = None
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return the index as it is now. Raises `NoIndex`; a damaged one is asked to be rebuilt."""
        with self._lock:
            for _ in range(3):
                try:
                    return self._newest()
                except FileNotFoundError:
                    continue  # replaced between reading its name and reading it
                except ValueError as error:
                    self._damaged(error)
        raise NoIndex("the search index is being built")

    def _damaged(self, error: ValueError) -> None:
        folder = self._store.current()
        if folder is not None and not (folder / "meta.json").exists():
            return  # replaced
        log.error("The search index in %s is damaged and will be rebuilt: %s", folder, error)
        self._index = self._snapshot = None
        self._store.ask_for_rebuild()
        raise NoIndex("the search index is damaged and is being rebuilt") from error

    def _newest(self) -> Snapshot:
        folder = self._store.current()
        if folder is None:
            raise NoIndex("the search index is being built")
        found = (folder / "meta.json").stat()
        stamp = (folder.name, found.st_ino, found.st_mtime_ns)
        if self._snapshot is None or stamp != self._stamp:
            if self._index is None or self._stamp is None or self._stamp[0] != folder.name:
                self._index = open_index(folder)
            self._snapshot, self._stamp = read_snapshot(self._index, folder), stamp
        return self._snapshot


def reader() -> Reader:
    """Return this process's reader of this machine's index."""
    return _reader(Store(conf.folder(), conf.fingerprint()))


@cache
def _reader(store: Store) -> Reader:
    return Reader(store)
