"""MQTT: a clean session listens for a while at quality 0, so that the broker keeps nothing for it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import SplitResult, unquote

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import Field

from harvest.connectors.base import ConnectorError, Remembered, Scope
from harvest.connectors.streams.config import StreamConfig
from harvest.connectors.streams.connector import Stream, StreamConnector
from harvest.connectors.streams.errors import refused, unreachable
from harvest.facts import Facts, Problem

MOST_TOPICS = 5_000
MOST_BYTES = 50_000_000  # of messages held at once
VERSION = "$SYS/broker/version"
VERSION_SECONDS = 2.0  # that are waited for it
PREVIEW_SECONDS = 8  # of listening while a person waits
FORGET_AFTER = timedelta(days=90)  # a topic without a message for so long is gone
# Levels that name one thing of many: numbers, UUIDs, hardware addresses and other long hexadecimal ids.
_ONE_OF_MANY = re.compile(
    r"\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}|[0-9a-fA-F]{12,}"
)
_REFUSALS = {"not authorized", "bad user name or password", "unspecified error", "bad authentication method"}


class MqttConfig(StreamConfig):
    """An MQTT broker."""

    standard_port: ClassVar[int] = 1883
    secure: ClassVar[tuple[str, ...]] = ("mqtts",)

    port: int = Field(default=1883, title="Port", ge=1, le=65535)
    topics: str = Field(
        default="#", title="Topics", description="A filter of MQTT: `#` for all, `factory/+/temperature`",
        min_length=1, max_length=1000,
    )  # fmt: skip
    seconds: int = Field(
        default=10, title="Seconds to listen", description="A broker shows only what is kept, and what comes meanwhile",
        ge=1, le=600,
    )  # fmt: skip

    @classmethod
    def _more(cls, parts: SplitResult) -> dict[str, object]:
        """``mqtt://host/factory/%23``; a ``#`` of its own would begin a fragment, and is taken for the filter's end."""
        topics = unquote(parts.path.lstrip("/"))
        return {"topics": f"{topics}#" if topics.endswith("/") else topics} if topics else {}


@dataclass
class _Heard:
    """What came on one topic, or on several that differ in an id alone."""

    messages: list[bytes] = field(default_factory=list)
    count: int = 0
    retained: int = 0
    topics: set[str] = field(default_factory=set)


