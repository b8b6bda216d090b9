"""Writers wait for nobody, and the sealer misses nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from permissions.audit import record
from permissions.audit.recording import entry, write
from permissions.audit.sealing import LOCK, seal
from permissions.audit.verifying import Verifier
from permissions.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], None]) -> threading.Thread:
    """Start `work` with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def numbered() -> list[tuple[str, int | None]]:
    return list(AuditEntry.objects.order_by("sequence").values_list("thing_name", "sequence"))


def test_an_entry_that_commits_late_is_numbered_late_and_not_skipped() -> None:
    written, may_commit = threading.Event(), threading.Event()

    @transaction.atomic
    def slow() -> None:
        record("team.joined", actor=None, thing="slow")
        written.set()
        may_commit.wait(30)

    other = elsewhere(slow)
    written.wait(30)
    record("team.joined", actor=None, thing="quick")  # waits for nobody
    assert seal() == 1
    may_commit.set()
    other.join()
    assert seal() == 1
    assert numbered() == [("quick", 1), ("slow", 2)]
    assert list(Verifier().findings()) == []


def test_while_one_sealer_works_another_leaves_it_to_that_one() -> None:
    record("team.joined", actor=None, thing="a")
    holds, may_end = threading.Event(), threading.Event()

    @transaction.atomic
    def sealing() -> None:
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        holds.set()
        may_end.wait(30)

    other = elsewhere(sealing)
    holds.wait(30)
    assert seal() == 0
    may_end.set()
    other.join()
    assert seal() == 1


def test_many_writers_and_sealers_at_once_make_one_chain() -> None:
    def write() -> None:
        for _ in range(20):
            record("team.joined", actor=None)
            seal()

    for thread in [elsewhere(write) for _ in range(4)]:
        thread.join()
    seal()
    assert [number for _, number in numbered()] == list(range(1, 81))
    assert list(Verifier().findings()) == []


def test_what_is_read_does_not_wait_for_the_disk_and_changes_do() -> None:
    with CaptureQueriesContext(connection) as asked:
        write([entry("sample.read", actor=None)], wait=False)
        record("rule.changed", actor=None)
        with transaction.atomic():
            write([entry("sample.read", actor=None)], wait=False)
    written = [query["sql"] for query in asked if "INSERT" in query["sql"]]
    eased = [sql.startswith("SET LOCAL synchronous_commit TO off; INSERT") for sql in written]
    assert eased == [True, False, False]
    assert AuditEntry.objects.count() == 3
