"""What a connector is: a small class that yields facts about one source and never touches the catalog."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from core.names import join_path
from harvest import facts


class ConnectorConfig(BaseModel):
    """How to reach a source. Fields of type `SecretStr` are stored encrypted and never shown again.

    Titles and descriptions of the fields are what the wizard's form shows.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def from_url(cls, url: str) -> ConnectorConfig:
        """Read the settings from a URL. Raises `ValueError` saying what is wrong, never quoting a password."""
        raise NotImplementedError

    def location(self) -> str:
        """Where the source is, for people, without any secret: ``host:5432/shop``."""
        raise NotImplementedError

    def default_name(self) -> str:
        """A name for a source registered from this configuration: the database's, file's or folder's."""
        raise NotImplementedError


class ConnectorError(Exception):
    """The source as a whole could not be used.

    `part` says which part failed: name, network, password, rights, format, missing, timeout, driver, or source.
    `str()` is a full sentence for the person who configured it: what happened and what to do. It holds no secret.
    """

    def __init__(self, message: str, *, part: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Scope:
    """Which datasets of the source are wanted: globs over the joined path, case as spelled.

    A dataset is in when it matches an include (or there is none) and no exclude. ``public.*`` matches every dataset
    of schema ``public``; ``*`` crosses dots.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, path: Sequence[str]) -> bool:
        name = join_path(path)
        if self.include and not any(fnmatch.fnmatchcase(name, glob) for glob in self.include):
            return False
        return not any(fnmatch.fnmatchcase(name, glob) for glob in self.exclude)


# What PostgreSQL is asked to tell Concord's own database from others, and what is said then.
OWN = "select to_regclass('public.permissions_optoutrule') is not null"
OWN_REFUSED = "This is a database of Concord itself, which holds what rules close. Choose another database."


@dataclass(frozen=True)
class Brakes:
    """Bounds on what a harvest may ask of a source."""

    connect_seconds: int = 10
    statement_seconds: int = 60
    sample_rows: int = 100
    profile_rows: int = 20_000  # rows looked at for a profile; more are sampled
    value_characters: int = 200  # longer values are cut
    file_roots: tuple[str, ...] | None = None  # folders whose files may be read; None: any, as for tests and commands


@dataclass(frozen=True)
class FieldProfile:
    """A light profile of one field, over the rows that were looked at."""

    path: str
    nulls: int
    distinct: int | None = None  # an estimate over the rows looked at; None where values cannot be compared
    minimum: str | None = None
    maximum: str | None = None
    frequent: tuple[tuple[str, int], ...] = ()  # at most ten (value, rows), most frequent first


@dataclass(frozen=True)
class Profile:
    """What a look at the values of one dataset gave; values are text, cut to `Brakes.value_characters`."""

    rows_read: int
    rows_total: int | None  # exact when rows_exact, else an estimate
    rows_exact: bool
    columns: tuple[str, ...]  # paths of the top-level fields, in order
    rows: tuple[tuple[str | None, ...], ...]  # the sample, at most Brakes.sample_rows
    fields: tuple[FieldProfile, ...] = field(default=())


@dataclass(frozen=True)
class DatasetTarget:
    """What to profile: the path of the dataset and its top-level fields as (name, catalog type), in order."""

    path: tuple[str, ...]
    kind: str
    fields: tuple[tuple[str, str], ...]
    rows: int | None = None


class Connector(Protocol):
    """A source being harvested. Use it as a context manager; entering connects, leaving disconnects.

    One without values to look at says so by a class attribute ``values = False``; one that yields transformations, so
    that its queries need not be read as those of views, by ``tells_lineage = True``.

    Entering, `signature`, `facts` and `profile` raise `ConnectorError` when the source as a whole is unusable.
    A single object that cannot be read is a `facts.Problem` (from `facts`) or an `ObjectError` (from `profile`).
    """

    kind: ClassVar[str]  # stable key, stored with each source
    label: ClassVar[str]  # for people: "PostgreSQL"
    schemes: ClassVar[tuple[str, ...]]  # URL schemes it answers to
    Config: ClassVar[type[ConnectorConfig]]

    def __init__(self, config: Any, brakes: Brakes) -> None: ...

    def __enter__(self) -> Connector: ...

    def __exit__(self, *exception: object) -> None: ...

    def describe(self) -> str:
        """Name and version of what was reached: ``PostgreSQL 15.4``."""

    def names(self) -> Iterator[tuple[str, ...]]:
        """Paths of all datasets, quickly: the wizard previews with it what include and exclude match."""

    def signature(self) -> str | None:
        """A short text that differs whenever any fact differs; None where the source cannot tell cheaply."""

    def facts(self, scope: Scope) -> facts.Facts:
        """Every fact of the datasets in scope, streamed."""

    def profile(self, target: DatasetTarget) -> Profile:
        """Look at the values of one dataset, inside the source, within the brakes, read-only."""


TOO_MANY = "The answer has more than {most:,} rows and was refused."


@runtime_checkable
class Answering(Protocol):
    """A connector that answers queries about the rows of its datasets: read-only and within the brakes.

    Queries come from criteria that were checked, and from nowhere else. Raises `ObjectError` for what fails.
    """

    dialect: str | None  # as definitions.criteria names it, once entered; None where there is none

    def __enter__(self) -> Any: ...

    def __exit__(self, *exception: object) -> None: ...

    def relation(self, path: tuple[str, ...]) -> str:
        """Return a dataset as SQL that can stand after FROM."""

    def answer(self, query: str, most: int) -> list[tuple[Any, ...]]:
        """Return all rows, or raise where there are more than `most`."""

    def answers(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows without holding them."""


class Remembered(NamedTuple):
    """One thing that a source told and may not tell again; a `value` of None is forgotten."""

    part: str
    key: str  # unique in its part
    at: str  # when it was told, as text that sorts by time
    value: Any  # what JSON can hold


@runtime_checkable
class Remembering(Protocol):
    """A connector whose source forgets, or shows only a part of itself at a time."""

    def recall(self, items: Iterator[Remembered]) -> None:
        """Take what earlier harvests learned: called once, after entering and before anything is asked."""

    def learned(self) -> Iterator[Remembered]:
        """What differs from that, once the facts have come into the catalog."""


class ObjectError(Exception):
    """One dataset could not be profiled; `str()` says what happened, without any value of the data."""


ConnectorFactory = Callable[[Any, Brakes], Connector]
