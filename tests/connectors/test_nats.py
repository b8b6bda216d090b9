"""Streams of a real NATS server: read by number, acknowledged by nobody."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js.api import ConsumerConfig, StreamConfig

from harvest import facts
from harvest.connectors.base import ConnectorError
from tests.connectors.streams import LEARNED, MESSAGES, connector, read, shape


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
