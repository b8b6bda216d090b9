"""What holds for every server of streams."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import pytest

from harvest.connectors.base import Brakes, ConnectorError
from harvest.connectors.registry import connector_for, connector_for_url
from tests.connectors.streams import PORTS, connector


@pytest.mark.parametrize(
    ("url", "kind", "location"),
    [
        ("redis://u:p%40ss@h/3", "redis", "h:6379/3"),
        ("nats://h:4333", "nats", "h:4333"),
        ("amqps://u:p@h/shop", "rabbitmq", "h:5672/shop"),
        ("mqtt://h/factory/%23", "mqtt", "h:1883"),
    ],
)
def test_a_url_tells_kind_and_place(url: str, kind: str, location: str) -> None:
    found = connector_for_url(url)
    config = found.Config.from_url(url)
    assert (found.kind, config.location()) == (kind, location)
    assert "p@ss" not in repr(config)


@pytest.mark.parametrize("kind", PORTS)
def test_where_nothing_answers_a_sentence_says_so(kind: str) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        source = connector(kind, port=taken.getsockname()[1])
        with pytest.raises(ConnectorError, match="Nothing answers at") as caught:
            source.__enter__()
    assert caught.value.part == "network"


@pytest.mark.parametrize("kind", PORTS)
def test_a_server_that_stays_silent_is_not_waited_for(kind: str) -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        factory = connector_for(kind)
        config = factory.Config.model_validate({"host": "127.0.0.1", "port": silent.getsockname()[1]})
        started = time.monotonic()
        with pytest.raises(ConnectorError) as caught:
            factory(config, Brakes(connect_seconds=2, statement_seconds=2)).__enter__()
    assert caught.value.part in ("timeout", "network")
    assert time.monotonic() - started < 30


def test_a_password_that_is_refused_is_said_to_be() -> None:
    with pytest.raises(ConnectorError) as caught:
        connector("rabbitmq", user="nobody", password="wrong").__enter__()
    assert caught.value.part == "password"
    assert "wrong" not in str(caught.value)
