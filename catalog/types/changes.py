"""What a change of type means to somebody who reads the values.

``same``: another spelling. ``widened``: every value the old type could hold, the new one holds and shows alike.
``narrowed``: the kind of value stays, but some no longer fit or are rounded. ``changed``: another kind of value.
docs/schema-versions.md has the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from catalog.types.native import NativeType, element, members, normalise, parse

TypeChange = Literal["same", "widened", "narrowed", "changed"]

_BITS = {
    "tinyint": 8, "byteint": 8, "byte": 8, "int1": 8, "int8": 8, "int_8": 8, "utinyint": 8, "uint8": 8, "uint_8": 8,
    "smallint": 16, "short": 16, "int2": 16, "int16": 16, "int_16": 16, "smallserial": 16, "serial2": 16,
    "usmallint": 16, "uint16": 16, "uint_16": 16, "year": 16,
    "mediumint": 24, "int3": 24, "middleint": 24,
    "integer": 32, "int": 32, "int4": 32, "int32": 32, "int_32": 32, "serial": 32, "serial4": 32, "uinteger": 32,
    "uint": 32, "uint32": 32, "uint_32": 32, "oid": 32, "xid": 32, "cid": 32, "cardinal_number": 32,
    "bigint": 64, "int64": 64, "int_64": 64, "long": 64, "bigserial": 64, "serial8": 64, "ubigint": 64, "uint64": 64,
    "uint_64": 64, "xid8": 64, "big int": 64,
    "hugeint": 128, "int128": 128, "uhugeint": 128, "uint128": 128, "int256": 256, "uint256": 256,
}  # fmt: skip
_UNSIGNED = re.compile(r"^(?:u(?:tiny|small|big|huge)?int|oid|xid|cid|year)|\bunsigned\b")
_FOUR_BYTE_NAMES = frozenset(["int2", "int4"])  # beside these, PostgreSQL's int8 counts bytes, not bits
_MANTISSA = {
    "bfloat16": 8, "float16": 11, "halffloat": 11, "half_float": 11, "real": 24, "float": 24, "float4": 24,
    "float32": 24, "binary_float": 24,
}  # fmt: skip
_FRACTION = {"datetime2": 7, "datetimeoffset": 7}  # digits after the second where none are given
_FIXED = frozenset(["char", "character", "bpchar", "nchar", "national char", "national character", "fixedstring"])


class _Side(NamedTuple):
    native: NativeType
    type: str
    text: str


class _Whole(NamedTuple):
    """Whole numbers from -(2^negative) to 10^digits or 2^positive."""

    low: int
    high: int


def compare(old_native: str, old_type: str, new_native: str, new_type: str) -> TypeChange:
    """Say what the change from one native type to another means; the types are those of `catalog.types.TYPES`.

    Types are passed, not worked out, because only the caller knows enumerations and domains.
    """
    old = _Side(parse(old_native), old_type, old_native.strip())
    new = _Side(parse(new_native), new_type, new_native.strip())
    if old.type == new.type and old.text == new.text:
        return "same"
    if _is_whole(old) and _is_whole(new):
        return _contained(_whole_range(old, new), _whole_range(new, old))
    rule = _RULES.get((old.type, new.type))
    return rule(old, new) if rule else "changed"


def combine(changes: Iterable[TypeChange]) -> TypeChange:
    """Return the worst of the changes of a type's parts."""
    order: tuple[TypeChange, ...] = ("same", "widened", "narrowed", "changed")
    return max(changes, key=order.index, default="same")


def _same(old: _Side, new: _Side) -> TypeChange:
    return "same"


def _widened(old: _Side, new: _Side) -> TypeChange:
    return "widened"


def _narrowed(old: _Side, new: _Side) -> TypeChange:
    return "narrowed"


def _same_text(old: _Side, new: _Side) -> TypeChange:
    alike = (old.native.base, old.native.arguments) == (new.native.base, new.native.arguments)
    return "same" if alike else "changed"


# --- whole numbers


def _is_whole(side: _Side) -> bool:
    # MySQL's tinyint(1) is shown as boolean but holds, and may grow into, whole numbers.
    return side.type == "integer" or (side.type == "boolean" and side.native.base == "tinyint")


