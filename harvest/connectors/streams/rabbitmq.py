"""RabbitMQ: stream queues are read by offset, others are never read; exchanges are listened to beside their queues.

Getting a message from a classic or quorum queue, even to put it back, marks it as redelivered and may change the order
and count against its delivery limit: so it is not done. What passes an exchange is heard by a queue of our own that is
exclusive, bounded, and gone with the connection.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Self
from urllib.parse import SplitResult, quote, unquote

import pika
from pika import exceptions
from pika.adapters.utils.connection_workflow import AMQPConnectorException, AMQPConnectorStackTimeout
from pydantic import Field, field_validator

from harvest.connectors.base import ConnectorError, ObjectError
from harvest.connectors.streams.asking import ask, basic
from harvest.connectors.streams.config import StreamConfig
from harvest.connectors.streams.connector import Stream, StreamConnector
from harvest.connectors.streams.errors import refused, unreachable

STREAMS_SINCE = (3, 10)
logging.getLogger("pika").setLevel(logging.CRITICAL)  # it logs as an error each host that does not answer

QUIET = 2.0  # seconds without a message after which a stream queue has been read


class RabbitConfig(StreamConfig):
    """A virtual host of a RabbitMQ server."""

    standard_port: ClassVar[int] = 5672
    secure: ClassVar[tuple[str, ...]] = ("amqps",)

    port: int = Field(default=5672, title="Port", ge=1, le=65535)
    virtual_host: str = Field(default="/", title="Virtual host", max_length=250)
    management: str = Field(
        default="", title="Management address", max_length=500,
        description="`http://host:15672`, where the management plugin runs and lists queues. Else name them.",
    )  # fmt: skip
    queues: str = Field(default="", title="Queues", description="Names, with commas between", max_length=4000)
    exchanges: str = Field(
        default="", title="Exchanges", max_length=4000,
        description="Names of topic or fanout exchanges to listen to, with commas between",
    )  # fmt: skip
    seconds: int = Field(default=10, title="Seconds to listen", description="To all exchanges together", ge=1, le=600)

    @field_validator("management")
    @classmethod
    def check_management(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("Write the address with its scheme: http://host:15672")
        return value.rstrip("/")

    @classmethod
    def _more(cls, parts: SplitResult) -> dict[str, object]:
        return {"virtual_host": unquote(parts.path[1:])} if len(parts.path) > 1 else {}

    def location(self) -> str:
        return f"{self.host}:{self.port}/{self.virtual_host.strip('/')}".rstrip("/")


class RabbitConnector(StreamConnector):
    """Queues, and exchanges that are named, are datasets."""

    kind: ClassVar[str] = "rabbitmq"
    label: ClassVar[str] = "RabbitMQ"
    schemes: ClassVar[tuple[str, ...]] = ("amqp", "amqps")
    Config: ClassVar[type[StreamConfig]] = RabbitConfig
    config: RabbitConfig

    def __enter__(self) -> Self:
        self._heard: dict[str, list[bytes]] | None = None
        self._counts: dict[str, int] = {}
        config = self.config
        parameters = pika.ConnectionParameters(
            host=config.host, port=config.port, virtual_host=config.virtual_host or "/",
            credentials=pika.PlainCredentials(config.user or "guest", config.secret or "guest"),
            ssl_options=pika.SSLOptions(ssl.create_default_context(), config.host) if config.tls else None,
            socket_timeout=self.brakes.connect_seconds, stack_timeout=self.brakes.connect_seconds,
            blocked_connection_timeout=self.brakes.statement_seconds, client_properties={"product": "Concord"},
        )  # fmt: skip
        try:
            self._connection = pika.BlockingConnection(parameters)
        except (exceptions.ProbableAuthenticationError, exceptions.AuthenticationError) as error:
            raise refused(config.location()) from error
        except exceptions.ProbableAccessDeniedError as error:
            message = f"{config.location()} is no virtual host there, or this user may not use it."
            raise ConnectorError(message, part="rights") from error
        except AMQPConnectorStackTimeout as error:
            raise unreachable(TimeoutError(), config.location()) from error
        except (exceptions.AMQPError, AMQPConnectorException, OSError) as error:
            raise unreachable(_cause(error), config.location()) from error
        return self

    def __exit__(self, *exception: object) -> None:
        if self._connection.is_open:
            self._connection.close()

    @property
    def _properties(self) -> dict[str, Any]:
        return dict(self._connection._impl.server_properties)  # pika tells it nowhere else

    @property
    def _version(self) -> tuple[int, ...]:
        if _text(self._properties.get("product")) != "RabbitMQ":
            return ()
        parts = _text(self._properties.get("version")).split(".")[:2]
        return tuple(int(part) for part in parts if part.isdigit())

    def describe(self) -> str:
        properties = self._properties
        return f"{_text(properties.get('product', 'RabbitMQ'))} {_text(properties.get('version', ''))}".strip()

    def names(self) -> Iterator[tuple[str, ...]]:
        if self.config.management:
            yield from ((str(queue["name"]),) for queue in self._listed("queues"))
        yield from ((name,) for name in (*_named(self.config.queues), *_named(self.config.exchanges)))

    def streams(self) -> Iterator[Stream]:
        told: dict[str, dict[str, Any]] = {}
        if self.config.management:
            told = {str(queue["name"]): queue for queue in self._listed("queues")}
        for name in dict.fromkeys([*told, *_named(self.config.queues)]):
            yield self._queue(name, told.get(name, {}))
        for name in _named(self.config.exchanges):
            if name not in told:
                yield self._exchange(name)

    def _listed(self, what: str) -> list[dict[str, Any]]:
        """Ask the management API. Raises `ConnectorError`."""
        config = self.config
        address = f"{config.management}/api/{what}/{quote(config.virtual_host or '/', safe='')}"
        found = ask(
            address, config.management, self.brakes.connect_seconds, missing=[],
            authorization=basic(config.user or "guest", config.secret or "guest"),
        )  # fmt: skip
        if not isinstance(found, list):
            raise ConnectorError(f"What answers at {config.management} is not the management plugin.", part="format")
        return [one for one in found if isinstance(one, dict) and one.get("name")]

    def _queue(self, name: str, told: dict[str, Any]) -> Stream:
        arguments = told.get("arguments") or {}
        kind = arguments.get("x-queue-type") or told.get("type") or ""
        messages, consumers = told.get("messages"), told.get("consumers")
        if messages is None:
            messages, consumers = self._asked(name)
        limits = {key.removeprefix("x-").replace("-", " "): value for key, value in arguments.items()}
        limits.pop("queue type", None)
        return Stream(
            (name,), rows=messages, size=told.get("message_bytes"),
            details={"queue": kind, "durable": "yes" if told.get("durable") else "", **limits},
            observed={"consumers": consumers or 0, "messages ready": told.get("messages_ready", messages),
                      "messages not acknowledged": told.get("messages_unacknowledged", 0)},
        )  # fmt: skip

    def _exchange(self, name: str) -> Stream:
        self._listen()
        return Stream(
            (name,), details={"exchange": "yes"},
            observed={"messages heard": self._counts.get(name, 0), "seconds listened": self.config.seconds},
        )  # fmt: skip

    def _asked(self, name: str) -> tuple[int | None, int | None]:
        """Messages and consumers of a queue, by declaring it passively; None where it is not there."""
        channel = self._connection.channel()
        try:
            method = channel.queue_declare(name, passive=True).method
        except exceptions.ChannelClosedByBroker:
            return None, None
        channel.close()
        return method.message_count, method.consumer_count

    def messages(self, stream: Stream) -> Iterable[bytes]:
        if "exchange" in stream.details:
            self._listen()
            return (self._heard or {}).get(stream.path[0], [])
        return self._by_offset(stream.path[0])

    def _by_offset(self, name: str) -> Iterator[bytes]:
        """A stream queue from its last chunk, then from its first; nothing of queues of other types.

        Those refuse an offset since RabbitMQ 3.10. An older server might give messages away: it is not asked.
        """
        seen = 0
        if self._version < STREAMS_SINCE:
            return
        for offset in ("last", "first"):
            if seen >= self.config.messages:
                return
            channel = self._connection.channel()
            try:
                channel.basic_qos(prefetch_count=100)
                for message in self._consumed(channel, name, offset):
                    seen += 1
                    yield message
            except exceptions.ChannelClosedByBroker as error:
                if error.reply_code == 404 or "x-stream-offset" in error.reply_text:  # gone, or of another type
                    return
                raise ObjectError(f"Its messages may not be read: {error.reply_text[:200]}") from error
            finally:
                if channel.is_open:
                    channel.cancel()
                    channel.close()

    def _consumed(self, channel: Any, name: str, offset: str) -> Iterator[bytes]:
        arguments = {"x-stream-offset": offset}
        for method, _, body in channel.consume(name, arguments=arguments, inactivity_timeout=QUIET):
            if method is None:
                return
            channel.basic_ack(method.delivery_tag)  # credit for more of a stream; it takes nothing out of it
            yield body

    def _listen(self) -> None:
        if self._heard is not None:
            return
        self._heard = {}
        for name in _named(self.config.exchanges):
            self._bind(name)
        self._connection.process_data_events(time_limit=0)
        end = time.monotonic() + self.config.seconds
        while (left := end - time.monotonic()) > 0:
            self._connection.process_data_events(time_limit=min(left, 1.0))

    def _bind(self, exchange: str) -> None:
        """Listen at an exchange by a queue that holds little, and only as long as this connection."""
        channel = self._connection.channel()
        heard = (self._heard if self._heard is not None else {}).setdefault(exchange, [])
        try:
            arguments = {"x-max-length": self.config.messages, "x-overflow": "drop-head"}
            queue = channel.queue_declare("", exclusive=True, auto_delete=True, arguments=arguments).method.queue
            channel.queue_bind(queue, exchange, routing_key="#")
        except exceptions.ChannelClosedByBroker as error:
            raise ConnectorError(
                f"The exchange {exchange} cannot be listened to: {error.reply_text[:200]}", part="rights"
            ) from error

        def take(_: Any, method: Any, properties: Any, body: bytes) -> None:
            self._counts[exchange] = self._counts.get(exchange, 0) + 1
            if len(heard) < self.config.messages:
                heard.append(body)

        channel.basic_consume(queue, take, auto_ack=True)


def _named(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _cause(error: BaseException) -> BaseException:
    """What a connection failed of, below the driver's own words."""
    inner = error.args[0] if error.args else error
    found = getattr(inner, "exception", inner)
    return found if isinstance(found, BaseException) else error
