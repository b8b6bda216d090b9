"""Which files are data, by their names."""

from __future__ import annotations

import re
from typing import NamedTuple

KINDS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".psv": "psv",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".pq": "parquet", ".parq": "parquet",
}  # fmt: skip
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
# What lies beside data and is none: told from data that cannot be read, which is reported.
NOT_DATA = frozenset(
    {".bash", ".cfg", ".conf", ".crc", ".css", ".gitignore", ".gitkeep", ".htm", ".html", ".ini", ".ipynb", ".jpeg",
     ".jpg", ".js", ".lock", ".log", ".md", ".md5", ".pdf", ".png", ".py", ".rst", ".sh", ".sha256", ".sql", ".svg",
     ".tmp", ".toml", ".yaml", ".yml"}
)  # fmt: skip
DOCUMENTS = re.compile(r"^(readme|licen[cs]e|notice|changelog|authors|manifest|makefile)([._-].*)?$", re.IGNORECASE)


class Format(NamedTuple):
    """How a file is written."""

    kind: str  # csv | tsv | psv | json | jsonl | parquet
    compression: str = ""  # gzip | zstd


def format_of(name: str) -> Format | None:
    """The format that a file's name tells, None when it is not one that can be read."""
    stem, dot, ending = name.lower().rpartition(".")
    compression = COMPRESSIONS.get(dot + ending, "")
    if compression:
        stem, dot, ending = stem.rpartition(".")
    kind = KINDS.get(dot + ending)
    if kind is None or not stem or (kind == "parquet" and compression):
        return None
    return Format(kind, compression)


def is_hidden(name: str) -> bool:
    """Whether tools that write data mean the name to be passed over: _SUCCESS, _delta_log, .part.crc."""
    return name.startswith((".", "_"))


def is_beside_data(name: str) -> bool:
    """Whether a file is a document, script or checksum such as lies beside data."""
    _, dot, ending = name.lower().rpartition(".")
    return dot + ending in NOT_DATA or DOCUMENTS.match(name) is not None
