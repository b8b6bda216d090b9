"""What people read: tables, with every text made harmless for a terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

NARROWEST = 160  # where nobody looks, such as in a pipe


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else NARROWEST, highlight=False, soft_wrap=False)


def plain(value: Any) -> str:
    """Return a value as text without characters that steer a terminal: names come from sources, and from anybody."""
    text = "" if value is None else str(value)
    return "".join(
        one if one == "\n" or unicodedata.category(one)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for one in text
    )


def line(value: Any, longest: int = 200) -> str:
    """Return a value as one line."""
    text = " ".join(plain(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return a table of texts."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for at, head in enumerate(heads):
        made.add_column(head, overflow="fold", no_wrap=at == 0)  # the first one is what people copy
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return made


def facts(pairs: Iterable[tuple[str, Any]]) -> Table:
    """Return names and values, those without a value left out."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs:
        if value not in (None, "", [], ()):
            made.add_row(name, Text(plain(value)))
    return made


def print_json(value: Any) -> None:
    """Print a value for programs; control characters are escaped."""
    print(json.dumps(value, ensure_ascii=True, indent=2))
