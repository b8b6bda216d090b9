"""Connectors answer queries about rows: all of them or an error, never more than allowed, and read-only."""

import pytest

from harvest.connectors.base import Answering, Brakes, ObjectError
from harvest.connectors.files import FilesConnector
from harvest.connectors.files.config import FilesConfig
from tests.connectors.sql_sources import sqlite_connector, sqlite_file

MAKE = "create table orders (id integer, state text); insert into orders values (1, 'open'), (2, 'open%'), (3, 'done');"


def _connectors(tmp_path, postgres_database):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "orders.csv").write_text("id,state\n1,open\n2,open%\n3,done\n")
    postgres_database.execute(MAKE)
    return {
        "postgres": (postgres_database.connector(), ("public", "orders")),
        "sqlite": (sqlite_connector(sqlite_file(tmp_path / "shop.db", MAKE)), ("orders",)),
        "duckdb": (FilesConnector(FilesConfig(path=str(tmp_path / "lake")), Brakes()), ("orders.csv",)),
    }


def test_rows_are_answered_within_bounds(tmp_path, postgres_database):
    for dialect, (connector, path) in _connectors(tmp_path, postgres_database).items():
        assert isinstance(connector, Answering)
        with connector:
            relation = connector.relation(path)
            query = f"SELECT id FROM {relation} WHERE state LIKE 'open%' ORDER BY id"
            assert connector.dialect == dialect
            assert connector.answer(query, 2) == [(1,), (2,)]
            assert list(connector.answers(query)) == [(1,), (2,)]
            with pytest.raises(ObjectError, match="more than 1"):
                connector.answer(query, 1)
            with pytest.raises(ObjectError):
                connector.answer("SELECT nothing FROM nowhere", 1)


def test_nothing_is_written_even_when_it_is_asked(tmp_path, postgres_database):
    for connector, path in _connectors(tmp_path, postgres_database).values():
        with connector:
            relation = connector.relation(path)
            for statement in (
                f"DELETE FROM {relation}",
                "CREATE TABLE more (id integer)",
                "COPY (SELECT 1) TO '/tmp/x'",
            ):
                if statement.startswith("CREATE") and connector.dialect == "duckdb":
                    continue  # in its own memory, which ends with the connection
                with pytest.raises(ObjectError):
                    connector.answer(statement, 1)
            assert connector.answer(f"SELECT count(*) FROM {relation}", 1) == [(3,)]
