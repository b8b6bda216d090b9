"""What a change of type means to readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.types import compare, normalise

CHANGES = [
    ("smallint", "integer", "widened"),
    ("integer", "bigint", "widened"),
    ("bigint", "integer", "narrowed"),
    ("int", "integer", "same"),
    ("int4", "int8", "widened"),
    ("int8", "int16", "widened"),
    ("int unsigned", "bigint", "widened"),
    ("int", "int unsigned", "narrowed"),
    ("tinyint(1)", "int", "widened"),
    ("NUMBER(5,0)", "NUMBER(9,0)", "widened"),
    ("integer", "numeric(10,0)", "widened"),
    ("integer", "numeric(9,0)", "narrowed"),
    ("bigint", "numeric", "widened"),
    ("numeric(4,0)", "integer", "widened"),
    ("numeric(10,2)", "integer", "narrowed"),
    ("integer", "double precision", "widened"),
    ("bigint", "double precision", "narrowed"),
    ("integer", "real", "narrowed"),
    ("smallint", "real", "widened"),
    ("real", "double precision", "widened"),
    ("double precision", "real", "narrowed"),
    ("double precision", "numeric(10,2)", "narrowed"),
    ("numeric(10,2)", "double precision", "widened"),
    ("numeric(20,2)", "double precision", "narrowed"),
    ("numeric(10,2)", "numeric(12,2)", "widened"),
    ("numeric(10,2)", "numeric(10,3)", "narrowed"),
    ("numeric(10,2)", "numeric", "widened"),
    ("numeric", "numeric(38,9)", "narrowed"),
    ("varchar(10)", "varchar(20)", "widened"),
    ("varchar(20)", "varchar(10)", "narrowed"),
    ("character varying(20)", "varchar(20)", "same"),
    ("varchar(10)", "text", "widened"),
    ("text", "varchar(10)", "narrowed"),
    ("char(5)", "varchar(5)", "widened"),
    ("varchar(5)", "char(10)", "changed"),
    ("enum('a','b')", "enum('a','b','c')", "widened"),
    ("enum('a','b')", "enum('a')", "narrowed"),
    ("enum('a','b')", "enum('a','c')", "changed"),
    ("enum('a','b')", "text", "widened"),
    ("date", "timestamp without time zone", "widened"),
    ("timestamp without time zone", "date", "narrowed"),
    ("timestamp without time zone", "timestamp with time zone", "changed"),
    ("timestamp(3) without time zone", "timestamp without time zone", "widened"),
    ("datetime(6)", "datetime", "narrowed"),
    ("time without time zone", "time with time zone", "changed"),
    ("json", "jsonb", "same"),
    ("uuid", "text", "changed"),
    ("integer", "text", "changed"),
    ("boolean", "integer", "changed"),
    ("cidr", "inet", "widened"),
    ("integer[]", "bigint[]", "widened"),
    ("integer[]", "text[]", "changed"),
    ("integer", "integer[]", "changed"),
    ("vector(3)", "vector(4)", "changed"),
    ("struct<a:int>", "struct<a:int,b:string>", "widened"),
    ("struct<a:int,b:string>", "struct<a:bigint>", "narrowed"),
    ("map<string,int>", "map<string,bigint>", "widened"),
    ("binary(8)", "varbinary(16)", "widened"),
    ("bit(8)", "bit(4)", "narrowed"),
    ("geometry(Point,4326)", "geometry(Polygon,4326)", "changed"),
    ("app.status", "app.state", "changed"),
]
NATIVES = sorted({native for old, new, _ in CHANGES for native in (old, new)})


def _compare(old: str, new: str) -> str:
    return compare(old, normalise(old), new, normalise(new))


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_change_of_type(old: str, new: str, expected: str) -> None:
    assert _compare(old, new) == expected


def test_named_enumeration_becoming_text_is_widened() -> None:
    assert compare("app.status", "enum", "text", "string") == "widened"


@given(st.sampled_from(NATIVES))
def test_a_type_is_the_same_as_itself(native: str) -> None:
    assert _compare(native, native) == "same"


@given(st.sampled_from(NATIVES), st.sampled_from(NATIVES))
def test_no_change_widens_in_both_directions_unless_both_hold_the_same(old: str, new: str) -> None:
    exchange = {_compare(old, new), _compare(new, old)}
    assert exchange != {"widened"} or {normalise(old), normalise(new)} == {"integer", "decimal"}


@given(st.sampled_from(NATIVES), st.sampled_from(NATIVES))
def test_same_holds_in_both_directions(old: str, new: str) -> None:
    assert (_compare(old, new) == "same") == (_compare(new, old) == "same")
