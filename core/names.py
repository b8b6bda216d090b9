"""Names as sources spell them, joined into one readable path and taken apart again.

A part that holds a dot or a double quote, or is empty, is put in double quotes as SQL does: joining loses nothing.
"""

import re
from collections.abc import Iterable

_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def quote_part(part: str) -> str:
    """Return `part` as it stands in a joined path."""
    if part and "." not in part and '"' not in part:
        return part
    return '"' + part.replace('"', '""') + '"'


def join_path(parts: Iterable[str]) -> str:
    """Return the parts as one path: ``("crm", "a.b")`` is ``crm."a.b"``."""
    return ".".join(quote_part(part) for part in parts)


def split_path(path: str) -> tuple[str, ...]:
    """Return the parts of a joined path; the inverse of `join_path`."""
    return tuple(quoted.replace('""', '"') if plain == "" else plain for quoted, plain in _PART.findall(path))


def fold(name: str) -> str:
    """Return the key under which names that differ only in case are the same."""
    return name.casefold()
