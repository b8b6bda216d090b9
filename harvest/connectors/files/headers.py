"""The beginning of a file: what it is written in, and whether two files begin alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from harvest.connectors.files.formats import Format
from harvest.connectors.files.listing import DataFile

COMPARED = 3  # files of a group whose headers are compared
LINE = 64 * 1024
SAMPLE = 1 << 20


class Head(NamedTuple):
    """The first bytes of a file, decompressed, and how many bytes on disk they took."""

    content: bytes
    whole: bool  # the content is all there is
    read: int


def read_head(file: DataFile, format_: Format, size: int = SAMPLE) -> Head:
    """Raises `OSError`, also for damaged compression."""
    with Path(file.path).open("rb") as raw:
        if not format_.compression:
            content = raw.read(size)
            return Head(content, len(content) == file.size, len(content))
        with pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), format_.compression) as stream:
            content = _read_up_to(stream, size)
            return Head(content, len(content) < size, raw.tell())


def _read_up_to(stream: pa.NativeFile, size: int) -> bytes:
    """Read until so many bytes or the end; a stream may give fewer bytes than it is asked for."""
    content = bytearray()
    while len(content) < size:
        more = stream.read(size - len(content))
        if not more:
            break
        content += more
    return bytes(content)


def same_header(files: Sequence[DataFile], format_: Format) -> bool:
    """Whether the first, middle and last file have the same columns, as far as their first bytes tell."""
    chosen = {files[0], files[len(files) // 2], files[-1]}
    try:
        return len({_header(file, format_) for file in chosen}) == 1
    except (OSError, pa.ArrowException):
        return False


def _header(file: DataFile, format_: Format) -> object:
    if format_.kind == "parquet":
        return tuple(pq.read_schema(file.path, memory_map=False).names)
    if format_.kind in {"json", "jsonl"}:
        return None  # records may differ within one file just as well
    return read_head(file, format_, LINE).content.partition(b"\n")[0].rstrip(b"\r")
