"""Topics of a real MQTT broker, listened to for a bounded time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import paho.mqtt.publish as mqtt_publish
import pytest

from harvest import facts
from harvest.connectors.base import Scope
from harvest.connectors.streams.mqtt import form_of
from tests.connectors.reading import Harvest
from tests.connectors.streams import LEARNED, MESSAGES, connector, read, shape


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
