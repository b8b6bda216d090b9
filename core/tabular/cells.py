"""Cells that no spreadsheet runs, and what they were meant to say.

A spreadsheet takes a text that begins with one of `RUNS` for a formula (OWASP, "CSV injection"). Such a text gets an
apostrophe before it, and so does one that begins with an apostrophe already: taking one off again gives back the text.
"""

from __future__ import annotations

import re
from typing import Any

RUNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the wide ones run in East Asian spreadsheets
ESCAPED = RUNS + "'"
_STARTS = tuple(ESCAPED)


def harmless(value: Any) -> str:
    """Return the text of a cell."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS) else text


def meant(text: str) -> str:
    """Return what was made harmless; the inverse for any text."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in ESCAPED else text


def harmless_sql(cell: str) -> str:
    """Return SQL for the same of a text: `cell` is an expression of ours, evaluated twice."""
    codes = ",".join(str(ord(one)) for one in ESCAPED)
    return f"CASE WHEN ascii({cell}) = ANY('{{{codes}}}'::int[]) THEN '''' || {cell} ELSE {cell} END"


# What XML does not hold, or changes, is written by its number (ECMA-376, part 1, 22.9.2.19), as is what looks so.
_UNHELD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NUMBERED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def as_xlsx(text: str) -> str:
    """Return a text as a sheet's XML holds it."""
    return _UNHELD.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_xlsx(text: str) -> str:
    """Return what `as_xlsx` was given; the inverse for any text."""
    return _NUMBERED.sub(lambda found: chr(int(found[1], 16)), text)
