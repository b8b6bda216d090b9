"""What people are told when a source cannot be used."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import psycopg2
import pytest

from harvest.connectors.base import Brakes, ConnectorError, Scope
from harvest.connectors.postgres import PostgresConfig, PostgresConnector
from harvest.connectors.postgres.errors import connecting_error
from tests.connectors.conftest import PostgresDatabase

SECRET = "hunter2"
HURRIED = Brakes(connect_seconds=2)


def refusal(**settings: object) -> ConnectorError:
    config = PostgresConfig.model_validate(
        {"host": "127.0.0.1", "database": "shop", "user": "ann", "password": SECRET, **settings}
    )
    with pytest.raises(ConnectorError) as caught, PostgresConnector(config, HURRIED):
        pass
    assert SECRET not in str(caught.value)
    assert str(caught.value).endswith(".")
    return caught.value


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_an_unknown_host_is_a_matter_of_its_name() -> None:
    error = refusal(host="no-such-host.invalid")
    assert error.part == "name"
    assert "no-such-host.invalid" in str(error)


def test_a_port_where_nothing_listens_is_a_matter_of_the_network(listener: socket.socket) -> None:
    port = port_of(listener)
    listener.close()
    error = refusal(port=port)
    assert error.part == "network"
    assert f"Nothing listens at 127.0.0.1:{port}" in str(error)


def test_a_socket_that_is_not_there_is_a_matter_of_the_network() -> None:
    assert refusal(host="/nowhere").part == "network"


def test_a_server_that_never_answers_is_given_up_in_time(listener: socket.socket) -> None:
    error = refusal(port=port_of(listener))
    assert error.part == "timeout"
    assert "did not answer in 2 seconds" in str(error)


def test_a_server_that_hangs_up_is_a_matter_of_the_network(listener: socket.socket) -> None:
    def hang_up() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=hang_up, daemon=True).start()
    assert refusal(port=port_of(listener)).part == "network"


def test_a_server_that_is_not_postgresql_is_a_matter_of_the_format(listener: socket.socket) -> None:
    def answer_as_web_server() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(64)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    threading.Thread(target=answer_as_web_server, daemon=True).start()
    error = refusal(port=port_of(listener))
    assert error.part == "format"
    assert "is not PostgreSQL" in str(error)


def test_a_missing_database_is_told_apart_from_a_missing_server(postgres_database: PostgresDatabase) -> None:
    with pytest.raises(ConnectorError, match="has no database nowhere") as caught:
        postgres_database.connector(database="nowhere").__enter__()
    assert caught.value.part == "missing"


def test_a_role_without_the_right_to_connect_is_told_so(postgres_database: PostgresDatabase) -> None:
    name = postgres_database.name
    postgres_database.execute(f"create role {name}_ann login", f"revoke connect on database {name} from public")
    try:
        with pytest.raises(ConnectorError) as caught:
            postgres_database.connector(user=f"{name}_ann").__enter__()
        # Servers that ask for passwords refuse the user before its rights matter.
        assert caught.value.part in ("rights", "password")
    finally:
        postgres_database.execute(f"grant connect on database {name} to public", f"drop role {name}_ann")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('FATAL:  password authentication failed for user "ann"', "password"),
        ("fe_sendauth: no password supplied", "password"),
        ('FATAL:  role "ann" does not exist', "password"),
        ('FATAL:  role "ann" is not permitted to log in', "rights"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "ann", database "shop", no encryption', "rights"),
        ("FATAL:  sorry, too many clients already", "source"),
        ("FATAL:  the database system is starting up", "source"),
        ("server does not support SSL, but SSL was required", "network"),
        ("SSL error: certificate verify failed", "network"),
        ('connection to server at "h" (10.0.0.1), port 5432 failed: Network is unreachable', "network"),
        ("FATAL:  Passwort-Authentifizierung fehlgeschlagen", "source"),
    ],
)
def test_what_the_driver_says_is_told_by_its_part(text: str, part: str) -> None:
    config = PostgresConfig(database="shop", user="ann", password=SECRET)
    error = connecting_error(psycopg2.OperationalError(text), config, 10)
    assert error.part == part
    assert SECRET not in str(error)


def test_a_connection_lost_halfway_is_a_matter_of_the_network(odd_database: PostgresDatabase) -> None:
    with odd_database.connector() as connector:
        pid = connector._opened.info.backend_pid
        found = connector.facts(Scope())
        next(found)
        odd_database.execute(f"select pg_terminate_backend({pid})")
        with pytest.raises(ConnectorError, match="was lost") as caught:
            list(found)
    assert caught.value.part == "network"


def test_a_source_cannot_be_written_to(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table kept (n integer)",
        "create function sneaky() returns integer language sql as 'insert into public.kept values (1) returning n'",
        "create view trap as select public.sneaky() as n",
    )
    with postgres_database.connector() as connector:
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction), connector._opened.cursor() as cursor:
            cursor.execute("create table public.made (n integer)")
        connector._opened.rollback()
    assert postgres_database.rows("select count(*) from public.kept") == [(0,)]


def test_the_server_sees_who_reads(postgres_database: PostgresDatabase) -> None:
    with postgres_database.connector() as connector:
        found = postgres_database.rows(
            f"select application_name from pg_stat_activity where pid = {connector._opened.info.backend_pid}"
        )
    assert found == [("concord",)]


def test_settings_do_not_outlive_the_reading(postgres_database: PostgresDatabase) -> None:
    with postgres_database.connector() as connector:
        connector.signature()
        with connector._opened.cursor() as cursor:
            cursor.execute("show search_path")
            assert cursor.fetchone() == ('"$user", public',)


def test_leaving_closes_the_connection(postgres_database: PostgresDatabase) -> None:
    connector = postgres_database.connector()
    with connector:
        assert connector.describe().startswith("PostgreSQL 1")
    with pytest.raises(RuntimeError, match="with"):
        connector.describe()


def test_a_reading_given_up_halfway_leaves_the_connection_usable(odd_database: PostgresDatabase) -> None:
    with odd_database.connector() as connector:
        reading = connector.facts(Scope())
        next(reading)
        del reading
        assert connector.signature() == connector.signature()
