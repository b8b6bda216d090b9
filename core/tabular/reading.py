"""A file as rows of cells, a row at a time: every format gives the same texts, and what is no table is refused."""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import IO, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet
from openpyxl.utils.exceptions import InvalidFileException

from core.tabular.cells import from_xlsx, meant

LARGEST = 200 << 20  # bytes of a file
LONGEST_CELL = 1_000_000  # characters
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
MOST_UNPACKED = 256 << 20  # bytes of what an XLSX or Parquet file unpacks to
CHUNK = 1 << 20
Cells = list[str]


class Unreadable(ValueError):
    """The file is no table, or not one that fits; `str()` says where and what to do."""


@dataclass(frozen=True)
class Given:
    """What a file holds: its columns, and its rows with the line or number of each."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Cells]]


def read_table(file: IO[bytes], form: str) -> Given:
    """Return the table in an open file that can be sought. Raises `Unreadable`, then or while rows are taken."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > LARGEST:
        raise Unreadable(f"The file has {size:,} bytes; at most {LARGEST:,} are read. Bring it in parts.")
    if not size:
        raise Unreadable("The file is empty.")
    lines = _clearly(READERS[form](file))
    _, heading = next(lines, (0, []))
    columns = tuple(name.strip() for name in heading)
    if not any(columns):
        raise Unreadable("The file has no heading: its first row names the columns.")
    if doubled := [name for name in dict.fromkeys(columns) if columns.count(name) > 1]:
        raise Unreadable(f"These columns stand there twice: {', '.join(doubled)[:200]}.")
    return Given(columns, _whole(lines, len(columns)))


def format_of(name: str) -> str:
    """Return the format of a file by the ending of its name. Raises `Unreadable`."""
    ending = name.lower().rpartition(".")[2]
    known = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl"}
    found = known.get(ending, ending)
    if found not in READERS:
        raise Unreadable("Give a file whose name ends in .csv, .jsonl, .parquet or .xlsx.")
    return found


def _whole(lines: Iterable[tuple[int, Cells]], width: int) -> Iterator[tuple[int, Cells]]:
    """The rows, each with a cell for each column."""
    for count, (number, cells) in enumerate(lines, start=1):
        if count > MOST_ROWS:
            raise Unreadable(f"There are more than {MOST_ROWS:,} rows. Bring them in parts.")
        if len(cells) != width:
            cut = " Perhaps the file was cut off." if len(cells) < width else ""
            raise Unreadable(f"Line {number:,} has {len(cells)} cells; the heading has {width}.{cut}")
        if any("\0" in cell for cell in cells):
            raise Unreadable(f"Line {number:,} holds a character that cannot be stored (NUL).")
        yield number, cells


def _clearly(lines: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """The same, with what breaks a reader said in words."""
    try:
        yield from lines
    except UnicodeDecodeError as error:
        wrong = error.object[error.start : error.start + 1].hex().upper()
        raise Unreadable(
            f"The file is not UTF-8 text: there is a byte {wrong} that stands for nothing. Save it as UTF-8."
        ) from error
    except csv.Error as error:
        raise Unreadable(f"This is no table as CSV: {error}. Perhaps the file was cut off.") from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, EOFError, SyntaxError) as error:
        raise Unreadable("This is no whole spreadsheet as XLSX. Perhaps the file was cut off.") from error
    except pa.ArrowException as error:
        raise Unreadable("This is no whole Parquet file. Perhaps it was cut off.") from error


# --- CSV ---


def _csv(file: IO[bytes]) -> Iterator[tuple[int, Cells]]:
    """Commas, or the semicolons or tabs of some spreadsheets; UTF-8 with or without its mark, or UTF-16 with one."""
    start = file.read(4)
    file.seek(0)
    encoding = "utf-16" if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    heading = text.readline(LONGEST_CELL)
    mark = max(",;\t", key=heading.count)
    table = csv.reader(chain([heading], text), delimiter=mark, strict=True)
    try:
        for cells in table:
            if cells:
                yield table.line_num, [meant(cell) for cell in cells]
    finally:
        if not file.closed:  # a reader may be done with it before the last row
            text.detach()


# --- JSON lines ---


def _json_lines(file: IO[bytes]) -> Iterator[tuple[int, Cells]]:
    names: list[str] = []
    for number, raw in enumerate(_bounded_lines(file), start=1):
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        if not text:
            continue
        row = _object(text, number)
        if not names:
            names = list(row)
            yield number, names
        if set(row) != set(names):
            raise Unreadable(f"Line {number:,} has other members than the first. Give every line the same.")
        yield number, [_plain(row[name], number) for name in names]


def _bounded_lines(file: IO[bytes]) -> Iterator[bytes]:
    most = LONGEST_CELL * 8
    while line := file.readline(most):
        if len(line) == most:
            raise Unreadable("A line is too long: give one object a line.")
        yield line


def _object(text: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"Line {number:,} is no JSON. Perhaps the file was cut off.") from error
    if not isinstance(row, dict):
        raise Unreadable(f"Line {number:,} is no object: give a JSON object a line.")
    return row


def _plain(value: Any, number: int) -> str:
    """A value as the text of a cell of a line."""
    try:
        return as_cell(value)
    except Unreadable as error:
        raise Unreadable(f"Line {number:,}: {error}") from error


def as_cell(value: Any) -> str:
    """A value as the text of a cell. Raises `Unreadable`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    if isinstance(value, str | int | float | date):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    raise Unreadable("There is something that is no text, number or list of texts.")


# --- Parquet ---


def _parquet(file: IO[bytes]) -> Iterator[tuple[int, Cells]]:
    table = pa.parquet.ParquetFile(file)
    about = table.metadata
    unpacked = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if unpacked > MOST_UNPACKED or about.num_columns > MOST_COLUMNS:
        raise Unreadable("The file unpacks to more than is read. Bring it in parts.")
    names = table.schema_arrow.names
    yield 1, list(names)
    number = 1
    for batch in table.iter_batches(batch_size=2_000, use_threads=False):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            yield number, [_plain(value, number) for value in row]


# --- XLSX ---


def _xlsx(file: IO[bytes]) -> Iterator[tuple[int, Cells]]:
    """The first sheet. Cells with a formula are refused: what they say depends on who opens the file."""
    _require_small(file)
    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    try:
        width = 0
        for number, row in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS), start=1):
            cells = [_of_sheet(cell, number) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                width = width or len(cells)
                yield number, cells + [""] * (width - len(cells))
    finally:
        book.close()


def _of_sheet(cell: Any, number: int) -> str:
    if cell.data_type == "f":
        raise Unreadable(f"Cell {cell.coordinate} is a formula. Write out what it says.")
    return from_xlsx(cell.value) if isinstance(cell.value, str) else _plain(cell.value, number)


def _require_small(file: IO[bytes]) -> None:
    """Raise `Unreadable` for a spreadsheet that unpacks to more than is read: what it says of itself may be wrong."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(file) as packed:
        for member in packed.infolist():
            with packed.open(member) as part:
                while chunk := part.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise Unreadable("The spreadsheet unpacks to more than is read. Bring it as CSV.")
                    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                        raise Unreadable("The spreadsheet declares entities, which no spreadsheet needs.")


READERS: dict[str, Callable[[IO[bytes]], Iterator[tuple[int, Cells]]]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
