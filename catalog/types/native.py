"""Reading the text of a native type: ``numeric(10,2)``, ``Nullable(DateTime64(3))``, ``array<struct<a:int>>``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from catalog.types.names import EXTENSION_NAMES, SYSTEM_SCHEMAS, TYPE_OF_NAME

TYPES = (
    "string", "integer", "decimal", "float", "boolean", "date", "time", "timestamp", "timestamptz",
    "interval", "binary", "uuid", "json", "array", "struct", "map", "enum", "geometry", "network", "xml",
    "range", "bits", "unknown",
)  # fmt: skip

_CACHE = 16_384
_CLOSING = {"(": ")", "<": ">", "[": "]"}
_WRAPPERS = frozenset(["nullable", "lowcardinality"])  # ClickHouse: say nothing about the values' type
_NUMBER = re.compile(r"-?\d+(?=\s|$)")
_DIMENSION = re.compile(r"\s*\[\d*\]$")
_ITEM_LABEL = re.compile(r"^(?:item|element|array_element|l)\s*:\s*")  # Arrow names the element of a list
_NOISE = re.compile(
    r"\s+(?:character set|charset|collate|not null|null|default|primary key|comment|zerofill|encode)\b.*$"
)
_SIGN = re.compile(r"\b(?:un)?signed\b\s*")
_WITH_LENGTH = frozenset(["string", "binary", "bits"])
_WITH_PRECISION = frozenset(["decimal", "float", "time", "timestamp", "timestamptz", "integer"])
_UNITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}  # Arrow's units of time, as digits after the second
_DECIMAL_DIGITS = {"decimal32": 9, "decimal64": 18, "decimal128": 38, "decimal256": 76}  # ClickHouse: only scale given
_AFFINITIES = (
    ("integer", ("int",)),
    ("string", ("char", "clob", "text", "string")),
    ("binary", ("blob",)),
    ("float", ("real", "floa", "doub")),
    ("boolean", ("bool",)),
    ("timestamp", ("datetime", "timestamp")),
    ("date", ("date",)),
    ("time", ("time",)),
    ("decimal", ("dec", "num", "money")),
    ("json", ("json",)),
)


class NativeType(NamedTuple):
    """A native type taken apart.

    `length` counts characters, bytes or bits; `precision` digits, or digits after the second for times. Both are None
    where the type has no bound. `arguments` are what stood in brackets, as folded text.
    """

    base: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    arguments: tuple[str, ...] = ()


@lru_cache(maxsize=_CACHE)
def normalise(native: str) -> str:
    """Return the one of `TYPES` that `native` is, ``unknown`` for user-defined types.

    Callers who know that a type is an enumeration or a domain pass ``enum`` or the domain's base type themselves.
    """
    return _type_of(parse(native))


@lru_cache(maxsize=_CACHE)
def parse(native: str) -> NativeType:
    """Take a native type apart; text of no known shape gives its folded self as `base`."""
    text = _unwrap(_tidy(native))
    if _DIMENSION.search(text) and not text.startswith(("fixed_size_binary", "timestamp[", "duration[")):
        return NativeType("array", arguments=(_DIMENSION.sub("", text),))
    base, arguments = _split(text)
    if base == "bit" and arguments:
        base = "bits"
    return _with_numbers(NativeType(base, arguments=arguments))


def sqlite_type(declared: str) -> str:
    """Return the type of a column declared in SQLite, which accepts any word.

    A declaration that no engine knows is read by SQLite's rules of affinity
    (https://www.sqlite.org/datatype3.html#determination_of_column_affinity), refined for dates and booleans.
    """
    known = normalise(declared)
    return known if known != "unknown" else _affinity(declared.lower())


def element(native: NativeType) -> str:
    """Return the native type of an array's elements, "" where the source does not say."""
    if not native.arguments or native.base in ("vector", "halfvec", "sparsevec"):
        return ""
    if native.base == "nested":  # ClickHouse's array of tuples
        return f"tuple({', '.join(native.arguments)})"
    return _ITEM_LABEL.sub("", native.arguments[0])


def members(native: NativeType) -> dict[str, str]:
    """Return the members of a struct as name → native type; members without a name are numbered."""
    pairs = (_member(argument, number) for number, argument in enumerate(native.arguments, 1))
    return dict(pairs)


def _member(argument: str, number: int) -> tuple[str, str]:
    match = re.match(r'("(?:[^"]|"")+"|`[^`]+`|[\w$]+)\s*(?::\s*|\s+)(.+)$', argument)
    if match is None or TYPE_OF_NAME.get(argument):
        return str(number), argument
    return match[1], match[2]


def _tidy(native: str) -> str:
    # Values of an enumeration keep their case; everything else has none.
    folded = re.sub(r"'(?:[^']|'')*'|[^']+", lambda m: m[0] if m[0][0] == "'" else m[0].lower(), native)
    return " ".join(folded.split())


def _unwrap(text: str) -> str:
    base, arguments = _split(text)
    if base in _WRAPPERS and len(arguments) == 1:
        return _unwrap(arguments[0])
    if base == "simpleaggregatefunction" and len(arguments) == 2:
        return _unwrap(arguments[1])
    if base == "dictionary" and arguments and arguments[0].startswith("values="):
        return _unwrap(arguments[0].removeprefix("values="))
    if base == "extension" and arguments:
        return arguments[0]
    return text


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the name before, and after, the brackets, and what is in them."""
    opening = re.search(r"[(<\[]", text)
    if opening is None:
        return _name(text), ()
    if text.startswith("interval"):
        return " ".join(re.sub(r"\(.*?\)", " ", text).split()), ()
    end = text.rfind(_CLOSING[opening[0]])
    if end < 0:
        return _name(text), ()
    inside = tuple(_split_arguments(text[opening.end() : end]))
    return _name(f"{text[: opening.start()].strip()} {text[end + 1 :].strip()}"), inside


def _split_arguments(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"'(?:[^']|'')*'|\"[^\"]*\"|[(<\[\])>,]", text):
        mark = match[0]
        depth += (mark in "(<[") - (mark in ")>]")
        if mark == "," and depth == 0:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def _name(text: str) -> str:
    name = _NOISE.sub("", f"{text.strip()} ").strip()
    schema, dot, last = name.rpartition(".")
    if dot and (schema in SYSTEM_SCHEMAS or last in EXTENSION_NAMES):
        return last
    return name


def _with_numbers(native: NativeType) -> NativeType:
    type_ = _type_of(native)
    numbers = [int(match[0]) for match in map(_NUMBER.match, native.arguments) if match]
    if type_ in _WITH_LENGTH:
        return native._replace(length=numbers[0] if numbers and numbers[0] > 0 else None)
    if type_ not in _WITH_PRECISION:
        return native
    if native.base in _DECIMAL_DIGITS and len(numbers) == 1:
        return native._replace(precision=_DECIMAL_DIGITS[native.base], scale=numbers[0])
    if native.arguments and native.arguments[0] in _UNITS:
        return native._replace(precision=_UNITS[native.arguments[0]])
    return _with_precision(native, numbers)


def _with_precision(native: NativeType, numbers: list[int]) -> NativeType:
    if not numbers or _is_display_width(native.base):
        return native
    scale = numbers[1] if len(numbers) > 1 else None
    if scale is None and TYPE_OF_NAME.get(_unsigned(native.base)) == "decimal":
        scale = 0
    return native._replace(precision=numbers[0], scale=scale)


def _is_display_width(base: str) -> bool:
    return TYPE_OF_NAME.get(_unsigned(base)) == "integer"


def _unsigned(base: str) -> str:
    """Return the name without its word about the sign: ``int unsigned`` is ``int``, ``unsigned`` alone an integer."""
    return _SIGN.sub("", base).strip() or "int"


def _type_of(native: NativeType) -> str:
    base, arguments = native.base, native.arguments
    if base == "tinyint" and arguments == ("1",):
        return "boolean"  # how MySQL and MariaDB print BOOLEAN
    if base in ("number", "fixed") and arguments and (len(arguments) == 1 or arguments[1] == "0"):
        return "integer"
    if base == "object" and arguments and not arguments[0].startswith("'"):
        return "struct"
    if base in ("datetime", "datetime64", "timestamp") and any(_is_zone(argument) for argument in arguments):
        return "timestamptz"
    known = TYPE_OF_NAME.get(base) if base != "bits" else "bits"
    return known or (TYPE_OF_NAME.get(_unsigned(base)) if _SIGN.search(base) else None) or _by_word(base)


def _is_zone(argument: str) -> bool:
    return argument.startswith(("'", "tz=")) or argument == "isadjustedtoutc=true"


def _by_word(base: str) -> str:
    """Read a name of several unquoted words by the first one known; a user-defined name would be quoted."""
    if base.startswith("interval "):
        return "interval"
    words = base.split()
    if len(words) < 2 or '"' in base or "." in base:
        return "unknown"
    return next((TYPE_OF_NAME[word] for word in words if word in TYPE_OF_NAME), "unknown")


def _affinity(declared: str) -> str:
    return next((type_ for type_, parts in _AFFINITIES if any(part in declared for part in parts)), "unknown")
