"""Rows into PostgreSQL by COPY, the fastest way in."""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

NULL = "\x02"  # a character that no name or text holds; it stands for NULL in the stream
_REPLACEMENT = "\ufffd"
_SPECIAL = re.compile(r"[\\\n\r\0]").search
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": _REPLACEMENT, NULL: _REPLACEMENT})


def encode_row(values: Sequence[Any]) -> str:
    """Return one line of COPY text. PostgreSQL's text holds no NUL: it becomes U+FFFD, visibly.

    Most rows need no escaping: one look at the joined row is three times cheaper than one at each value.
    """
    texts = [value if type(value) is str else encode(value) for value in values]
    row = "\t".join(texts)
    if _SPECIAL(row) or row.count("\t") != len(texts) - 1 or row.count(NULL) != list(values).count(None):
        return "\t".join([encode(value) for value in values]) + "\n"
    return row + "\n"


def encode(value: Any) -> str:
    """Return one value of a line: text, number, boolean, time, mapping (as JSON), tuple or list (as an array)."""
    plain = _PLAIN.get(type(value))
    return plain(value) if plain else _encode_other(value)


def _encode_other(value: Any) -> str:
    if isinstance(value, str):
        return str.translate(value, _ESCAPES)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return encode(json.dumps(_without_nul(value), ensure_ascii=False, default=str))
    if isinstance(value, tuple | list):
        return encode(_array(value))
    return str(value)


_PLAIN: dict[type, Callable[[Any], str]] = {
    str: lambda text: text.translate(_ESCAPES),
    int: str,
    bool: {True: "t", False: "f"}.__getitem__,
    type(None): {None: NULL}.__getitem__,
}


def _array(values: Sequence[str]) -> str:
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return "{" + ",".join(quoted) + "}"


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", _REPLACEMENT)
    if isinstance(value, Mapping):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_without_nul(item) for item in value]
    return value


def copy_lines(table: str, columns: str, lines: Iterable[str]) -> None:
    """Send encoded lines to `table (columns)`; both are our own names, never input."""
    text = "".join(lines).encode("utf-8", "replace")
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (NULL E'\\x02')", io.BytesIO(text))