class MqttConnector(StreamConnector):
    """Topics that differ in ids alone (``sensors/17/temperature``) are one dataset (``sensors/+/temperature``).

    A topic that is silent this time is not gone: it is remembered.
    """

    kind: ClassVar[str] = "mqtt"
    label: ClassVar[str] = "MQTT"
    schemes: ClassVar[tuple[str, ...]] = ("mqtt", "mqtts")
    Config: ClassVar[type[StreamConfig]] = MqttConfig
    config: MqttConfig

    def __enter__(self) -> Self:
        self._heard: dict[str, _Heard] = {}
        self._topics: dict[str, str] = {}  # when each was heard last, by its joined path
        self._bytes = 0
        self._version = ""
        self._listened = False
        self._left_out = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, clean_session=True)
        if self.config.user:
            self._client.username_pw_set(self.config.user, self.config.secret or None)
        if self.config.tls:
            self._client.tls_set()
        self._connect()
        return self

    def _connect(self) -> None:
        answered, told = threading.Event(), []

        def on_connect(client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
            told.append(reason)
            answered.set()

        self._client.on_connect = on_connect
        self._client.connect_timeout = float(self.brakes.connect_seconds)
        try:
            self._client.connect(self.config.host, self.config.port, keepalive=60)
        except (OSError, ValueError) as error:
            raise unreachable(error, self.config.location()) from error
        self._client.loop_start()
        answered.wait(self.brakes.connect_seconds)
        if not told or told[0].is_failure:
            self._stop()
            if told and str(told[0]).lower() in _REFUSALS:
                raise refused(self.config.location())
            raise unreachable(TimeoutError() if not told else OSError(str(told[0])), self.config.location())

    def __exit__(self, *exception: object) -> None:
        self._stop()

    def _stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def recall(self, items: Iterator[Remembered]) -> None:
        kept = []
        for item in items:
            if item.part == "topic":
                self._topics[item.key] = str(item.value)
            else:
                kept.append(item)
        super().recall(iter(kept))

    def learned(self) -> Iterator[Remembered]:
        yield from super().learned()
        oldest = (datetime.now(UTC) - FORGET_AFTER).isoformat()
        for topic, at in self._topics.items():
            yield Remembered("topic", topic, at, at if at >= oldest else None)
            if at < oldest:
                yield Remembered("schema", topic, at, None)

    def describe(self) -> str:
        """What the broker says of itself, where it does; topics are not waited for."""
        told = threading.Event()

        def take(client: Any, data: Any, message: mqtt.MQTTMessage) -> None:
            self._version = message.payload.decode("utf-8", "replace")[:200].capitalize()
            told.set()

        self._client.message_callback_add(VERSION, take)
        self._client.subscribe(VERSION, 0)
        told.wait(VERSION_SECONDS)
        self._client.unsubscribe(VERSION)
        return self._version or "MQTT broker"

    def names(self) -> Iterator[tuple[str, ...]]:
        self._listen(at_most=PREVIEW_SECONDS)
        yield from ((topic,) for topic in sorted(self._heard))

    def streams(self) -> Iterator[Stream]:
        self._listen()
        oldest = (datetime.now(UTC) - FORGET_AFTER).isoformat()
        for topic, at in sorted(self._topics.items()):
            if at >= oldest:
                yield self._stream(topic, datetime.fromisoformat(at))

    def _stream(self, topic: str, at: datetime) -> Stream:
        heard = self._heard.get(topic, _Heard())
        several = len(heard.topics) if len(heard.topics) > 1 else 0
        return Stream(
            (topic,), modified_at=at, details={"protocol": "MQTT"},
            observed={
                "messages heard": heard.count, "of them kept by the broker": heard.retained,
                "seconds listened": self.config.seconds, **({"topics of this form": several} if several else {}),
            },
        )  # fmt: skip

    def facts(self, scope: Scope) -> Facts:
        yield from super().facts(scope)
        if self._left_out:
            yield Problem(self.config.topics, f"More than {MOST_TOPICS:,} topics were heard: ask for fewer of them.")

    def messages(self, stream: Stream) -> Iterable[bytes]:
        return self._heard.get(stream.path[0], _Heard()).messages

    def _listen(self, at_most: int = 600) -> None:
        """Listen once, until the time is over."""
        if self._listened:
            return
        self._listened = True
        self._client.on_message = self._on_message
        if self._client.subscribe(self.config.topics, 0)[0] != mqtt.MQTT_ERR_SUCCESS:
            raise ConnectorError(f"{self.config.location()} takes no subscription.", part="source")
        time.sleep(min(self.config.seconds, at_most))
        self._client.unsubscribe(self.config.topics)
        self._client.on_message = None
        now = datetime.now(UTC).isoformat()
        self._topics |= dict.fromkeys(self._heard, now)

    def _on_message(self, client: Any, data: Any, message: mqtt.MQTTMessage) -> None:
        form = form_of(message.topic)
        if form not in self._heard and len(self._heard) >= MOST_TOPICS:
            self._left_out += 1
            return
        heard = self._heard.setdefault(form, _Heard())
        heard.count += 1
        heard.retained += message.retain
        if len(heard.topics) < MOST_TOPICS:
            heard.topics.add(message.topic)
        if len(heard.messages) < self.config.messages and self._bytes < MOST_BYTES:
            heard.messages.append(bytes(message.payload))
            self._bytes += len(message.payload)


def form_of(topic: str) -> str:
    """The topic with ``+`` for each level that is an id: what those who subscribe would write."""
    return "/".join("+" if _ONE_OF_MANY.fullmatch(level) else level for level in topic.split("/"))
