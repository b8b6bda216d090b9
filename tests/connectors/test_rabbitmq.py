"""Queues and exchanges of a real RabbitMQ: nothing is consumed away."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pika
import pytest

from harvest import facts
from harvest.connectors.base import ConnectorError
from tests.connectors.streams import LEARNED, MESSAGES, connector, read, shape


@pytest.fixture
def rabbit(name: str) -> Iterator[Any]:
    connector("rabbitmq")
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1"))
    yield connection.channel()
    if connection.is_closed:
        connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1"))
    channel = connection.channel()
    channel.queue_delete(name)
    channel.exchange_delete(name)
    connection.close()


def test_a_stream_queue_is_read_by_offset_and_keeps_its_messages(rabbit: Any, name: str) -> None:
    rabbit.confirm_delivery()
    rabbit.queue_declare(name, durable=True, arguments={"x-queue-type": "stream", "x-max-age": "7D"})
    for message in MESSAGES:
        rabbit.basic_publish("", name, json.dumps(message).encode())
    harvest = read(connector("rabbitmq", queues=name))
    assert shape(harvest, name) == LEARNED
    assert rabbit.queue_declare(name, passive=True).method.consumer_count == 0
    assert shape(read(connector("rabbitmq", queues=name)), name) == LEARNED


def test_a_classic_queue_is_counted_and_never_read(rabbit: Any, name: str) -> None:
    rabbit.confirm_delivery()
    rabbit.queue_declare(name, durable=True)
    rabbit.basic_publish("", name, b'{"id": 1}')
    harvest = read(connector("rabbitmq", queues=name))
    stream = harvest.datasets[name,]
    assert (stream.rows, harvest.about(facts.Field, name), harvest.of(facts.Problem)) == (1, [], [])
    method, _, body = rabbit.basic_get(name, auto_ack=True)
    assert (method.redelivered, body) == (False, b'{"id": 1}')


def test_an_exchange_is_listened_to_beside_its_queues(rabbit: Any, name: str) -> None:
    rabbit.exchange_declare(name, exchange_type="topic")
    rabbit.queue_declare(name)
    rabbit.queue_bind(name, name, "order.*")
    source = connector("rabbitmq", exchanges=name, seconds=4)

    def send() -> None:
        with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1")) as connection:
            channel = connection.channel()
            end = time.monotonic() + 3
            while time.monotonic() < end:
                for message in MESSAGES:
                    channel.basic_publish(name, "order.new", json.dumps(message).encode())
                time.sleep(0.3)

    sender = threading.Thread(target=send)
    sender.start()
    harvest = read(source)
    sender.join()
    assert shape(harvest, name) == LEARNED
    assert rabbit.queue_declare(name, passive=True).method.message_count >= 4  # of the queue that was there


@pytest.fixture
def management() -> Iterator[tuple[str, dict[str, Any]]]:
    """The management API of RabbitMQ, as it is documented: a list of the queues of a virtual host."""
    told: dict[str, Any] = {"status": 200, "body": b"[]", "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told["asked"].append((self.path, self.headers["Authorization"]))
            self.send_response(told["status"])
            self.end_headers()
            self.wfile.write(told["body"])

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", told
    server.shutdown()
    server.server_close()


def test_the_management_plugin_lists_queues_with_their_consumers(management: tuple[str, dict[str, Any]]) -> None:
    address, told = management
    queue = {
        "name": "orders", "type": "quorum", "durable": True, "messages": 12, "messages_ready": 7, "message_bytes": 900,
        "messages_unacknowledged": 5, "consumers": 2, "arguments": {"x-queue-type": "quorum", "x-max-length": 1000},
    }  # fmt: skip
    told["body"] = json.dumps([queue]).encode()
    stream = read(connector("rabbitmq", management=address)).datasets["orders",]
    assert (stream.rows, stream.size, stream.details["queue"], stream.details["max length"]) == (
        12,
        900,
        "quorum",
        1000,
    )
    observed = stream.details[facts.OBSERVED]
    assert (observed["consumers"], observed["messages not acknowledged"]) == (2, 5)
    assert told["asked"] == [("/api/queues/%2F", "Basic Z3Vlc3Q6Z3Vlc3Q=")]


@pytest.mark.parametrize(
    ("status", "body", "part"), [(401, b"", "password"), (500, b"", "source"), (200, b"<", "format")]
)
def test_what_is_no_management_plugin_is_said(
    management: tuple[str, dict[str, Any]], status: int, body: bytes, part: str
) -> None:
    address, told = management
    told |= {"status": status, "body": body}
    with pytest.raises(ConnectorError) as caught:
        read(connector("rabbitmq", management=address))
    assert caught.value.part == part
