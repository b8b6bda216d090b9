"""Values that are written in a criterion: dates and times are read here, so that no source has to."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from definitions.criteria.model import DATE, NUMBER, TEXT, TIME, Node
from definitions.criteria.texts import Refused

LONGEST_TEXT = 200
_NUMBER = re.compile(r"\d{1,30}(\.\d{1,15})?")
_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?")


def number(text: str) -> Node:
    """Return a number as written: digits and a point. Raises `Refused`."""
    if not _NUMBER.fullmatch(text):
        raise Refused(f"“{text[:40]}” is not a plain number: write digits, with a point where there is a fraction.")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return Node("literal", value=(whole.lstrip("0") or "0") + (f".{fraction}" if fraction else ""), family=NUMBER)


def text(value: str) -> Node:
    """Return a text. Raises `Refused` for what servers read differently from each other."""
    if len(value) > LONGEST_TEXT:
        raise Refused(f"A text in a criterion may have {LONGEST_TEXT} characters.")
    if "\\" in value:
        raise Refused("A backslash means different things to different databases: write the text without it.")
    if not value.isprintable():
        raise Refused("A text in a criterion may hold only signs that can be printed.")
    return Node("literal", value=value, family=TEXT)


def moment(value: str, family: str) -> Node:
    """Return a date or a time in UTC from ``2026-03-31`` or ``2026-03-31 12:00:00``. Raises `Refused`."""
    if not _SHAPE.fullmatch(value):
        raise Refused(f"“{value[:40]}” is not a date: write it as '2026-03-31' or '2026-03-31 12:00:00'.")
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(f"There is no day {value[:40]} in the calendar.") from None
    if found.tzinfo is not None:
        found = found.astimezone(UTC)
    if family == DATE and len(value) == len("2026-03-31"):
        return Node("literal", value=date.isoformat(found), family=DATE)
    return Node("literal", value=found.strftime("%Y-%m-%d %H:%M:%S.%f").removesuffix(".000000"), family=TIME)


def whole(node: Node, least: int, most: int, what: str) -> int:
    """Return a literal as a whole number within bounds. Raises `Refused`."""
    if node.op == "literal" and node.family == NUMBER and node.value.isdigit() and least <= int(node.value) <= most:
        return int(node.value)
    raise Refused(f"{what} must be written as a whole number from {least} to {most}.")
