"""Streams of real servers: what is in them is learned, and nothing of them is taken away."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import paho.mqtt.publish as mqtt_publish
import pika
import pytest
import redis
from nats.js.api import ConsumerConfig, StreamConfig

from harvest import facts
from harvest.connectors.base import Brakes, Connector, ConnectorError, Scope
from harvest.connectors.registry import connector_for, connector_for_url
from harvest.connectors.streams.mqtt import form_of
from tests.connectors.reading import Harvest

PORTS = {"nats": 4222, "rabbitmq": 5672, "redis": 6379, "mqtt": 1883}
MESSAGES = [{"id": 1, "at": {"shop": "Bern"}}, {"id": 2, "at": {"shop": "Basel"}, "note": "late"}]


def connector(kind: str, **settings: Any) -> Connector:
    with closing(socket.socket()) as probe:
        probe.settimeout(2)
        if probe.connect_ex(("127.0.0.1", PORTS[kind])):
            pytest.skip(f"no {kind} server answers on this machine")
    factory = connector_for(kind)
    return factory(factory.Config.model_validate({"host": "127.0.0.1"} | settings), Brakes(statement_seconds=10))


def read(source: Connector, *scope: str) -> Harvest:
    with source as entered:
        return Harvest(entered.facts(Scope(scope)))


def shape(harvest: Harvest, *path: str) -> dict[str, tuple[str, bool]]:
    return {
        f"{one.parent}.{one.name}".lstrip("."): (one.type, one.nullable) for one in harvest.about(facts.Field, *path)
    }


LEARNED = {
    "id": ("integer", False), "at": ("struct", False), "at.shop": ("string", False), "note": ("string", True),
}  # fmt: skip


@pytest.fixture
def name() -> str:
    return f"concord-test-{uuid4().hex[:8]}"


# --- Redis


@pytest.fixture
def redis_stream(name: str) -> Iterator[tuple[redis.Redis, str]]:
    client = redis.Redis(port=PORTS["redis"], db=9)
    yield client, name
    client.delete(name)
    client.close()


def test_redis_streams_are_read_without_moving_a_group(redis_stream: tuple[redis.Redis, str]) -> None:
    source = connector("redis", database=9)
    client, name = redis_stream
    for message in MESSAGES:
        client.xadd(name, {"data": json.dumps(message), "kind": "order"})
    client.xgroup_create(name, "billing", "0")
    before = client.xinfo_groups(name)
    harvest = read(source, name)
    stream = harvest.datasets[name,]
    assert (stream.kind, stream.rows, stream.modified_at is not None) == ("stream", 2, True)
    assert stream.details[facts.OBSERVED]["lag"] == "billing: 2"
    assert shape(harvest, name)["data.at.shop"] == ("string", False)
    assert shape(harvest, name)["data.note"] == ("string", True)
    assert (client.xinfo_groups(name), client.xlen(name)) == (before, 2)


def test_a_redis_stream_of_binary_is_counted(redis_stream: tuple[redis.Redis, str]) -> None:
    client, name = redis_stream
    source = connector("redis", database=9)
    client.xadd(name, {"data": b"\xff\xfe\x00"})
    assert shape(read(source, name), name) == {"data": ("binary", False)}


def test_no_more_messages_are_looked_at_than_asked_for(redis_stream: tuple[redis.Redis, str]) -> None:
    client, name = redis_stream
    source = connector("redis", database=9, messages=7)
    for number in range(50):
        client.xadd(name, {"n": number})
    observed = read(source, name).datasets[name,].details[facts.OBSERVED]
    assert observed["messages looked at"] == 7


# --- NATS


@pytest.fixture
def nats_stream(name: str) -> Iterator[str]:
    connector("nats")

    async def make() -> None:
        client = await nats.connect("nats://127.0.0.1:4222")
        stream = client.jetstream()
        config = StreamConfig(name=name, subjects=[f"{name}.>"], max_age=7 * 86_400, description="Orders as they come.")
        await stream.add_stream(config)
        for message in [b"\x00\xff", *(json.dumps(message).encode() for message in MESSAGES)]:
            await stream.publish(f"{name}.new", message)
        await stream.add_consumer(name, ConsumerConfig(durable_name="billing"))
        await stream.delete_msg(name, 1)
        await client.close()

    async def drop() -> None:
        client = await nats.connect("nats://127.0.0.1:4222")
        await client.jetstream().delete_stream(name)
        await client.close()

    _alone(make())
    yield name
    _alone(drop())


def _of_stream(name: str) -> tuple[Any, Any]:
    async def ask() -> tuple[Any, Any]:
        client = await nats.connect("nats://127.0.0.1:4222")
        try:
            stream = await client.jetstream().stream_info(name)
            consumers = await client.jetstream().consumers_info(name)
            return (
                (stream.state.messages, stream.state.consumer_count),
                [(one.name, one.num_pending, one.num_ack_pending, one.delivered) for one in consumers],
            )
        finally:
            await client.close()

    found: tuple[Any, Any] = _alone(ask())
    return found


def _alone(work: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def test_jetstream_is_read_by_number_and_its_consumers_stay_where_they_are(nats_stream: str) -> None:
    before = _of_stream(nats_stream)
    harvest = read(connector("nats"), nats_stream)
    stream = harvest.datasets[nats_stream,]
    assert (stream.kind, stream.rows, stream.comment) == ("stream", 2, "Orders as they come.")
    assert (stream.details["kept for"], stream.details["subjects"]) == ("7 days", f"{nats_stream}.>")
    assert stream.details[facts.OBSERVED]["lag"] == "billing: 2"
    assert shape(harvest, nats_stream) == LEARNED
    assert _of_stream(nats_stream) == before


def test_nats_says_what_it_is() -> None:
    with connector("nats") as entered:
        assert entered.describe().startswith("NATS 2.")


def test_nats_that_wants_a_password_says_so(tmp_path: Path) -> None:
    server = shutil.which("nats-server") or "/usr/sbin/nats-server"
    if not Path(server).exists():
        pytest.skip("there is no nats-server on this machine")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        server,
        "-a",
        "127.0.0.1",
        "-p",
        str(port),
        "-js",
        "-sd",
        str(tmp_path),
        "--user",
        "reader",
        "--pass",
        "right",
    ]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        with connector("nats", port=port, user="reader", password="right") as entered:
            assert list(entered.names()) == []
        with pytest.raises(ConnectorError) as caught:
            connector("nats", port=port, user="reader", password="wrong").__enter__()
    finally:
        process.terminate()
        process.wait(10)
    assert (caught.value.part, "wrong" in str(caught.value)) == ("password", False)


def _await(port: int) -> None:
    for _ in range(100):
        with closing(socket.socket()) as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


# --- RabbitMQ


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


# --- MQTT


@pytest.fixture
def topics(name: str) -> Iterator[str]:
    connector("mqtt")
    kept = [f"{name}/17/state", f"{name}/18/state", f"{name}/temperature"]
    for topic, payload in zip(kept, [*map(json.dumps, MESSAGES), "21.5"], strict=True):
        mqtt_publish.single(topic, payload, retain=True, hostname="127.0.0.1")
    yield name
    for topic in kept:
        mqtt_publish.single(topic, None, retain=True, hostname="127.0.0.1")


def test_topics_that_differ_in_ids_are_one_dataset(topics: str) -> None:
    harvest = read(connector("mqtt", topics=f"{topics}/#", seconds=2))
    assert set(harvest.datasets) == {(f"{topics}/+/state",), (f"{topics}/temperature",)}
    assert shape(harvest, f"{topics}/+/state") == LEARNED
    assert shape(harvest, f"{topics}/temperature") == {"value": ("float", False)}
    observed = harvest.datasets[f"{topics}/+/state",].details[facts.OBSERVED]
    assert (observed["of them kept by the broker"], observed["topics of this form"]) == (2, 2)


def test_a_broker_says_what_it_is_without_waiting_for_topics() -> None:
    started = time.monotonic()
    with connector("mqtt", seconds=600) as entered:
        assert "osquitto" in entered.describe()
    assert time.monotonic() - started < 30


def test_a_topic_that_is_silent_is_remembered(topics: str) -> None:
    with connector("mqtt", topics=f"{topics}/#", seconds=1) as entered:
        list(entered.facts(Scope()))
        known = list(entered.learned())  # type: ignore[attr-defined]
    with connector("mqtt", topics=f"{topics}/nothing", seconds=1) as entered:
        entered.recall(iter(known))  # type: ignore[attr-defined]
        harvest = Harvest(entered.facts(Scope()))
    assert shape(harvest, f"{topics}/+/state") == LEARNED


def test_a_stream_that_never_ends_is_left_after_its_time(name: str) -> None:
    source = connector("mqtt", topics=f"{name}/#", seconds=2, messages=10)
    stop = threading.Event()

    def send() -> None:
        while not stop.is_set():
            mqtt_publish.multiple([(f"{name}/fast", b"\xff\x00", 0, False)] * 50, hostname="127.0.0.1")

    sender = threading.Thread(target=send)
    sender.start()
    started = time.monotonic()
    try:
        harvest = read(source)
    finally:
        stop.set()
        sender.join()
    assert time.monotonic() - started < 20
    observed = harvest.datasets[f"{name}/fast",].details[facts.OBSERVED]
    assert (observed["messages looked at"], observed["of them"]) == (10, "10 binary")
    assert observed["messages heard"] > 10


@pytest.mark.parametrize(
    ("topic", "form"),
    [
        ("sensors/17/temperature", "sensors/+/temperature"),
        ("a/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "a/+"),
        ("gw/aa:bb:cc:dd:ee:ff/up", "gw/+/up"),
        ("line1/cafe", "line1/cafe"),
        ("/a//b", "/a//b"),
    ],
)
def test_levels_that_are_ids_are_any(topic: str, form: str) -> None:
    assert form_of(topic) == form


# --- all of them


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
