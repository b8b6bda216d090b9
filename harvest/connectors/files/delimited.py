"""Columns of CSV files and their like, sniffed by DuckDB on a bounded sample."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from catalog.types import normalise
from harvest.connectors.files.duck import Duck, function, reason, single
from harvest.connectors.files.headers import Head, read_head
from harvest.connectors.files.layout import Layout, Unreadable, looked_at, read_columns, scaled
from harvest.connectors.files.nodes import Node
from harvest.connectors.files.tree import FileSet

DELIMITERS = {"tsv": "\t", "psv": "|"}
NONE = "(empty)"  # how sniff_csv writes that there is no quote
NUMBERED = re.compile(r"_\d+$")  # what DuckDB adds to a name that differs in case alone from an earlier one
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # no text holds these
LENIENT: Mapping[str, object] = {"strict_mode": False, "null_padding": True, "quote": '"', "escape": '"'}


def delimited_layout(dataset: FileSet, duck: Duck, sample_rows: int) -> Layout:
    """Raises `Unreadable`."""
    head = _head(dataset)
    if not head.content:
        return Layout([], rows=0, rows_exact=True, details={"empty": True})
    encoding = encoding_of(head)
    options: dict[str, object] = {"sample_size": sample_rows, "encoding": encoding}
    if dataset.format.kind in DELIMITERS:
        options["delim"] = DELIMITERS[dataset.format.kind]
    layout = Layout([])
    sniffed = _sniff(dataset, duck, options, head.content.decode(encoding, errors="replace"), layout)
    columns = _columns(dataset, duck, options, sniffed, layout)
    numbered = any(NUMBERED.search(name) for name, _ in columns)
    names = _header(dataset, duck, options, sniffed) if sniffed["HasHeader"] and numbered else []
    layout.nodes = list(_nodes(columns, names))
    layout.details = _details(sniffed, encoding)
    _estimate(dataset, head, encoding, bool(sniffed["HasHeader"]), layout)
    return layout


def _columns(
    dataset: FileSet, duck: Duck, options: Mapping[str, object], sniffed: Mapping[str, Any], layout: Layout
) -> list[tuple[str, str]]:
    """Names and types: of one file, those sniffed; of several, what goes for all."""
    options = {**options, "hive_partitioning": bool(dataset.partitions)}
    if len(dataset.files) > 1:
        found = read_columns("read_csv", dataset, duck, options, layout)
        return [(name, str(type_)) for name, type_ in found]
    layout.relation = function("read_csv", [dataset.files[0].path], **options)
    return [(column["name"], column["type"]) for column in sniffed["Columns"]]


def _head(dataset: FileSet) -> Head:
    try:
        return read_head(looked_at(dataset.files)[0], dataset.format)
    except OSError as error:
        raise Unreadable(
            "It cannot be opened, or its compressed data is damaged or cut off. Write it again."
        ) from error


def encoding_of(head: Head) -> str:
    """The encoding that the first bytes tell. Raises `Unreadable` for what is no text that DuckDB reads."""
    content = head.content
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_BE)):
        raise Unreadable("It is written in UTF-32 or big-endian UTF-16. Save it as UTF-8.")
    if content.startswith(codecs.BOM_UTF16_LE):
        return "utf-16"
    if b"\x00" in content[:4096]:
        if content[1:4096:2].count(0) > len(content[:4096]) // 4:
            return "utf-16"
        raise Unreadable("It is not a text file, whatever its name says.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=head.whole)
    except UnicodeDecodeError as error:
        if CONTROL.search(content):
            raise Unreadable("It is not a text file, whatever its name says.") from error
        return "latin-1"
    return "utf-8"


def _sniff(dataset: FileSet, duck: Duck, options: dict[str, object], text: str, layout: Layout) -> dict[str, Any]:
    """What DuckDB found; what it cannot read strictly is read leniently, and reported. Changes `options`."""
    path = looked_at(dataset.files)[0].path
    why = ""
    try:
        sniffed = _sniff_once(duck, path, options)
        why = _doubt(sniffed, text, told="delim" in options)
        if not why:
            return sniffed
    except duckdb.Error as error:
        why = reason(error)
    options |= LENIENT
    options["delim"] = options.get("delim") or _likely_delimiter(text)
    options["header"] = _is_header(text.partition("\n")[0].split(str(options["delim"])))
    try:
        sniffed = _sniff_once(duck, path, options)
    except duckdb.Error as error:
        kind = dataset.format.kind.upper()
        raise Unreadable(f"It cannot be read as {kind}: {why or reason(error)}. Correct the file.") from None
    layout.warn(dataset, f"It was read leniently, so some values may be wrong: {why}. Correct the file.")
    return sniffed


def _sniff_once(duck: Duck, path: str, options: Mapping[str, object]) -> dict[str, Any]:
    names = ("Delimiter", "Quote", "Escape", "SkipRows", "HasHeader", "Columns")
    call = single("sniff_csv", path, **options)
    row = duck.rows(f"SELECT {', '.join(names)} FROM {call}")[0]  # noqa: S608 - built of literals
    return dict(zip(names, row, strict=True))


def _doubt(sniffed: Mapping[str, Any], text: str, *, told: bool) -> str:
    """What speaks against the sniffed dialect, "" when nothing does: DuckDB gives in rather than complain."""
    delimiter = re.escape(sniffed["Delimiter"])
    if sniffed["Quote"] == NONE and re.search(rf'(^|{delimiter})"', text, re.MULTILINE):
        return "its quotes are not closed or not doubled inside values"
    header = text.partition("\n")[0]
    if not told and sniffed["Delimiter"] not in header and _likely_delimiter(text) in header:
        return "its lines hold different numbers of values"
    return ""


def _is_header(cells: list[str]) -> bool:
    """Whether a first line holds names: DuckDB takes none for one that is shorter than the lines below."""
    return all(cell.strip() and not re.fullmatch(r'["\s]*[-+]?[\d.,]+["\s]*', cell) for cell in cells)


def _likely_delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t|", key=header.count)


def _header(dataset: FileSet, duck: Duck, options: Mapping[str, object], sniffed: Mapping[str, Any]) -> list[str]:
    """Names as the file spells them: DuckDB renames those that differ in case alone."""
    plain = {
        **options,
        "header": False,
        "all_varchar": True,
        "skip": sniffed["SkipRows"],
        "delim": sniffed["Delimiter"],
    }
    plain |= {key.lower(): "" if sniffed[key] == NONE else sniffed[key] for key in ("Quote", "Escape")}
    call = function("read_csv", [looked_at(dataset.files)[0].path], **plain)
    try:
        rows = duck.rows(f"FROM {call} LIMIT 1")
    except duckdb.Error:
        return []  # DuckDB's own names serve as well
    return [name or "" for name in rows[0]] if rows else []


def _nodes(columns: list[tuple[str, str]], names: list[str]) -> Iterator[Node]:
    taken: set[str] = set()
    for position, (name, native) in enumerate(columns):
        spelled = names[position].strip() if position < len(names) else name
        exact = spelled if spelled and spelled not in taken and spelled.lower() in _renamed(name) else name
        taken.add(exact)
        yield Node(exact, native, normalise(native), source_name=name)


def _renamed(name: str) -> set[str]:
    """What a column may have been called before DuckDB numbered it: A_1 was A."""
    return {name.lower(), NUMBERED.sub("", name).lower()}


def _details(sniffed: Mapping[str, Any], encoding: str) -> dict[str, Any]:
    details = {"delimiter": sniffed["Delimiter"], "header": bool(sniffed["HasHeader"]), "encoding": encoding}
    if sniffed["Quote"] != NONE:
        details["quote"] = sniffed["Quote"]
    return details


def _estimate(dataset: FileSet, head: Head, encoding: str, header: bool, layout: Layout) -> None:
    """Rows by the lines of the first file's beginning; values that hold line breaks count twice."""
    content = head.content.replace(b"\x00", b"") if encoding == "utf-16" else head.content
    last = bool(content) and not content.endswith(b"\n") and head.whole
    rows = max(0, content.count(b"\n") + last - header)
    total = sum(file.size for file in dataset.files)
    whole = head.whole and len(dataset.files) == 1
    layout.rows = rows if whole else scaled(rows, head.read, total)
