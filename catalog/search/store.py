"""Where an index lies on disk, who may write it, and how it is replaced whole.

    search/
      writer-<fingerprint>.lock      held by the one process of this machine that writes
      current-<fingerprint>          the name of the folder that is read
      rebuild-<fingerprint>          asks whoever writes to build a new one
      index-<fingerprint>-<random>/  an index

An index of another fingerprint (an older or newer Concord, another language) is never opened: each has its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_KEEP_OTHERS = 24 * 3600  # seconds; a release that is being replaced may still read its own


class Busy(Exception):
    """Another process of this machine, or another thread, writes the index."""


@dataclass(frozen=True)
class Store:
    """The folder of one machine's indexes, for one fingerprint."""

    folder: Path
    fingerprint: str

    @property
    def pointer(self) -> Path:
        return self.folder / f"current-{self.fingerprint}"

    def current(self) -> Path | None:
        """The index to read; none before the first is built."""
        try:
            return self.folder / self.pointer.read_text()
        except FileNotFoundError:
            return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to write. Raises `Busy`; a killed holder's lock is gone with it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"writer-{self.fingerprint}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"another process writes the index in {self.folder}") from error
            yield

    def fresh(self) -> Path:
        """Make an empty folder for an index beside the one in use."""
        return Path(tempfile.mkdtemp(prefix=f"index-{self.fingerprint}-", dir=self.folder))

    def swap(self, new: Path) -> None:
        """Let readers read `new` from now on, and remove what nobody reads any more."""
        written = self.folder / f"{self.pointer.name}.new"
        with written.open("w") as file:
            file.write(new.name)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.pointer)
        self._request.unlink(missing_ok=True)
        self.tidy()

    @property
    def _request(self) -> Path:
        return self.folder / f"rebuild-{self.fingerprint}"

    @property
    def rebuild_asked(self) -> bool:
        """Whether somebody asked for a new index."""
        return self._request.exists()

    def ask_for_rebuild(self) -> None:
        """Ask the process that writes to build a new index, whichever it is."""
        self._request.touch()

    def tidy(self) -> None:
        """Remove indexes that were left half-built or were replaced, and other fingerprints' after a day."""
        current = self.current()
        for found in self.folder.glob("index-*"):
            mine = found.name.startswith(f"index-{self.fingerprint}-")
            if found != current and (mine or _age(found) > _KEEP_OTHERS):
                shutil.rmtree(found, ignore_errors=True)


def _age(folder: Path) -> float:
    try:
        return time.time() - max(folder.stat().st_mtime, (folder / "meta.json").stat().st_mtime)
    except FileNotFoundError:
        return 0.0
