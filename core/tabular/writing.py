"""A collection as a file, in memory that does not grow with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from django.core.exceptions import BadRequest
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.writer.excel import save_workbook

from core.tabular.cells import as_xlsx
from core.tabular.collections import Kind
from core.tabular.feeds import SEPARATOR, copy_csv, copy_json, for_people, for_programs, plain

if TYPE_CHECKING:
    from core.tabular.collections import Collection, Column, Wanted

BLOCK = 16 << 20  # bytes of a feed that are looked at together; no row is longer
MOST_XLSX_ROWS = 200_000  # a million rows, the most a sheet holds, would take minutes
LONGEST_XLSX_CELL = 32_767  # Excel's limit
csv.field_size_limit(BLOCK)  # of the whole process: the usual limit is shorter than some descriptions
_ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.int64(),
    Kind.FLAG: pa.bool_(),
    Kind.MOMENT: pa.timestamp("us", "UTC"),
    Kind.NAMES: pa.string(),
}


class TooMuch(BadRequest):
    """The format does not hold the table; `str()` says why and what to do."""


@dataclass(frozen=True)
class Format:
    """How a table is written: `write(collection, viewer, wanted, file)` returns its rows."""

    name: str
    title: str
    media_type: str
    write: Callable[[Collection, Any, Wanted, IO[bytes]], int]


def write_csv(collection: Collection, viewer: Any, wanted: Wanted, file: IO[bytes]) -> int:
    return copy_csv(collection, viewer, wanted, file, for_people)


def write_json_lines(collection: Collection, viewer: Any, wanted: Wanted, file: IO[bytes]) -> int:
    return copy_json(collection, viewer, wanted, file)


def write_parquet(collection: Collection, viewer: Any, wanted: Wanted, file: IO[bytes]) -> int:
    """By a feed of CSV that Arrow reads a block at a time."""
    schema = pa.schema([(column.name, _arrow_type(column)) for column in collection.columns])
    with TemporaryFile() as feed:
        rows = copy_csv(collection, viewer, wanted, feed, for_programs, header=False)
        feed.seek(0)
        with pa.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in _batches(collection, feed) if rows else ():
                writer.write_batch(_listed(batch, collection, schema))
    return rows


def _arrow_type(column: Column) -> Any:
    return pa.list_(pa.string()) if column.kind is Kind.NAMES else _ARROW_TYPES[column.kind]


def _batches(collection: Collection, feed: IO[bytes]) -> Iterator[Any]:
    types = {column.name: _ARROW_TYPES[column.kind] for column in collection.columns}
    return iter(
        pa.csv.open_csv(
            feed,
            read_options=pa.csv.ReadOptions(column_names=list(collection.names), block_size=BLOCK, use_threads=False),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
                true_values=["t"], false_values=["f"],
            ),
        )
    )  # fmt: skip


def _listed(batch: Any, collection: Collection, schema: Any) -> Any:
    """The batch with lists where columns hold several names: the text between two separators is one."""
    arrays = [
        _split(array) if column.kind is Kind.NAMES else array
        for column, array in zip(collection.columns, batch.columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)


def _split(array: Any) -> Any:
    lists = pc.split_pattern(array, SEPARATOR)
    return pc.if_else(pc.equal(array, ""), pa.scalar([], lists.type), lists)


def write_xlsx(collection: Collection, viewer: Any, wanted: Wanted, file: IO[bytes]) -> int:
    """One sheet; cells are texts and numbers, and nothing in it is a formula. Raises `TooMuch`."""
    with TemporaryFile() as feed:
        rows = copy_csv(collection, viewer, wanted, feed, plain)
        if rows > MOST_XLSX_ROWS:
            raise TooMuch(
                f"These are {rows:,} rows; a spreadsheet gets at most {MOST_XLSX_ROWS:,}. Take CSV or Parquet."
            )
        _require_short(feed)
        book = Workbook(write_only=True)
        sheet = book.create_sheet(collection.title[:31])
        sheet.freeze_panes = "A2"
        for line in _cells(collection, sheet, feed):
            sheet.append(line)
        save_workbook(book, file)
    return rows


def _require_short(feed: IO[bytes]) -> None:
    """Raise `TooMuch` for a text that a cell would cut."""
    feed.seek(0)
    text = io.TextIOWrapper(feed, encoding="utf-8", newline="")
    longest = max((len(cell) for line in csv.reader(text) for cell in line), default=0)
    text.detach()
    feed.seek(0)
    if longest > LONGEST_XLSX_CELL:
        raise TooMuch(f"A text has {longest:,} characters; a spreadsheet's cell holds {LONGEST_XLSX_CELL:,}. Take CSV.")


def _cells(collection: Collection, sheet: Any, feed: IO[bytes]) -> Iterator[list[Any]]:
    numbers = [column.kind is Kind.NUMBER for column in collection.columns]
    text = io.TextIOWrapper(feed, encoding="utf-8", newline="")
    table = csv.reader(text)
    yield next(table)
    for line in table:
        pairs = zip(numbers, line, strict=True)
        yield [int(cell) if is_number and cell else _text(sheet, cell) for is_number, cell in pairs]
    text.detach()


def _text(sheet: Any, cell: str) -> Any:
    """A cell that is text whatever it says: what begins with = would else be written as a formula, #N/A as an error."""
    written = as_xlsx(cell)
    if not written.startswith(("=", "#")):
        return written or None
    made = WriteOnlyCell(sheet, written)
    made.data_type = "s"
    return made


FORMATS = {
    one.name: one
    for one in (
        Format("csv", "CSV", "text/csv; charset=utf-8", write_csv),
        Format("jsonl", "JSON lines", "application/jsonl", write_json_lines),
        Format("parquet", "Parquet", "application/vnd.apache.parquet", write_parquet),
        Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    )
}


def as_file(collection: Collection, viewer: Any, wanted: Wanted, form: Format) -> tuple[IO[bytes], int]:
    """Return the table as an open temporary file, and how many rows it has. Raises `TooMuch`."""
    with ExitStack() as closing:
        file = closing.enter_context(TemporaryFile())
        rows = form.write(collection, viewer, wanted, file)
        file.seek(0)
        closing.pop_all()
        return file, rows
