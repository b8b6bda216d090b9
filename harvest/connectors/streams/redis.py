"""Redis Streams: read by XREVRANGE, which moves nobody's place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from urllib.parse import SplitResult

import redis
from pydantic import Field

from harvest.connectors.base import ConnectorError, ObjectError
from harvest.connectors.streams.config import StreamConfig
from harvest.connectors.streams.connector import Stream, StreamConnector
from harvest.connectors.streams.errors import refused, unreachable

MOST_STREAMS = 10_000


class RedisConfig(StreamConfig):
    """A database of a Redis server."""

    standard_port: ClassVar[int] = 6379
    secure: ClassVar[tuple[str, ...]] = ("rediss",)

    port: int = Field(default=6379, title="Port", ge=1, le=65535)
    database: int = Field(default=0, title="Database", description="Its number", ge=0, le=10_000)

    @classmethod
    def _more(cls, parts: SplitResult) -> dict[str, object]:
        number = parts.path.strip("/")
        if number and not number.isdigit():
            raise ValueError("The database of a Redis URL is a number: redis://host:6379/0")
        return {"database": int(number or 0)}

    def location(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"


class RedisConnector(StreamConnector):
    """Every key that holds a stream is a dataset; nothing is written, and no group reads."""

    kind: ClassVar[str] = "redis"
    label: ClassVar[str] = "Redis Streams"
    schemes: ClassVar[tuple[str, ...]] = ("redis", "rediss")
    Config: ClassVar[type[StreamConfig]] = RedisConfig
    config: RedisConfig

    def __enter__(self) -> Self:
        config = self.config
        self._client = redis.Redis(
            host=config.host, port=config.port, db=config.database, username=config.user or None,
            password=config.secret or None, ssl=config.tls, socket_connect_timeout=self.brakes.connect_seconds,
            socket_timeout=self.brakes.statement_seconds,
        )  # fmt: skip
        try:
            self._info: dict[str, Any] = self._client.info("server")
        except (redis.AuthenticationError, redis.exceptions.NoPermissionError) as error:
            raise refused(config.location()) from error
        except redis.ResponseError as error:
            if "AUTH" in str(error).upper() or "PASS" in str(error).upper():
                raise refused(config.location()) from error
            raise ConnectorError(f"{config.location()} has no such database.", part="missing") from error
        except redis.RedisError as error:
            raise unreachable(error.__cause__ or error, config.location()) from error
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def describe(self) -> str:
        return f"Redis {self._info.get('redis_version', '')}".strip()

    def streams(self) -> Iterator[Stream]:
        for number, key in enumerate(self._client.scan_iter(count=1_000, _type="STREAM")):
            if number >= MOST_STREAMS:
                return
            if found := self._stream(key):
                yield found

    def _stream(self, key: bytes) -> Stream | None:
        try:
            info: dict[str, Any] = self._client.xinfo_stream(key)
            groups: list[dict[str, Any]] = self._client.xinfo_groups(key)
            size = self._client.memory_usage(key)
        except redis.ResponseError:  # it was deleted meanwhile
            return None
        last = _text(info["last-generated-id"])
        observed = {"groups": len(groups), "pending": sum(group["pending"] for group in groups)}
        lags = [f"{_text(group['name'])}: {group['lag']}" for group in groups if group.get("lag") is not None]
        return Stream(
            (_text(key),), rows=info["length"], size=size, modified_at=_moment(last),
            details={"groups of consumers": ", ".join(sorted(_text(group["name"]) for group in groups))},
            observed=observed | ({"lag": ", ".join(lags)} if lags else {}),
        )  # fmt: skip

    def messages(self, stream: Stream) -> Iterable[Any]:
        try:
            entries = self._client.xrevrange(stream.path[0], count=self.config.messages)
        except redis.RedisError as error:
            raise ObjectError("Its messages could not be read.") from error
        for _, members in entries or []:
            yield {_text(name): _value(value) for name, value in (members or {}).items()}


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _value(value: bytes | str) -> Any:
    """Redis holds text: an object or a list in it is read as JSON, a number stays text as it is."""
    try:
        text = value if isinstance(value, str) else value.decode()
    except UnicodeDecodeError:
        return value
    if text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _moment(entry: str) -> datetime | None:
    """Ids begin with milliseconds, unless the writer made its own."""
    milliseconds = entry.partition("-")[0]
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC) if int(milliseconds) > 10**11 else None
    except (ValueError, OverflowError, OSError):
        return None
