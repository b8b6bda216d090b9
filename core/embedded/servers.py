"""Starting the embedded servers on demand, and stopping them when the last process that uses them ends.

Every user of a data directory holds a shared lock on `in-use.lock`; the kernel drops it however the process ends.
Who leaves tries to take that lock alone: where it succeeds nobody is left, and the servers are stopped. Starting and
stopping happen under `start.lock`, so that two commands never race.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from core.embedded import places, postgres, redis_server
from core.embedded.errors import EmbeddedServerError


@dataclass(frozen=True)
class Addresses:
    """How to reach the servers of a data directory."""

    database_url: str
    redis_url: str  # for redis-py
    broker_url: str  # for Celery


def addresses(data_dir: Path) -> Addresses:
    """Return where the servers of a data directory listen, whether or not they run."""
    found = places.find(data_dir)
    host = quote(str(found.sockets), safe="")
    return Addresses(
        database_url=f"postgres://{postgres.USER}@{host}/{postgres.DATABASE}",
        redis_url=f"unix://{found.redis_socket}?db=1",
        broker_url=f"redis+socket://{found.redis_socket}?virtual_host=0",
    )


def make_data_dir(data_dir: Path) -> None:
    """Make the data directory, or check that this process may use it.

    Raises EmbeddedServerError where it may not.
    """
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedServerError(f"cannot make the data directory: {error}. Set CONCORD_DATA_DIR.") from error
    owner = data_dir.stat().st_uid
    if os.geteuid() not in (0, owner) or not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedServerError(
            f"the data directory {data_dir} belongs to uid {owner} and you are uid {os.geteuid()}.\n"
            "Run Concord as its owner, or set CONCORD_DATA_DIR to a folder of your own."
        )


def hold(data_dir: Path) -> None:
    """Make sure that both servers run until this process ends; the last process to end stops them.

    Raises EmbeddedServerError where one cannot be started.
    """
    make_data_dir(data_dir)
    with _alone(data_dir):
        in_use = _open_lock(data_dir / "in-use.lock")
        fcntl.flock(in_use, fcntl.LOCK_SH)
        os.register_at_fork(after_in_child=lambda: os.close(in_use))  # a fork ends with its parent and counts for none
        found = places.find(data_dir)
        places.prepare(found)
        for server in (postgres, redis_server):
            if not server.is_running(found):
                server.start(found)
    atexit.register(_leave, data_dir, in_use, os.getpid())


def _leave(data_dir: Path, in_use: int, holder: int) -> None:
    """Let go; a forked child, which inherits this call, leaves that to the process that took the lock."""
    if os.getpid() != holder:
        return
    os.close(in_use)
    with _alone(data_dir):
        last = _open_lock(data_dir / "in-use.lock")
        try:
            fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(last)
        _stop(data_dir)


def _stop(data_dir: Path) -> None:
    found = places.find(data_dir)
    redis_server.stop(found)
    postgres.stop(found)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Hold the start lock: whoever holds it may start or stop servers and count their users."""
    lock = _open_lock(data_dir / "start.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:  # root may work in another person's data directory, who must be able to go on alone
        owner = path.parent.stat()
        os.fchown(lock, owner.st_uid, owner.st_gid)
    return lock
