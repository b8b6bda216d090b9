"""The lines of a push: what each may say, and what is wrong with those that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from catalog.models import Dataset
from core.names import split_path

LONGEST_LINE = 20_000_000  # bytes
MOST_TOLD = 20  # bad lines
MOST_BAD = 1_000  # lines; nobody reads on after so many
MOST_DATASETS = 1_000_000


class BadFile(Exception):
    """Lines cannot be read, and nothing was written; `str()` names them, and `bad` holds them."""

    def __init__(self, bad: list[Bad]) -> None:
        super().__init__(_told(bad))
        self.bad = bad


class PushedField(BaseModel):
    """One column, as a line names it."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(min_length=1)
    type: str = ""
    label: str = ""
    description: str = ""
    nullable: bool = True
    fields: list[PushedField | str] = []

    @property
    def comment(self) -> str:
        return ": ".join(text for text in (self.label, self.description) if text)


class PushedDataset(BaseModel):
    """One line."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(min_length=1)
    title: str = ""
    description: str = ""
    tags: list[str] = []
    fields: list[PushedField | str] = []
    owner: str = ""
    container: str = ""
    kind: str = Dataset.Kind.TABLE.value
    sql: str = ""
    rows: int | None = Field(default=None, ge=0, lt=2**63)
    size: int | None = Field(default=None, ge=0, lt=2**63)
    modified_at: AwareDatetime | None = None

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in Dataset.Kind.values:
            raise ValueError(f"must be one of {', '.join(Dataset.Kind.values)}")
        return kind

    @property
    def path(self) -> tuple[str, ...]:
        """Its containers, then its name."""
        around = split_path(self.container)
        name = self.id.removeprefix(f"{self.container}.") if around else self.id
        return (*around, name or self.id)


class Bad(NamedTuple):
    """A line that could not be read."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line:,}: {self.message}"


@dataclass
class Reader:
    """Reads lines; notes what is wrong with them and which keys were not understood."""

    bad: list[Bad] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    _known: dict[tuple[str, ...], int] = field(default_factory=dict)

    def read(self, lines: Iterable[bytes]) -> Iterator[PushedDataset]:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield self._parsed(line, number)
            except (ValueError, RecursionError) as error:
                self.bad.append(Bad(number, _wording(error)))
                if len(self.bad) >= MOST_BAD:
                    raise BadFile(self.bad) from None

    def _parsed(self, line: bytes, number: int) -> PushedDataset:
        if len(line) > LONGEST_LINE:
            raise ValueError(f"it is longer than {LONGEST_LINE:,} bytes")
        found = PushedDataset.model_validate(json.loads(line.decode("utf-8")))
        first = self._known.setdefault(found.path, number)
        if first != number:
            raise ValueError(f"the dataset {found.id} stands in line {first:,} already")
        if len(self._known) > MOST_DATASETS:
            raise ValueError(f"there are more than {MOST_DATASETS:,} datasets")
        self.ignored.update(found.model_extra or ())
        return found


def _wording(error: ValueError | RecursionError) -> str:
    if isinstance(error, ValidationError):
        found: list[Any] = list(error.errors())
        return "; ".join(dict.fromkeys(f"{_place(item['loc'])}{item['msg'].lower()}" for item in found[:3]))
    if isinstance(error, json.JSONDecodeError):
        return f"this is not JSON: {error.msg.lower()} at character {error.colno:,}"
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8 text"
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return str(error)


def _place(loc: tuple[Any, ...]) -> str:
    return f"{'.'.join(str(part) for part in loc)}: " if loc else ""


def _told(bad: list[Bad]) -> str:
    more = f"\n  and {len(bad) - MOST_TOLD:,} more" if len(bad) > MOST_TOLD else ""
    return "\n  ".join([f"{len(bad):,} lines cannot be read:", *map(str, bad[:MOST_TOLD])]) + more
