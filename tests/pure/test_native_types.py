"""Native types of every engine come down to the catalog's few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.types import TYPES, NativeType, normalise, parse, sqlite_type

NATIVES = {
    "string": [
        "character varying(80)", "text", '"char"', "bpchar", "public.citext", "name", "varchar(20) CHARACTER SET utf8",
        "longtext", "VARCHAR2(50 CHAR)", "NVARCHAR(MAX)", "NCLOB", "LowCardinality(Nullable(String))",
        "FixedString(16)", "STRING(10)", "dictionary<values=string, indices=int32, ordered=0>", "large_string",
        "NATIVE CHARACTER(70)", "regclass",
    ],
    "integer": [
        "integer", "BIGINT", "int(10) unsigned zerofill", "tinyint(4)", "HUGEINT", "UBIGINT", "Nullable(UInt64)",
        "NUMBER(10)", "NUMBER(38,0)", "INT64", "uint8", "UNSIGNED BIG INT", "year(4)", "long",
        "SimpleAggregateFunction(sum, UInt64)", "Int(bitWidth=32, isSigned=true)",
    ],
    "decimal": [
        "numeric(10,3)", "numeric", "DECIMAL(18,3)", "NUMBER(10,2)", "NUMBER", "money", "BIGNUMERIC",
        "Nullable(Decimal(18, 4))", "Decimal64(3)", "decimal128(38, 9)", "decimal(10,2) unsigned",
    ],
    "float": ["double precision", "real", "float(53)", "FLOAT64", "BINARY_DOUBLE", "halffloat", "double unsigned"],
    "boolean": ["boolean", "BOOL", "bit", "tinyint(1)"],
    "date": ["date", "date32[day]", "Nullable(Date)"],
    "time": ["time without time zone", "time(6) with time zone", "time64[us]"],
    "timestamp": [
        "timestamp without time zone", "timestamp(3) without time zone", "datetime2(7)", "DATETIME", "DateTime64(3)",
        "timestamp[us]", "TIMESTAMP_NTZ(9)",
    ],
    "timestamptz": [
        "timestamp with time zone", "TIMESTAMP(6) WITH LOCAL TIME ZONE", "DateTime('UTC')", "TIMESTAMP_LTZ(9)",
        "DateTime64(3, 'Europe/Berlin')", "timestamp[us, tz=UTC]", "datetimeoffset(7)", "timestamp(3) with time zone",
        "Timestamp(isAdjustedToUTC=true, timeUnit=microseconds)",
    ],
    "interval": ["interval", "interval day to second", "INTERVAL YEAR(2) TO MONTH", "duration[ns]"],
    "binary": ["bytea", "varbinary(max)", "LONG RAW", "BYTES", "rowversion", "fixed_size_binary[16]"],
    "uuid": ["uuid", "uniqueidentifier", "extension<arrow.uuid>"],
    "json": ["jsonb", "SUPER", "VARIANT", "Object('json')"],
    "array": [
        "integer[]", "text[][]", "STRUCT(a INTEGER, b VARCHAR)[]", "array<struct<a:int,b:decimal(10,2)>>",
        "list<item: int64>", "fixed_size_list<item: float>[3]", "Array(Nullable(String))", "VECTOR(FLOAT, 256)",
        "array(bigint)", "INTEGER[3]",
    ],
    "struct": ["STRUCT(a INTEGER)", "row(a bigint, b varchar)", "Tuple(String, UInt8)", "OBJECT(a NUMBER)", "RECORD"],
    "map": ["MAP(VARCHAR, INTEGER)", "map<string,int>", "public.hstore", "Map(String, Array(UInt8))"],
    "enum": ["enum('a','b')", "Enum8('A' = 1, 'b)' = 2)", "set('x')"],
    "geometry": ["public.geometry(Point,4326)", "GEOGRAPHY", "MDSYS.SDO_GEOMETRY", "polygon"],
    "network": ["inet", "cidr", "IPv6", "ipaddress", "macaddr8"],
    "xml": ["xml", "XMLTYPE"],
    "range": ["tstzrange", "int4multirange", "RANGE<DATE>"],
    "bits": ["bit(8)", "bit varying(3)"],
    "unknown": ["app.status", "point_status", '"my int"', "", "tsvector", "null"],
}  # fmt: skip


@pytest.mark.parametrize(("native", "expected"), [(native, type_) for type_ in NATIVES for native in NATIVES[type_]])
def test_native_type_is_normalised(native: str, expected: str) -> None:
    assert normalise(native) == expected


@pytest.mark.parametrize("native", [native for natives in NATIVES.values() for native in natives])
def test_case_does_not_matter(native: str) -> None:
    assert normalise(native.upper()) == normalise(native.lower()) == normalise(native)


def test_every_type_has_an_example() -> None:
    assert set(NATIVES) == set(TYPES)


@pytest.mark.parametrize(
    ("native", "base", "length", "precision", "scale"),
    [
        ("character varying(80)", "character varying", 80, None, None),
        ("numeric(10,3)", "numeric", None, 10, 3),
        ("numeric(5)", "numeric", None, 5, 0),
        ("timestamp(3) without time zone", "timestamp without time zone", None, 3, None),
        ("int(10) unsigned", "int unsigned", None, None, None),
        ("nvarchar(max)", "nvarchar", None, None, None),
        ("varchar(-1)", "varchar", None, None, None),
        ("Decimal64(3)", "decimal64", None, 18, 3),
        ("Nullable(FixedString(16))", "fixedstring", 16, None, None),
        ("timestamp[us, tz=UTC]", "timestamp", None, 6, None),
    ],
)
def test_native_type_is_taken_apart(
    native: str, base: str, length: int | None, precision: int | None, scale: int | None
) -> None:
    assert parse(native)[:4] == (base, length, precision, scale)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("INTEGERISH", "integer"),
        ("MYCHAR(3)", "string"),
        ("FLOATING", "float"),
        ("VARCHAR(3)", "string"),
        ("", "unknown"),
    ],
)
def test_sqlite_reads_any_declaration_by_affinity(declared: str, expected: str) -> None:
    assert sqlite_type(declared) == expected


@given(st.text(max_size=40))
def test_any_text_is_read_without_error(native: str) -> None:
    assert isinstance(parse(native), NativeType)
    assert normalise(native) in TYPES
    assert sqlite_type(native) in TYPES
