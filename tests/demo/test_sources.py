"""Northbeam's sources as they stand on a real server and on disk."""

import csv
import sqlite3
from contextlib import closing
from datetime import timedelta

import psycopg2
import pyarrow.parquet as pq
import pytest

from demo.northbeam.build import evolve_sources, remove_sources
from demo.northbeam.server import DemoError
from tests.demo.fingerprint import fingerprints, relations
from tests.demo.places import PASSWORD, TODAY, build, places

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def northbeam(tmp_path_factory):
    where = places(tmp_path_factory.mktemp("northbeam"), "a")
    build(where)
    yield where
    remove_sources(where)


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """A second Northbeam, and the fingerprints it had before any test changed it."""
    where = places(tmp_path_factory.mktemp("again"), "b")
    build(where)
    yield where, fingerprints(where)
    remove_sources(where)


@pytest.fixture
def warehouse(northbeam):
    with northbeam.server.open(northbeam.warehouse) as connection, connection.cursor() as cursor:
        yield cursor


def ask(cursor, query):
    cursor.execute(query)
    return cursor.fetchall()


def count_columns(where, database):
    with where.server.open(database) as connection, connection.cursor() as cursor:
        query = "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attnum > 0"
        schemas = (
            "AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND c.relkind IN ('r','v','m','p')"
        )
        return ask(cursor, f"{query} {schemas} AND NOT c.relispartition AND NOT a.attisdropped")[0][0]


def test_there_are_sixty_datasets_and_six_hundred_fields_in_the_databases_alone(northbeam):
    databases = (northbeam.platform, northbeam.warehouse)
    assert sum(len(relations(northbeam, name)) for name in databases) >= 60
    assert sum(count_columns(northbeam, name) for name in databases) >= 600


def test_every_relation_can_be_read_and_all_but_the_empty_ones_have_rows(northbeam):
    empty = set()
    for database in (northbeam.platform, northbeam.warehouse):
        with northbeam.server.open(database) as connection, connection.cursor() as cursor:
            for schema, name in relations(northbeam, database):
                if not ask(cursor, f'SELECT 1 FROM "{schema}"."{name}" LIMIT 1'):
                    empty.add(f"{schema}.{name}")
    assert empty == set()


def test_the_same_seed_and_day_give_the_same_rows(northbeam, again):
    assert again[1] == fingerprints(northbeam)


def test_finance_and_product_disagree_on_who_is_active(warehouse):
    finance = {row[0] for row in ask(warehouse, "SELECT account_id FROM mart.finance_active_customer")}
    product = {row[0] for row in ask(warehouse, "SELECT account_id FROM mart.product_active_customer")}
    assert len(finance - product) > 10
    assert len(product - finance) > 10
    assert len(finance & product) > 50


def test_last_nights_load_of_sessions_is_missing(warehouse):
    loads = dict(
        ask(
            warehouse,
            "SELECT 'sessions', max(_loaded_at)::date FROM landing.platform_login_session"
            " UNION ALL SELECT 'readings', max(_loaded_at)::date FROM landing.platform_reading_daily",
        )
    )
    assert loads == {"sessions": TODAY - timedelta(days=1), "readings": TODAY}
    failed = ask(warehouse, "SELECT table_name, day FROM landing.load_log WHERE outcome = 'failed'")
    assert failed == [("landing.platform_login_session", TODAY)]


def test_consumption_is_missing_in_more_readings_each_week_of_the_last_three(warehouse):
    rows = ask(
        warehouse,
        "SELECT (r.day - e.day) / 7 AS weeks_ago, avg((consumption_kwh IS NULL)::integer)"
        " FROM core.fct_energy_day AS e, core.reporting_day AS r GROUP BY 1 ORDER BY 1 LIMIT 4",
    )
    shares = [share for _, share in rows]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.3
    assert shares[3] == 0


def test_the_lake_lacks_the_last_day_of_web_sessions(northbeam):
    last = f"dt={TODAY - timedelta(days=1)}"
    present = {folder.name for folder in northbeam.lake.iterdir() if (folder / last).exists()}
    assert present == {"app_event", "device_telemetry", "energy_forecast"}


def test_the_lake_holds_structs_and_lists_of_structs(northbeam):
    part = min(northbeam.lake.glob("app_event/dt=*/*.parquet"))
    schema = pq.read_schema(part)
    assert schema.field("device").type.field("screen").type.field("width").type == "int16"
    assert schema.field("experiments").type.value_field.type.num_fields == 2


def test_the_export_has_a_folder_of_charges_for_each_month(northbeam):
    months = sorted(folder.name for folder in (northbeam.billing_export / "charges").iterdir())
    assert months[-1] == "month=2026-11"
    assert len(months) >= 4


def test_the_reader_may_read_and_not_write(northbeam):
    server = northbeam.server
    connection = psycopg2.connect(
        host=server.host, port=server.port, user=northbeam.reader, password=PASSWORD, dbname=northbeam.platform
    )
    with closing(connection), connection.cursor() as cursor:
        assert ask(cursor, "SELECT count(*) FROM account.account")[0][0] > 0
        with pytest.raises(psycopg2.Error):
            cursor.execute("DELETE FROM account.account_event")


def test_new_rows_get_ids_after_the_copied_ones(northbeam):
    with northbeam.server.open(northbeam.platform) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT max(event_id) FROM account.account_event")
        (latest,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO account.account_event (account_id, to_status, occurred_at, actor)"
            " VALUES (1, 'live', now(), 'test') RETURNING event_id"
        )
        assert cursor.fetchone() == (latest + 1,)
        connection.rollback()


def test_a_database_of_somebody_else_is_left_alone(northbeam, tmp_path):
    where = places(tmp_path, "c")
    with where.server.administer() as cursor:
        cursor.execute(f"CREATE DATABASE {where.platform}")
    try:
        with pytest.raises(DemoError, match="not made by the demo"):
            build(where)
        assert where.server.marked(where.platform) is False
    finally:
        with where.server.administer() as cursor:
            cursor.execute(f"DROP DATABASE {where.platform}")


def test_a_folder_of_somebody_else_is_left_alone(northbeam, tmp_path):
    where = places(tmp_path, "d")
    where.folder.mkdir()
    (where.folder / "thesis.txt").write_text("mine")
    with pytest.raises(DemoError, match="did not write"):
        build(where)
    assert (where.folder / "thesis.txt").exists()


def test_the_second_act_changes_schemas_once(again):
    where, _ = again
    evolve_sources(where)
    with pytest.raises(DemoError, match="out already"):
        evolve_sources(where)
    with where.server.open(where.platform) as connection, connection.cursor() as cursor:
        columns = ask(cursor, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'account'")
        assert ("fax_number",) not in columns
        priorities = ask(cursor, "SELECT DISTINCT priority FROM support.ticket ORDER BY 1")
        assert priorities == [("normal",), ("urgent",), ("wish",)]
        assert ask(cursor, "SELECT count(*) FROM app.survey_answer")[0][0] > 10
        assert not ask(cursor, "SELECT 1 FROM billing.subscription WHERE status = 'paused' AND pause_reason IS NULL")
    with closing(sqlite3.connect(where.crm)) as crm:
        crm.execute("SELECT utm_term FROM lead")
    with max(where.billing_export.glob("charges/*/charges.csv")).open() as file:
        assert "card_network" in next(csv.reader(file))
