"""What a harvest survives: killed workers, lost connections, two at once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import InterfaceError, OperationalError, connection, connections

from catalog.models import Dataset, Field, Source
from harvest import services, tasks
from harvest.connectors.sql import SQLConnector
from harvest.engine import execute
from harvest.locks import is_free
from harvest.models import Run
from harvest.reconcile.staging import Staging

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TABLES, COLUMNS = 1_500, 12
CHILD = """
import sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": None}
from harvest.engine import Busy, execute
from harvest.models import Run
try:
    execute(Run.objects.select_related("source").get(pk=int(sys.argv[2])))
except Busy:
    sys.exit(3)
"""


@pytest.fixture
def large(tmp_path: Path, settings: Any) -> Source:
    """A source that takes a while to read."""
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": None}
    path = tmp_path / "large.db"
    columns = ", ".join(f"c{number} text" for number in range(COLUMNS))
    with sqlite3.connect(path) as database:
        for number in range(TABLES):
            database.execute(f"create table t{number} ({columns})")
    config = SQLConnector.Config.from_url(f"sqlite:///{path}")
    return services.register_source(actor=None, name="Large", kind="sqlalchemy", config=config, samples=False)


@pytest.fixture
def work() -> Iterator[Callable[[Run], subprocess.Popen[bytes]]]:
    """Do a run in a process of its own, as a worker does."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(run: Run) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", CHILD, connection.settings_dict["NAME"], str(run.pk)]
        begun.append(subprocess.Popen(words, cwd=django_settings.BASE_DIR))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    large: Source, work: Callable[[Run], subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start_run(source=large, actor=None, send_now=False)
    worker = work(run)
    wait_for(lambda: Run.objects.filter(pk=run.pk, phase=Run.Phase.READ).exists())
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_for(lambda: is_free(large.pk))  # the server notices a moment later that nobody is there
    Run.objects.update(created_at="2026-01-01T00:00Z", heartbeat_at="2026-01-01T00:00Z")
    monkeypatch.setattr(services, "send", execute)

    tasks.sweep()

    run.refresh_from_db()
    assert (run.state, run.attempts) == ("succeeded", 2)
    assert Dataset.objects.present().count() == TABLES
    assert Field.objects.count() == TABLES * COLUMNS


def test_two_workers_with_one_run_do_it_once(large: Source, work: Callable[[Run], subprocess.Popen[bytes]]) -> None:
    run = services.start_run(source=large, actor=None, send_now=False)
    first = work(run)
    wait_for(lambda: Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).exists())

    second = work(run)

    assert second.wait(60) == 3
    assert first.wait(60) == 0
    run.refresh_from_db()
    assert (run.state, run.attempts, Dataset.objects.count()) == ("succeeded", 1, TABLES)


def test_when_the_catalogs_connection_breaks_a_second_attempt_does_it_all(
    large: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.start_run(source=large, actor=None, send_now=False)
    finish = Staging.finish

    def cut_off(staging: Staging) -> None:
        monkeypatch.setattr(Staging, "finish", finish)
        _terminate(connection.connection.info.backend_pid)
        finish(staging)

    monkeypatch.setattr(Staging, "finish", cut_off)
    with pytest.raises((OperationalError, InterfaceError)):
        execute(run)
    connection.close()
    run = Run.objects.get(pk=run.pk)
    assert run.active

    execute(run)

    run.refresh_from_db()
    assert (run.state, Dataset.objects.count()) == ("succeeded", TABLES)


def _terminate(pid: int) -> None:
    """End a session of the catalog's database, as a restart of the server would."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()


def test_a_queue_that_is_away_leaves_the_run_waiting(large: Source, settings: Any) -> None:
    """Nothing listens on port 9: the message cannot be sent, and the sweep will."""
    from celery import Celery

    away = Celery(broker="redis://127.0.0.1:9/0", set_as_current=False)
    away.conf.broker_transport_options = {"socket_connect_timeout": 0.5}
    run = services.start_run(source=large, actor=None, send_now=False)

    assert services.send(run, away) is False
    run.refresh_from_db()
    assert run.state == "queued"
