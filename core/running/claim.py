"""One `manage.py up` per data directory; its children end when it does, however it ends.

The claim is a record lock: unlike `flock`, children do not inherit it, and the kernel drops it with the process.
"""

import fcntl
import os
import signal
import threading
from pathlib import Path

FOLLOWED = "CONCORD_UP_LOCK"  # names the lock to the children


class AlreadyUpError(Exception):
    """Another `up` runs on this data directory; the text is its address, empty while it starts."""


class Claim:
    """A data directory claimed by this process until it ends."""

    def __init__(self, data_dir: Path) -> None:
        """Claim the data directory.

        Raises AlreadyUpError where another process has it.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        self.path = data_dir / "up.lock"
        self._file = self.path.open("a+")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            raise AlreadyUpError(self._file.read().strip()) from error
        self._file.truncate(0)

    def tell(self, url: str) -> None:
        """Leave the address for whoever tries to claim the same data directory."""
        self._file.write(url)
        self._file.flush()


def follow() -> None:
    """End this process, as SIGTERM does, as soon as the `up` that started it is gone; do nothing without one."""
    path = os.environ.get(FOLLOWED)
    if path is not None:
        threading.Thread(target=_end_with, args=(Path(path),), name="follow-up", daemon=True).start()


def _end_with(path: Path) -> None:
    with path.open("r") as lock:
        fcntl.lockf(lock, fcntl.LOCK_SH)  # waits while `up` lives
    os.kill(os.getpid(), signal.SIGTERM)