def _whole_range(side: _Side, other: _Side) -> _Whole:
    base = re.sub(r"\s*\b(?:un)?signed\b\s*", "", side.native.base) or "int"
    if side.native.precision is not None:  # Oracle's and Snowflake's number(p)
        limit = 10**side.native.precision - 1
        return _Whole(-limit, limit)
    bits = 64 if base == "int8" and other.native.base in _FOUR_BYTE_NAMES else _BITS.get(base, 64)
    if _UNSIGNED.search(side.native.base):
        return _Whole(0, 2**bits - 1)
    return _Whole(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _contained(old: _Whole, new: _Whole) -> TypeChange:
    if old == new:
        return "same"
    return "widened" if new.low <= old.low and old.high <= new.high else "narrowed"


def _decimal_range(native: NativeType) -> _Whole | None:
    if native.precision is None:
        return None
    limit = 10 ** (native.precision - (native.scale or 0)) - 1
    return _Whole(-limit, limit)


def _integer_to_decimal(old: _Side, new: _Side) -> TypeChange:
    room = _decimal_range(new.native)
    return "widened" if room is None or _contained(_whole_range(old, new), room) != "narrowed" else "narrowed"


def _decimal_to_integer(old: _Side, new: _Side) -> TypeChange:
    held = _decimal_range(old.native)
    if held is None or old.native.scale:
        return "narrowed"
    return "narrowed" if _contained(held, _whole_range(new, old)) == "narrowed" else "widened"


def _integer_to_float(old: _Side, new: _Side) -> TypeChange:
    exact = 2 ** _mantissa(new.native)
    return "widened" if _contained(_whole_range(old, new), _Whole(-exact, exact)) == "widened" else "narrowed"


# --- fractions


def _mantissa(native: NativeType) -> int:
    if native.base == "float" and native.precision and native.precision > 24:
        return 53
    return _MANTISSA.get(native.base, 53)


def _float_to_float(old: _Side, new: _Side) -> TypeChange:
    return _by_size(_mantissa(old.native), _mantissa(new.native))


def _decimal_to_decimal(old: _Side, new: _Side) -> TypeChange:
    before, after = _digits(old.native), _digits(new.native)
    return combine(_by_size(a, b) for a, b in zip(before, after, strict=True))


def _digits(native: NativeType) -> tuple[int | None, int | None]:
    """Return how many digits may stand before and after the point; None where there is no bound."""
    if native.precision is None:
        return None, None
    scale = native.scale or 0
    return native.precision - scale, scale


def _decimal_to_float(old: _Side, new: _Side) -> TypeChange:
    digits = {24: 6, 53: 15}.get(_mantissa(new.native), 2)  # decimal digits that survive there and back
    precision = old.native.precision
    return "widened" if precision is not None and precision <= digits else "narrowed"


def _by_size(old: int | None, new: int | None) -> TypeChange:
    """Compare two bounds, None being no bound."""
    if old == new:
        return "same"
    return "widened" if new is None or (old is not None and new > old) else "narrowed"


# --- text, bytes, bits


def _string_to_string(old: _Side, new: _Side) -> TypeChange:
    sizes = _by_size(_length(old.native), _length(new.native))
    becomes_fixed = _is_fixed(new.native) and not _is_fixed(old.native)
    if becomes_fixed and sizes != "narrowed":
        return "changed"  # values are padded from now on
    stops_being_fixed = _is_fixed(old.native) and not _is_fixed(new.native)
    return "widened" if stops_being_fixed and sizes == "same" else sizes


def _length(native: NativeType) -> int | None:
    if native.length is None and _is_fixed(native) and native.base != "bpchar":
        return 1  # character without a length is one character in SQL
    return native.length


def _is_fixed(native: NativeType) -> bool:
    return native.base in _FIXED


def _length_only(old: _Side, new: _Side) -> TypeChange:
    return _by_size(old.native.length, new.native.length)


def _enum_to_enum(old: _Side, new: _Side) -> TypeChange:
    before, after = set(old.native.arguments), set(new.native.arguments)
    if not before or not after:
        return "changed"
    if before == after:
        return "same"
    return "widened" if before < after else "narrowed" if after < before else "changed"


# --- times


def _time_to_time(old: _Side, new: _Side) -> TypeChange:
    if _has_zone(old) != _has_zone(new):
        return "changed"
    return _by_size(_fraction(old.native), _fraction(new.native))


def _has_zone(side: _Side) -> bool:
    return side.type == "timestamptz" or " with " in side.native.base or side.native.base == "timetz"


def _fraction(native: NativeType) -> int:
    if native.precision is not None:
        return native.precision
    return _FRACTION.get(native.base, 6 if "zone" in native.base or native.base in ("timestamptz", "timetz") else 0)


def _network_to_network(old: _Side, new: _Side) -> TypeChange:
    if old.native.base == new.native.base:
        return "same"
    pair = (old.native.base, new.native.base)
    return "widened" if pair == ("cidr", "inet") else "narrowed" if pair == ("inet", "cidr") else "changed"


# --- types made of types


def _array_to_array(old: _Side, new: _Side) -> TypeChange:
    before, after = element(old.native), element(new.native)
    return _parts(before, after) if before and after else _same_text(old, new)


def _struct_to_struct(old: _Side, new: _Side) -> TypeChange:
    before, after = members(old.native), members(new.native)
    kept = combine(_parts(before[name], after[name]) for name in before.keys() & after.keys())
    if before.keys() - after.keys():
        return combine([kept, "narrowed"])
    return combine([kept, "widened"]) if after.keys() - before.keys() else kept


def _map_to_map(old: _Side, new: _Side) -> TypeChange:
    before, after = old.native.arguments, new.native.arguments
    if len(before) != len(after):
        return "changed"
    return combine(_parts(a, b) for a, b in zip(before, after, strict=True))


def _parts(old: str, new: str) -> TypeChange:
    return compare(old, normalise(old), new, normalise(new))


_RULES: dict[tuple[str, str], Callable[[_Side, _Side], TypeChange]] = {
    **{(type_, type_): _same for type_ in ("boolean", "date", "uuid", "json", "xml")},
    **{(type_, type_): _same_text for type_ in ("interval", "geometry", "range", "unknown")},
    ("integer", "decimal"): _integer_to_decimal,
    ("integer", "float"): _integer_to_float,
    ("decimal", "integer"): _decimal_to_integer,
    ("decimal", "decimal"): _decimal_to_decimal,
    ("decimal", "float"): _decimal_to_float,
    ("float", "float"): _float_to_float,
    ("float", "decimal"): _narrowed,
    ("float", "integer"): _narrowed,
    ("string", "string"): _string_to_string,
    ("enum", "string"): _widened,
    ("string", "enum"): _narrowed,
    ("enum", "enum"): _enum_to_enum,
    ("binary", "binary"): _length_only,
    ("bits", "bits"): _length_only,
    ("date", "timestamp"): _widened,
    ("timestamp", "date"): _narrowed,
    ("time", "time"): _time_to_time,
    ("timestamp", "timestamp"): _time_to_time,
    ("timestamptz", "timestamptz"): _time_to_time,
    ("network", "network"): _network_to_network,
    ("array", "array"): _array_to_array,
    ("struct", "struct"): _struct_to_struct,
    ("map", "map"): _map_to_map,
}
