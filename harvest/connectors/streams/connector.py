"""What the connectors of streams share: memory, bounds, and streams as facts."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from core.names import join_path
from harvest import facts as told
from harvest.connectors.base import Brakes, DatasetTarget, ObjectError, Profile, Remembered, Scope
from harvest.connectors.streams.config import StreamConfig
from harvest.connectors.streams.learning import Learned, field_facts


@dataclass
class Stream:
    """One stream as it was found; `messages` is asked for when it is wanted, and stays within the bounds."""

    path: tuple[str, ...]
    comment: str = ""
    size: int | None = None
    rows: int | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    details: dict[str, Any] = field(default_factory=dict)
    observed: dict[str, Any] = field(default_factory=dict)


class StreamConnector(ABC):
    """Reads streams without taking anything away: no message is consumed, acknowledged or moved.

    A subclass lists streams and gives some messages of each. Nothing of a message but the names and types of its fields
    is kept.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    schemes: ClassVar[tuple[str, ...]]
    Config: ClassVar[type[StreamConfig]]
    values: ClassVar[bool] = False  # a sample is for its schema alone

    def __init__(self, config: Any, brakes: Brakes) -> None:
        self.config = config
        self.brakes = brakes
        self._known: dict[str, Learned] = {}
        self._learned: dict[str, dict[str, Any]] = {}

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(self, *exception: object) -> None: ...

    @abstractmethod
    def describe(self) -> str: ...

    @abstractmethod
    def streams(self) -> Iterator[Stream]:
        """Every stream there is."""

    @abstractmethod
    def messages(self, stream: Stream) -> Iterable[Any]:
        """Some messages of a stream, as bytes or decoded: at most `config.messages`."""

    def recall(self, items: Iterator[Remembered]) -> None:
        for item in items:
            if item.part == "schema":
                self._known[item.key] = Learned(item.value)

    def learned(self) -> Iterator[Remembered]:
        now = datetime.now(UTC).isoformat()
        for key, state in self._learned.items():
            yield Remembered("schema", key, now, state)

    def names(self) -> Iterator[tuple[str, ...]]:
        for stream in self.streams():
            yield stream.path

    def signature(self) -> str | None:
        return None

    def facts(self, scope: Scope) -> told.Facts:
        yield told.Container((), "database")
        for stream in self.streams():
            if scope.wants(stream.path):
                yield from self._told(stream)

    def profile(self, target: DatasetTarget) -> Profile:
        raise ObjectError("Messages are not kept.")

    def _told(self, stream: Stream) -> told.Facts:
        ref = join_path(stream.path)
        learned = self._known.get(ref) or Learned()
        yield from self._sample(stream, learned)
        self._learned[ref] = learned.state
        details = {name: value for name, value in stream.details.items() if value not in (None, "", [], 0)}
        yield told.Dataset(
            ref, stream.path, "stream", comment=stream.comment, rows=stream.rows, size=stream.size,
            created_at=stream.created_at, modified_at=stream.modified_at,
            details=details | {told.OBSERVED: stream.observed | learned.summary()},
        )  # fmt: skip
        yield from field_facts(ref, learned)

    def _sample(self, stream: Stream, learned: Learned) -> Iterator[told.Problem]:
        """Learn from some messages, within the time that a statement may take."""
        end = time.monotonic() + self.brakes.statement_seconds
        try:
            for message in self.messages(stream):
                learned.learn(message) if isinstance(message, bytes) else learned.learn_value(message)
                if learned.seen >= self.config.messages or time.monotonic() > end:
                    break
        except ObjectError as error:
            yield told.Problem(join_path(stream.path), str(error))
