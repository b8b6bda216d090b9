"""What the names of files and folders say: parts of one dataset, and the values of partitions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import unquote

NUMBER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d+", re.IGNORECASE)
PARTITION = re.compile(r"^([^=]+)=(.*)$", re.DOTALL)
# Skeletons of what engines write: part-*-*-c*.snappy.parquet, *_*.csv, data_*.json, 2026-01-01 as *-*-*
PART = re.compile(
    r"^(?:part|chunk|shard|split|data|file)?s?[-_.]?\*(?:[-_.]?(?:c|of|tid|attempt)?[-_.]?\*)*"
    r"(?:[-_.](?:snappy|zstd|gzip|gz|lz4|brotli|c))*$",
    re.IGNORECASE,
)
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


def skeleton(name: str) -> str:
    """The name with its numbers and UUIDs as stars: ``export_2026-01.csv`` is ``export_*-*.csv``."""
    return NUMBER.sub("*", name)


def is_part(name: str, extension_free: str) -> bool:
    """Whether a file is named as a part of something larger, and not for itself."""
    return PART.match(skeleton(extension_free)) is not None and name != extension_free


def partition_of(name: str) -> tuple[str, str] | None:
    """Key and value of a folder of a partition: ``dt=2026-01-01``."""
    match = PARTITION.match(name)
    return (unquote(match[1]), unquote(match[2])) if match else None


def partition_type(values: Iterable[str]) -> tuple[str, str]:
    """Native and catalog type that all values of a partition key have."""
    known = [value for value in values if value != NULL_PARTITION]
    if known and all(re.fullmatch(r"-?(0|[1-9]\d{0,17})", value) for value in known):
        return "BIGINT", "integer"
    if known and all(_is_date(value) for value in known):
        return "DATE", "date"
    return "VARCHAR", "string"


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        return False
