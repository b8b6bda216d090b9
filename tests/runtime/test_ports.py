"""The port that `up` finds."""

import socket
from collections.abc import Iterator
from io import StringIO

import pytest

from core.management.commands.up import Command
from core.running.ports import NoFreePortError, free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_used_as_it_is():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert free_port(port, ["127.0.0.1"]) == port


def test_a_taken_port_is_passed_over_and_said(taken, settings):
    settings.WEB_PORT = taken
    said = StringIO()
    found = Command(stdout=said).find_port()
    assert found > taken
    assert said.getvalue() == f"Port {taken} is taken: using {found}.\n"


def test_no_free_port_says_what_to_set():
    with pytest.raises(NoFreePortError, match="set WEB_PORT"):
        free_port(8000, ["192.0.2.1"])  # an address that no machine has (RFC 5737)
