"""One rule by which names of datasets meet, whoever says them: a source, a script, dbt, OpenLineage.

A name is told as OpenLineage tells it: a namespace, which is where a system is, and the name in it. `docs/lineage.md`
says the rule in words. Pure Python: it knows neither Django nor the catalog.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from core.names import join_path

LONGEST = 2_000  # characters of a namespace or a name; the rest names nothing

_PART = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([^."`\[]+)')
_SAME_SCHEME = {
    "postgresql": "postgres", "redshift+psycopg2": "redshift", "mariadb": "mysql", "mssql": "sqlserver",
    "s3a": "s3", "s3n": "s3", "gcs": "gs", "abfs": "abfss", "wasb": "wasbs", "sqlite3": "sqlite",
}  # fmt: skip
_PORTS = {
    "postgres": "5432", "redshift": "5439", "mysql": "3306", "sqlserver": "1433", "oracle": "1521", "trino": "8080",
    "kafka": "9092", "hive": "10000", "clickhouse": "8123", "teradata": "1025",
}  # fmt: skip
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound
_OF_FILES = frozenset({"file", "s3", "gs", "hdfs", "abfss", "wasbs", "dbfs", "oss", "cos"})


class Told(NamedTuple):
    """A dataset as somebody names it."""

    namespace: str
    name: str


def plain(text: str) -> str:
    """Return what of a told text can be kept: no NUL, no half of a character, and not without end."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:LONGEST]


class Home(NamedTuple):
    """Where the names of a source begin.

    `root` are the outermost parts that its own paths leave out: its database, or the folder it reads. `schema` is
    where a name without one lies.
    """

    slug: str
    root: tuple[str, ...] = ()
    schema: str = ""


def normal_namespace(namespace: str) -> str:
    """Return what all ways to write one namespace have in common.

    ``PostgreSQL://me@LocalHost:5432/`` is ``postgres://127.0.0.1``: no account, no usual port, one name for this
    machine. What is no address keeps its words, in lower case.
    """
    text = plain(namespace.strip())
    scheme, found, rest = text.partition("://")
    if not found:
        return text.rstrip("/").lower()
    scheme = normal_scheme(scheme)
    authority, slash, path = rest.partition("/")
    host = _host(authority, scheme)
    if scheme == "file":
        return "file"
    return f"{scheme}://{host}{slash}{path}".rstrip("/")


def normal_scheme(scheme: str) -> str:
    """Return the one word for a kind of system: ``postgresql+psycopg2`` is ``postgres``."""
    word = scheme.lower()
    return _SAME_SCHEME.get(word) or _SAME_SCHEME.get(word.partition("+")[0], word.partition("+")[0])


def _host(authority: str, scheme: str) -> str:
    host = authority.rpartition("@")[2].lower()
    first = host.split(",")[0]  # several brokers or servers are one cluster
    name, colon, port = first.rpartition(":")
    if not colon or not port.isdigit():
        name, port = first, ""
    name = "127.0.0.1" if name in _THIS_MACHINE else name.rstrip(".")
    return name if port in ("", _PORTS.get(scheme)) else f"{name}:{port}"


def parts_of(told: Told) -> tuple[str, ...]:
    """Return the parts of a name, without quotes of any kind: of a path for files, else of ``db.schema.table``."""
    scheme = normal_namespace(told.namespace).partition("://")[0].partition(":")[0]
    name = plain(told.name.strip())
    if scheme in _OF_FILES or name.startswith("/"):
        return tuple(part for part in name.split("/") if part)
    parts = [_unquoted(match) for match in _PART.finditer(name)]
    return tuple(part for part in parts if part) or (name,)


def _unquoted(match: re.Match[str]) -> str:
    double, back, square, plain = match.groups()
    if double is not None:
        return double.replace('""', '"')
    if back is not None:
        return back.replace("``", "`")
    return square if square is not None else plain.strip()


def paths_in(home: Home, parts: tuple[str, ...]) -> list[str]:
    """Return the paths by which the source of `home` may know what is named by `parts`, likeliest first; none where
    the name is of another database or folder."""
    rest = _below(home.root, parts)
    if rest is None:
        return []
    if len(rest) == 1 and home.schema:
        rest = (home.schema, *rest)
    stem, dot, ending = rest[-1].rpartition(".")
    bare = [join_path([*rest[:-1], stem])] if dot and stem and ending.isalnum() else []  # a file without its ending
    return [join_path(rest), *bare]


def _below(root: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """What comes after `root`; names of up to two parts leave a database out."""
    start = tuple(part.lower() for part in parts[: len(root)])
    if root and len(parts) > len(root) and start == tuple(part.lower() for part in root):
        short = len(parts) == len(root) + 1 and len(root) == 1  # `shop.orders`: more likely a schema than a database
        return parts if short else parts[len(root) :]
    return parts if (len(root) <= 1 and len(parts) <= 2) or not root else None


def stranger_key(namespace: str, parts: tuple[str, ...]) -> str:
    """Return the key of what lies in no registered source: alike for all ways to write its name."""
    return f"{normal_namespace(namespace)} {join_path(parts).lower()}"
