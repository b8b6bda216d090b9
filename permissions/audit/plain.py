"""Values as the record keeps them: texts, whole numbers, yes, no and nothing, in lists and mappings of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from django.db.models import Model

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"

LONGEST = 10_000  # characters of a text
MOST = 1_000  # members of a list
REPLACEMENT = "\ufffd"


def plain(value: Any) -> Plain:
    """Return `value` so that the database gives back the very same.

    A number with a fraction becomes text, for the database may spell it otherwise; what is too long ends with a word
    on how much was left out.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {text(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Model):  # a lazy user says that it is both
        return _list(value)
    return text(value)


def text(value: Any) -> str:
    """Return a text that PostgreSQL can hold, at most `LONGEST` characters of it."""
    told = value.isoformat() if isinstance(value, date | datetime) else str(_named(value))
    clean = told.replace("\0", REPLACEMENT).encode("utf-8", "replace").decode()
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}… ({len(clean) - LONGEST:,} characters more)"


def _named(value: Any) -> Any:
    return f"{value} ({value._meta.label_lower} {value.pk})" if isinstance(value, Model) else value


def _list(values: Iterable[Any]) -> list[Plain]:
    found = sorted(values, key=str) if isinstance(values, set | frozenset) else list(values)
    told = [plain(value) for value in found[:MOST]]
    return [*told, f"… ({len(found) - MOST:,} more)"] if len(found) > MOST else told
