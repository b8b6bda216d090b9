"""How to get at a dataset: where its source is, and a first query in its language."""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

from core.names import split_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog.models import Dataset, Source

ROWS = 100
_READERS = {
    "csv": "read_csv", "tsv": "read_csv", "psv": "read_csv", "json": "read_json", "jsonl": "read_json",
    "parquet": "read_parquet",
}  # fmt: skip


def location(source: Source) -> str:
    """Where the source is, for people: ``db.example.org:5432/shop``. Its configuration holds no secret."""
    config = source.config
    if path := _sqlite_file(source):
        return path
    if url := config.get("url"):
        return _bare(str(url))
    host = ":".join(str(config[part]) for part in ("host", "port") if config.get(part))
    if host.startswith("/"):  # a socket's folder
        host = "this machine"
    place = str(config.get("database") or config.get("path") or config.get("root") or "")
    return f"{host}/{place}" if host and place else host or place


def _bare(url: str) -> str:
    """A URL without its scheme and account."""
    return url.partition("://")[2].rpartition("@")[2].partition("?")[0] or url


def connect_command(source: Source) -> str:
    """A command that opens the source, for whoever has an account there; empty where there is no usual one."""
    if path := _sqlite_file(source):
        return f"sqlite3 {shlex.quote(path)}"
    config = source.config
    if source.kind != "postgresql" or not config.get("database"):
        return ""
    options = (("-h", config.get("host")), ("-p", config.get("port")), ("-d", config["database"]))
    return " ".join(["psql", *(f"{name} {shlex.quote(str(value))}" for name, value in options if value)])


def _sqlite_file(source: Source) -> str:
    """The path of the file, where the source is one: ``sqlite:////srv/crm.db`` is /srv/crm.db."""
    scheme, found, path = str(source.config.get("url") or "").partition(":///")
    return path.partition("?")[0] if found and scheme.startswith("sqlite") else ""


def first_query(dataset: Dataset) -> str:
    """A query for the first rows, in the language of the source; empty where its kind has none."""
    if dataset.kind == dataset.Kind.STREAM:
        return ""
    if dataset.kind == dataset.Kind.FILE_SET:
        return _file_query(dataset)
    quote = _quoting(dataset.source)
    names = ".".join(quote(part) for part in split_path(dataset.path))
    return f"SELECT *\nFROM {names}\nLIMIT {ROWS};"


def _quoting(source: Source) -> Callable[[str], str]:
    text = f"{source.kind} {source.config.get('url', '')}".lower()
    return _backquoted if "mysql" in text or "mariadb" in text else _double_quoted


def _double_quoted(name: str) -> str:
    plain = name.isidentifier() and name.isascii() and name == name.lower()
    return name if plain else '"' + name.replace('"', '""') + '"'


def _backquoted(name: str) -> str:
    plain = name.isidentifier() and name.isascii()
    return name if plain else "`" + name.replace("`", "``") + "`"


def _file_query(dataset: Dataset) -> str:
    """For DuckDB, which reads files by themselves; the name of a dataset may leave out the ending of its file."""
    details = dataset.details or {}
    reader = _READERS.get(str(details.get("format", "")))
    if reader is None:
        return ""
    many = bool(dataset.partition_key) or details.get("files", 1) > 1
    root, *parts = str(dataset.source.config.get("path", "")).rstrip("/"), *split_path(dataset.path)
    whole = "/".join([root, *parts])
    one = root if PurePath(root).suffix else whole if PurePath(whole).suffix else f"{whole}.*"
    pattern = f"{whole}/**/*.*" if many else one
    quoted = "'" + pattern.replace("'", "''") + "'"
    return f"SELECT *\nFROM {reader}({quoted})\nLIMIT {ROWS};"
