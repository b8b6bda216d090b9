"""Streams of a real Redis: what is in them is learned, and nothing of them is taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis

from harvest import facts
from tests.connectors.streams import MESSAGES, PORTS, connector, read, shape


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
