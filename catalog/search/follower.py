"""The thread that keeps the index in step. One a process; of a machine's processes, the one with the lock writes."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections, connection

from catalog.search import conf
from catalog.search.feed import Session
from catalog.search.store import Busy, Store

log = logging.getLogger(__name__)

POLL = 0.5  # seconds between looks at the change feed
STAND_BY = 3.0  # seconds between tries to become the writer
LONGEST_WAIT = 30.0  # seconds between tries while something is wrong


class Follower(threading.Thread):
    """Follows until `stop` is called; an error is logged and tried again later, and the last index stays readable."""

    def __init__(self, store: Store, poll: float = POLL) -> None:
        super().__init__(name="search-follower", daemon=True)
        self._store = store
        self._poll = poll
        self._stopping = threading.Event()
        self._session: Session | None = None
        self._failures = 0

    def run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._turn())
        self._let_go()
        connection.close()

    def stop(self, timeout: float = 10.0) -> None:
        """End the thread and give the lock back."""
        self._stopping.set()
        self.join(timeout)

    def _turn(self) -> float:
        """Follow once; returns how long to wait before the next time."""
        try:
            self._follow()
        except Busy:
            return STAND_BY
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, search goes on with the index it has
            return self._failed(error)
        self._failures = 0
        return self._poll

    def _follow(self) -> None:
        close_old_connections()
        if self._session is None:
            session = Session(self._store)
            session.take()
            self._session = session
        self._session.follow()

    def _failed(self, error: Exception) -> float:
        self._failures += 1
        wait = min(self._poll * 2.0 ** min(self._failures, 10), LONGEST_WAIT)
        log.error(
            "Search does not follow the catalog: %s. The last index in %s stays in use; next try in %.0f s.",
            error, self._store.folder, wait, exc_info=self._failures == 1,
        )  # fmt: skip
        self._let_go()
        connection.close()
        return wait

    def _let_go(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def start() -> Follower:
    """Begin to follow in this process."""
    follower = Follower(Store(conf.folder(), conf.fingerprint()))
    follower.start()
    return follower
