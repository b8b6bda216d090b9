"""Runs from beginning to end, on a real SQLite file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Dataset, FieldClassification, Sample, Source
from harvest import engine, services
from harvest.connectors.base import ConnectorError
from harvest.connectors.sql import SQLConnector
from harvest.engine import Busy, execute
from harvest.models import Run
from harvest.progress import Progress


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as database:
        database.executescript(
            """
            create table contacts (id integer primary key, email text, city text);
            insert into contacts (email, city) values
                ('ann@example.org', 'Oslo'), ('bo@example.org', 'Bergen'), (null, 'Oslo');
            create table notes (id integer primary key, text text);
            """
        )
    return path


@pytest.fixture
def crm_file(db: None, file: Path) -> Source:
    return services.register_source(
        actor=None, name="CRM file", kind="sqlalchemy", config=SQLConnector.Config.from_url(f"sqlite:///{file}")
    )


def harvest(source: Source, **values: Any) -> Run:
    run = services.start_run(source=source, actor=None, send_now=False, **values)
    execute(run)
    run.refresh_from_db()
    return run


def test_a_harvest_finds_datasets_samples_and_personal_data(crm_file: Source) -> None:
    run = harvest(crm_file)

    assert (run.state, run.message) == ("succeeded", "")
    assert (run.datasets_read, run.added, run.profiled) == (2, 2, 2)
    sample = Sample.objects.get(dataset__name="contacts")
    assert sample.columns == ["id", "email", "city"]
    assert sorted(row[2] for row in sample.rows) == ["Bergen", "Oslo", "Oslo"]
    assert sample.profiles.get(path="email").nulls == 1
    assert {item.field.path for item in FieldClassification.objects.all()} == {"email"}


def test_a_source_that_has_not_changed_is_not_read_again(crm_file: Source) -> None:
    harvest(crm_file)

    assert harvest(crm_file).unchanged is True


def test_a_source_whose_settings_changed_is_read_again(crm_file: Source) -> None:
    harvest(crm_file)
    services.update_source(source=crm_file, actor=None, exclude=["*notes"], vanish_percent=100)

    run = harvest(crm_file)

    assert (run.unchanged, run.archived) == (False, 1)


def test_a_classification_that_somebody_rejected_is_not_suggested_again(crm_file: Source, file: Path) -> None:
    harvest(crm_file)
    FieldClassification.objects.update(state="rejected")
    with sqlite3.connect(file) as database:
        database.execute("alter table contacts add column phone text")

    harvest(crm_file)

    assert FieldClassification.objects.get(field__path="email").state == "rejected"


def test_a_missing_file_fails_the_run_and_says_what_to_do(crm_file: Source, file: Path) -> None:
    harvest(crm_file)
    file.unlink()

    run = harvest(crm_file)

    assert run.state == "failed"
    assert "crm.db" in run.message
    assert Dataset.objects.present().count() == 2


def test_a_source_has_one_run_at_a_time(crm_file: Source) -> None:
    first = services.start_run(source=crm_file, actor=None, send_now=False)

    with pytest.raises(services.AlreadyActive) as refused:
        services.start_run(source=crm_file, actor=None, send_now=False)

    assert refused.value.run == first


@pytest.mark.django_db(transaction=True)
def test_a_run_is_refused_while_another_worker_holds_the_source(crm_file: Source) -> None:
    run = services.start_run(source=crm_file, actor=None, send_now=False)

    with _OtherSession(crm_file.pk), pytest.raises(Busy):
        execute(run)

    run.refresh_from_db()
    assert run.state == "queued"


class _OtherSession:
    """Holds the lock of a source from another database session, as another worker would."""

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id

    def __enter__(self) -> None:
        from django.db import connections

        self._connection = connections.create_connection("default")
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [0x0C0DE, self._source_id])

    def __exit__(self, *exception: object) -> None:
        self._connection.close()


def test_a_run_that_a_killed_worker_left_is_done_from_the_top(crm_file: Source) -> None:
    run = services.start_run(source=crm_file, actor=None, send_now=False)
    Run.objects.filter(pk=run.pk).update(state="running", attempts=1, datasets_read=1, started_at=timezone.now())

    execute(run)

    run.refresh_from_db()
    assert (run.state, run.attempts, run.datasets_read) == ("succeeded", 2, 2)
    assert Dataset.objects.count() == 2


def test_a_run_that_keeps_killing_its_worker_is_given_up(crm_file: Source) -> None:
    run = services.start_run(source=crm_file, actor=None, send_now=False)
    Run.objects.filter(pk=run.pk).update(state="running", attempts=3)

    execute(run)

    run.refresh_from_db()
    assert (run.state, run.failed_part) == ("failed", "worker")


def test_a_message_for_a_run_that_ended_does_nothing(crm_file: Source) -> None:
    run = harvest(crm_file)

    execute(run)

    assert Run.objects.get().attempts == 1


def test_a_cancelled_run_stops_and_leaves_the_catalog_as_it_was(crm_file: Source) -> None:
    run = services.start_run(source=crm_file, actor=None, send_now=False)
    Run.objects.filter(pk=run.pk).update(cancel_requested=True)

    execute(run)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not Dataset.objects.exists()


def test_a_queued_run_is_cancelled_at_once(crm_file: Source) -> None:
    run = services.start_run(source=crm_file, actor=None, send_now=False)

    services.cancel_run(run=run, actor=None)

    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_run_that_ended_cannot_be_cancelled(crm_file: Source) -> None:
    with pytest.raises(services.NotPossible):
        services.cancel_run(run=harvest(crm_file), actor=None)


def test_a_run_ends_when_its_time_is_over(crm_file: Source, settings: Any) -> None:
    settings.HARVEST_SECONDS = 0

    run = harvest(crm_file)

    assert (run.state, run.failed_part) == ("failed", "timeout")


def test_a_mass_disappearance_asks_and_goes_on_after_consent(crm_file: Source, file: Path) -> None:
    with sqlite3.connect(file) as database:
        for number in range(8):
            database.execute(f"create table t{number} (x integer)")
    harvest(crm_file)
    with sqlite3.connect(file) as database:
        for number in range(8):
            database.execute(f"drop table t{number}")

    asked = harvest(crm_file)
    assert (asked.state, len(asked.diff["archived"])) == ("confirm", 8)
    assert Dataset.objects.present().count() == 10

    again = services.confirm_run(run=asked, actor=None)
    execute(again)

    assert Dataset.objects.present().count() == 2


def test_a_dry_run_changes_nothing_and_tells_all(crm_file: Source) -> None:
    run = harvest(crm_file, dry=True)

    assert (run.state, run.added) == ("succeeded", 2)
    assert {entry["path"].split(".")[-1] for entry in run.diff["added"]} == {"contacts", "notes"}
    assert not Dataset.objects.exists()
    assert not Sample.objects.exists()


def test_a_full_disk_of_the_catalog_is_named(crm_file: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError
    from psycopg2 import errors

    def fail(*args: object) -> None:
        raise OperationalError("could not extend file") from errors.DiskFull("could not extend file")

    monkeypatch.setattr(engine, "read_source", fail)

    run = harvest(crm_file)

    assert (run.state, run.failed_part) == ("failed", "catalog")
    assert "no room left" in run.message


def test_the_catalogs_database_going_away_is_left_to_a_retry(crm_file: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def fail(*args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(engine, "read_source", fail)
    run = services.start_run(source=crm_file, actor=None, send_now=False)

    with pytest.raises(OperationalError):
        execute(run)

    run.refresh_from_db()
    assert run.active


def test_an_unforeseen_error_ends_the_run_without_telling_secrets(
    crm_file: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(engine, "read_source", fail)

    run = harvest(crm_file)

    assert (run.state, run.failed_part) == ("failed", "unforeseen")
    assert "hunter2" not in run.message


def test_the_part_that_failed_is_named(crm_file: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise ConnectorError("The host does not answer.", part="network")

    monkeypatch.setattr(engine, "connect", fail)

    run = harvest(crm_file)

    assert (run.failed_part, run.message) == ("network", "The host does not answer.")


def test_progress_is_written_at_most_once_an_interval(crm_file: Source) -> None:
    run = services.start_run(source=crm_file, actor=None, send_now=False)
    progress = Progress(run, seconds=60)

    progress.tick(datasets_read=1)
    progress.tick(datasets_read=2)

    run.refresh_from_db()
    assert run.datasets_read == 1


def test_the_planner_is_told_of_many_new_datasets(crm_file: Source, file: Path) -> None:
    with sqlite3.connect(file) as database:
        for number in range(30):
            database.execute(f"create table t{number} (x integer)")

    harvest(crm_file)

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'catalog_dataset'")
        assert cursor.fetchone()[0] >= 32
