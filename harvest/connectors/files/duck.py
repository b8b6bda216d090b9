"""A DuckDB that reads the files under one folder and nothing else, within bounds."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

FETCH = 5_000
GLOB = re.compile(r"([\[*?])")

# What DuckDB says, in words that hold no value of the file; first match wins.
REASONS: tuple[tuple[str, str], ...] = (
    (r"interrupt", "reading it took too long and was stopped"),
    (r"not utf-8|invalid unicode|invalid utf|not a valid utf", "it holds bytes that are not UTF-8; save it as UTF-8"),
    (r"unterminated quote|quote should be followed|unquoted value|end of quote",
     "a quoted value is not closed or holds a single quote"),
    (r"maximum line size|max_line_size|maximum_object_size", "a line or object is longer than can be read"),
    (r"malformed json|invalid json", "it is not valid JSON"),
    (r"duplicate key", "a JSON object has a key twice"),
    (r"json transform", "a value does not fit the type of its field"),
    (r"gzip|zstd|zlib|decompress|inflate", "its compressed data is damaged or cut off"),
    (r"expected number of columns|too many columns|missing column|columns? found",
     "its lines hold different numbers of values"),
    (r"sniff|detect", "no delimiter and quotes fit its lines"),
    (r"out of memory", "looking at it needs more than the memory allowed"),
    (r"could not convert|conversion error|cast", "a value does not fit the type of its column"),
    (r"no such file|could not open|cannot open|no files found", "it cannot be opened"),
    (r"hive partition", "its folders do not have the same partition keys"),
    (r"parquet|magic bytes|thrift|snappy", "it is damaged or not a Parquet file"),
)  # fmt: skip
UNKNOWN = "its lines do not have the form of the format that its name tells"
LINE = re.compile(r"\b(?:Line:|line) (\d+)")  # of the file: LINE is that of the statement


class Duck:
    """A connection in memory. Statements raise `duckdb.Error`, also when they take too long."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self.seconds = seconds
        config: dict[str, Any] = {
            "memory_limit": "512MB",
            "threads": 2,
            "temp_directory": "",  # no spilling beside the service
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self.connection = duckdb.connect(":memory:", config=config)
        allowed = literal(f"{str(folder).rstrip('/')}/")
        for setting in (
            f"allowed_directories = [{allowed}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self.connection.execute(f"SET {setting}")

    def close(self) -> None:
        self.connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement within the time allowed."""
        timer = threading.Timer(self.seconds, self.connection.interrupt)
        timer.start()
        try:
            found: list[tuple[Any, ...]] = self.connection.execute(sql, list(parameters)).fetchall()
            return found
        finally:
            timer.cancel()

    def stream(self, sql: str, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of one statement, all of them within the time allowed, and no more than `most`."""
        timer = threading.Timer(self.seconds, self.connection.interrupt)
        timer.start()
        try:
            found = self.connection.execute(sql)
            left = most
            while rows := found.fetchmany(FETCH if left is None else min(FETCH, left)):
                yield from rows
                left = None if left is None else left - len(rows)
                if left == 0:
                    return
        finally:
            timer.cancel()

    def columns(self, relation: str) -> list[tuple[str, Any]]:
        """Names and types (DuckDBPyType) of a table function, without reading more than it needs to tell."""
        timer = threading.Timer(self.seconds, self.connection.interrupt)
        timer.start()
        try:
            found = self.connection.sql(f"FROM {relation}")  # built by `literal` and `function` only
            return list(zip(found.columns, found.types, strict=True))
        finally:
            timer.cancel()


def reason(error: BaseException) -> str:
    """Why DuckDB refused, without any value of the data, which its own messages quote."""
    text = str(error)
    why = next((words for pattern, words in REASONS if re.search(pattern, text, re.IGNORECASE)), UNKNOWN)
    line = LINE.search(text)
    return f"{why} (line {line[1]})" if line else why


def function(name: str, paths: Sequence[str], **options: object) -> str:
    """A call of a table function: names that hold stars and brackets are taken as they are."""
    return f"{name}([{', '.join(_file(path) for path in paths)}]{_options(options)})"


def single(name: str, path: str, **options: object) -> str:
    """A call of a table function that takes one file and no list."""
    return f"{name}({_file(path)}{_options(options)})"


def _file(path: str) -> str:
    return literal(GLOB.sub(r"[\1]", path))


def _options(options: Mapping[str, object]) -> str:
    return "".join(f", {key} = {literal(value)}" for key, value in options.items())


def literal(value: object) -> str:
    """A value as SQL text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL text."""
    return '"' + name.replace('"', '""') + '"'
