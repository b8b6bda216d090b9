"""Whether a text can be turned into a number, a date or a time, asked so that asking cannot fail."""

from __future__ import annotations

from definitions.criteria.dialects import DUCKDB, MYSQL, SQLITE
from definitions.criteria.model import DATE, NUMBER

_INTEGER = "^ *[-+]?[0-9]{1,18} *$"
_NUMBER = "^ *[-+]?([0-9]{1,30}([.][0-9]{0,15})?|[.][0-9]{1,15}) *$"
# Days that are in the calendar, from year 1 to 9999; 29 February in leap years alone.
_LONG = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
_SHORT = "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_FEBRUARY = "02-(0[1-9]|1[0-9]|2[0-8])"
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_DAY = f"({_YEAR}-({_LONG}|{_SHORT}|{_FEBRUARY})|{_LEAP}-02-29)"
_CLOCK = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_PATTERNS = {"integer": _INTEGER, NUMBER: _NUMBER, DATE: f"^{_DAY}$", "time": f"^{_DAY}({_CLOCK})?$"}

_D = "[0-9]"
_DAY_GLOB = f"{_D * 4}-{_D * 2}-{_D * 2}"


def valid(value: str, target: str, dialect: str) -> str:
    """Return the condition that the text `value`, an SQL expression, can be turned into `target`; NULL for NULL."""
    if dialect == SQLITE:
        return _sqlite(value, target)
    pattern = f"'{_PATTERNS[target]}'"
    if dialect == DUCKDB:
        return f"regexp_matches({value}, {pattern})"
    return f"{value} REGEXP {pattern}" if dialect == MYSQL else f"{value} ~ {pattern}"


def _sqlite(value: str, target: str) -> str:
    """SQLite has no regular expressions; its own functions and globs say the same."""
    if target in ("integer", NUMBER):
        return _sqlite_number(value, whole=target == "integer")
    first = f"substr({value}, 1, 10)"
    day = f"({first} GLOB '{_DAY_GLOB}' AND date({first}, '+0 days') = {first})"  # a modifier moves days that are none
    if target == DATE:
        return f"({day} AND length({value}) = 10)"
    clock = f"(length({value}) = 10 OR {value} GLOB '{_DAY_GLOB}[T ]{_D * 2}:{_D * 2}*')"
    return f"({day} AND {clock} AND datetime({value}) IS NOT NULL)"


def _sqlite_number(value: str, *, whole: bool) -> str:
    digits = f"trim({value})"
    digits = f"CASE WHEN substr({digits}, 1, 1) IN ('+', '-') THEN substr({digits}, 2) ELSE {digits} END"
    signs, most = ("^0-9", 18) if whole else ("^0-9.", 46)
    return (
        f"(({digits}) NOT GLOB '*[{signs}]*' AND ({digits}) GLOB '*[0-9]*' AND length({digits}) <= {most}"
        f" AND length({digits}) - length(replace(({digits}), '.', '')) <= 1)"
    )
