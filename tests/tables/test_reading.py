"""Files that are no tables, or tables of another make."""

from __future__ import annotations

import codecs
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from core.tabular import reading
from core.tabular.reading import Unreadable, format_of, read_table


def rows(raw: bytes, form: str = "csv") -> list[Any]:
    given = read_table(io.BytesIO(raw), form)
    return [given.columns, *(tuple(cells) for _, cells in given.rows)]


@pytest.mark.parametrize(
    "raw",
    [
        "a,b\n1,é\n".encode(),
        "a,b\r\n1,é\r\n".encode(),
        codecs.BOM_UTF8 + "a,b\r\n1,é".encode(),
        "a;b\n1;é\n".encode(),
        "a\tb\r\n1\té\r\n".encode("utf-16"),
        '"a","b"\n\n"1","é"\n\n'.encode(),
        " a , b \n1,é\n".encode(),
    ],
    ids=["plain", "CRLF", "BOM", "semicolons", "UTF-16 with tabs", "empty lines", "spaces around names"],
)
def test_a_table_is_read_however_it_was_saved(raw: bytes) -> None:
    assert rows(raw) == [("a", "b"), ("1", "é")]


@pytest.mark.parametrize(
    ("raw", "form", "told"),
    [
        (b"", "csv", "empty"),
        (b"\n\n", "csv", "no heading"),
        (b"a,b\n1,\xe9\n", "csv", "not UTF-8 text: there is a byte E9"),
        (b"a,a\n1,2\n", "csv", "twice: a"),
        (b"a,b\n1\n", "csv", "Line 2 has 1 cells; the heading has 2. Perhaps the file was cut off"),
        (b"a,b\n1,2,3\n", "csv", "Line 2 has 3 cells"),
        (b'a,b\n1,"2', "csv", "no table as CSV"),
        (b"a,b\n1,\x00\n", "csv", "NUL"),
        (b'{"a": 1}\n{"a": ', "jsonl", "Line 2 is no JSON"),
        (b'{"a": 1}\n{"b": 2}\n', "jsonl", "Line 2 has other members"),
        (b"[1]\n", "jsonl", "no object"),
        (b'{"a": {"b": 1}}\n', "jsonl", "no text, number or list"),
        (b"[" * 100_000, "jsonl", "no JSON"),
        (b"PAR1 and no more", "parquet", "no whole Parquet"),
        (b"PK\x03\x04 and no more", "xlsx", "no whole spreadsheet"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(raw: bytes, form: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        rows(raw, form)


def sheet(*lines: list[Any]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


def test_numbers_and_yes_are_read_as_they_are_shown() -> None:
    assert rows(sheet(["a", "b", "c"], [1.0, True, None], [None, None, None], [2.5, "x", "=y"[1:]]), "xlsx") == [
        ("a", "b", "c"), ("1", "yes", ""), ("2.5", "x", "y"),
    ]  # fmt: skip


def test_a_formula_is_refused() -> None:
    with pytest.raises(Unreadable, match="Cell B2 is a formula"):
        rows(sheet(["a", "b"], ["x", "=1+1"]), "xlsx")


def test_a_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"\0" * (50 << 20))
    monkeypatch.setattr(reading, "MOST_UNPACKED", 10 << 20)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Unreadable, match="unpacks to more"):
        rows(out.getvalue(), "xlsx")


def test_a_sheet_that_declares_entities_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')
    with pytest.raises(Unreadable, match="entities"):
        rows(out.getvalue(), "xlsx")


def test_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(Unreadable, match="at most 10"):
        rows(b"a,b\n1,2\n3,4\n")
    monkeypatch.setattr(reading, "LARGEST", 10_000)
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    with pytest.raises(Unreadable, match="more than 1 rows"):
        rows(b"a,b\n1,2\n3,4\n")


def test_the_ending_says_what_a_file_is() -> None:
    assert [format_of(name) for name in ("A.CSV", "a.tsv", "a.ndjson", "a.xlsx")] == ["csv", "csv", "jsonl", "xlsx"]
    with pytest.raises(Unreadable, match="ends in"):
        format_of("a.xls")
