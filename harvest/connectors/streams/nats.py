"""NATS JetStream: messages are got by their number, so that no consumer is made and nothing is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Any, ClassVar, Self, TypeVar

from nats import errors as nats_errors
from nats.aio.client import Client
from nats.js import errors as js_errors
from nats.js.api import StreamInfo
from pydantic import Field

from harvest.connectors.base import ConnectorError, ObjectError
from harvest.connectors.streams.config import StreamConfig
from harvest.connectors.streams.connector import Stream, StreamConnector
from harvest.connectors.streams.errors import refused, unreachable

MOST_CONSUMERS = 50  # that are named
PAGE = 256  # streams of one answer
Found = TypeVar("Found")


class NatsConfig(StreamConfig):
    """A NATS server with JetStream."""

    standard_port: ClassVar[int] = 4222
    secure: ClassVar[tuple[str, ...]] = ("tls",)

    port: int = Field(default=4222, title="Port", ge=1, le=65535)


class NatsConnector(StreamConnector):
    """Every stream of JetStream is a dataset; key-value buckets and object stores are streams too."""

    kind: ClassVar[str] = "nats"
    label: ClassVar[str] = "NATS JetStream"
    schemes: ClassVar[tuple[str, ...]] = ("nats", "tls")
    Config: ClassVar[type[StreamConfig]] = NatsConfig
    config: NatsConfig

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()  # whoever harvests may have a loop of their own in this one
        self._client = Client()
        try:
            self._run(self._connect, 3 * self.brakes.connect_seconds)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self._wait_for(self._client.close(), 5)
        finally:
            self._stop()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._loop.is_running():
            self._loop.close()

    def _wait_for(self, call: Coroutine[Any, Any, Found], seconds: float) -> Found:
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(call, seconds), self._loop).result()

    async def _connect(self) -> None:
        config = self.config
        refusals: list[Exception] = []

        async def note(error: Exception) -> None:
            refusals.append(error)

        try:
            await self._client.connect(
                f"{'tls' if config.tls else 'nats'}://{config.host}:{config.port}", user=config.user or None,
                password=config.secret or None, connect_timeout=self.brakes.connect_seconds, allow_reconnect=False,
                max_reconnect_attempts=1, reconnect_time_wait=0, error_cb=note, name="concord",
            )  # fmt: skip
        except (nats_errors.Error, OSError, TimeoutError) as error:
            told = " ".join(map(str, [error, *refusals])).lower()
            if "authorization" in told or "authentication" in told:
                raise refused(config.location()) from error
            raise unreachable(refusals[-1] if refusals else error, config.location()) from error
        try:
            await self._client.jetstream().account_info()
        except (js_errors.Error, nats_errors.Error) as error:
            message = f"{config.location()} has no JetStream, or this user may not use it."
            raise ConnectorError(message, part="rights") from error

    def _run(self, call: Callable[[], Coroutine[Any, Any, Found]], seconds: float | None = None) -> Found:
        limit = seconds or self.brakes.statement_seconds
        try:
            return self._wait_for(call(), limit)
        except TimeoutError as error:
            raise unreachable(error, self.config.location()) from error
        except (js_errors.Error, nats_errors.Error) as error:
            raise ConnectorError(f"{self.config.location()} answered with an error: {error}.", part="source") from error

    def describe(self) -> str:
        version = self._client.connected_server_version
        return f"NATS {version.major}.{version.minor}.{version.patch} with JetStream"

    def streams(self) -> Iterator[Stream]:
        offset = 0
        while found := self._run(partial(self._client.jetstream().streams_info, offset)):
            for info in found:
                yield self._stream(info)
            offset += len(found)
            if len(found) < PAGE:
                return

    def _stream(self, info: StreamInfo) -> Stream:
        config, state = info.config, info.state
        name = str(config.name)
        consumers = self._run(partial(self._client.jetstream().consumers_info, name)) if state.consumer_count else []
        lags = [f"{consumer.name}: {consumer.num_pending or 0}" for consumer in consumers[:MOST_CONSUMERS]]
        return Stream(
            (name,), comment=config.description or "", rows=state.messages, size=state.bytes,
            created_at=_moment(info.created), details={
                "subjects": ", ".join(config.subjects or []), "retention": _word(config.retention),
                "kept for": _age(config.max_age), "most messages": _limit(config.max_msgs),
                "most bytes": _limit(config.max_bytes), "storage": _word(config.storage),
                "replicas": config.num_replicas,
                "when full": _word(config.discard),
            },
            observed={"consumers": state.consumer_count} | ({"lag": ", ".join(sorted(lags))} if lags else {})
            | {"first sequence": state.first_seq, "last sequence": state.last_seq},
        )  # fmt: skip

    def messages(self, stream: Stream) -> Iterable[bytes]:
        """The newest, one by one by their number; those that were deleted leave gaps."""
        last, first = stream.observed["last sequence"], max(1, stream.observed["first sequence"])
        for sequence in range(last, max(first, last - 2 * self.config.messages + 1) - 1, -1):
            message = self._run(partial(self._get, stream.path[0], sequence))
            if message is not None:
                yield message

    async def _get(self, name: str, sequence: int) -> bytes | None:
        try:
            return (await self._client.jetstream().get_msg(name, sequence)).data or b""
        except js_errors.NotFoundError:
            return None
        except (js_errors.Error, nats_errors.Error) as error:
            raise ObjectError("Its messages could not be read.") from error


def _word(value: Any) -> str:
    return str(getattr(value, "value", value) or "")


def _limit(value: int | None) -> str:
    return f"{value:,}" if value and value > 0 else ""


def _age(seconds: float | None) -> str:
    if not seconds:
        return ""
    for length, word in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= length:
            return f"{seconds / length:g} {word}"
    return f"{seconds:g} seconds"


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    try:
        return datetime.fromisoformat(str(value)[:26].rstrip("Z") + "+00:00") if value else None
    except ValueError:
        return None
