"""What people read when a database cannot be used."""

import socket
import threading
import time
from uuid import uuid4

import pytest

from harvest.connectors.base import Brakes, ConnectorError, Scope
from harvest.connectors.sql import SQLConnector
from harvest.connectors.sql.config import SQLConfig
from tests.connectors.sql_sources import mariadb_database, sqlite_connector, sqlite_file


def failure(url: str, brakes: Brakes | None = None) -> ConnectorError:
    with (
        pytest.raises(ConnectorError) as caught,
        SQLConnector(SQLConfig.from_url(url), brakes or Brakes(connect_seconds=2)),
    ):
        pass
    assert "hush" not in str(caught.value)
    return caught.value


def test_an_unknown_host_is_named():
    error = failure("mysql://ann:hush@no-such-host.invalid/shop")
    assert (error.part, "no-such-host.invalid" in str(error)) == ("name", True)


def test_a_port_where_nothing_listens_is_a_matter_of_the_network():
    assert failure("mysql://ann:hush@127.0.0.1:1/shop").part == "network"


def test_a_server_that_accepts_and_stays_silent_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept()[0].recv(1), daemon=True).start()
        started = time.monotonic()
        error = failure(f"mysql://ann:hush@127.0.0.1:{server.getsockname()[1]}/shop", Brakes(connect_seconds=1))
    assert (error.part, time.monotonic() - started < 10) == ("timeout", True)


def test_mariadb_tells_a_wrong_password_from_a_missing_database_and_missing_rights():
    user = f"concord_{uuid4().hex[:12]}"
    with mariadb_database() as database:
        address = f"{database.url.host}:{database.url.port or 3306}"
        database.execute(f"create user {user} identified by 'hush'")
        try:
            parts = [
                failure(f"mysql://{user}:hush2@{address}/{database.name}").part,
                failure(f"mysql://{user}:hush@{address}/{database.name}").part,
                failure(database.url.set(database="no_such_database").render_as_string()).part,
            ]
        finally:
            database.execute(f"drop user {user}")
    assert parts == ["password", "rights", "missing"]


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("snowflake://ann:hush@account/db", "pip install snowflake-sqlalchemy"),
        ("mysql+mysqldb://ann:hush@h/db", "pip install mysqlclient"),
        ("mssql+pyodbc://ann:hush@h/db", "pip install pyodbc"),
        ("nosuch://ann:hush@h/db", "knows no dialect nosuch"),
    ],
)
def test_a_missing_driver_is_named_with_the_package_that_brings_it(url, package):
    error = failure(url)
    assert (error.part, package in str(error)) == ("driver", True)


def test_a_sqlite_file_that_is_missing_is_not_made(tmp_path):
    path = tmp_path / "none.db"
    assert failure(f"sqlite:///{path}").part == "missing"
    assert not path.exists()


def test_a_file_of_another_format_is_not_taken_for_sqlite(tmp_path):
    path = tmp_path / "text.db"
    path.write_text("a text that is long enough to hold no header of a database" * 20)
    assert failure(f"sqlite:///{path}").part == "format"


def test_a_folder_is_not_taken_for_sqlite(tmp_path):
    assert failure(f"sqlite:///{tmp_path}").part == "format"


def test_a_sqlite_file_outside_the_allowed_folders_is_refused_even_through_a_link(tmp_path):
    (tmp_path / "allowed").mkdir()
    secret = sqlite_file(tmp_path / "secret.db", "create table t(a)")
    link = tmp_path / "allowed" / "link.db"
    link.symlink_to(secret)
    brakes = Brakes(file_roots=(str(tmp_path / "allowed"),))
    assert [failure(f"sqlite:///{path}", brakes).part for path in (secret, link)] == ["rights", "rights"]


def test_a_damaged_sqlite_file_is_a_matter_of_format(tmp_path):
    path = sqlite_file(tmp_path / "cut.db", "create table t(a); insert into t values (1)")
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 5000)
    with pytest.raises(ConnectorError) as caught, sqlite_connector(path) as connector:
        list(connector.facts(Scope()))
    assert caught.value.part == "format"
