"""Which names of native types mean which type, over all engines.

Names are lower case, without lengths and without words such as ``unsigned``. Where engines disagree the reading that
most of them share is used: ``timestamp`` has no zone (BigQuery's and Spark's do), ``long`` is an integer (Oracle's is
text), ``bit`` without a length is T-SQL's boolean and with one a string of bits.
"""

_NAMES = {
    "string": """
        character varying, varchar, char, character, text, string, bpchar, "char", name, citext, nchar, nvarchar, ntext,
        sysname, national char, national character, national varchar, national character varying, nchar varying,
        char varying, native character, varying character, tinytext, mediumtext, longtext, long varchar, varchar2,
        nvarchar2, clob, nclob, dbclob, character large object, rowid, urowid, fixedstring, large_string, string_view,
        utf8, large_utf8, ltree, lquery, keyword, regclass, regtype, regproc, regprocedure, regrole, regnamespace,
        regoper, regconfig, sql_identifier, character_data""",
    "integer": """
        integer, int, tinyint, smallint, mediumint, bigint, hugeint, utinyint, usmallint, uinteger, ubigint, uhugeint,
        int1, int2, int3, int4, int8, int16, int32, int64, int128, int256, uint, uint8, uint16, uint32, uint64,
        uint128, uint256, int_8, int_16, int_32, int_64, uint_8, uint_16, uint_32, uint_64, byteint, byte, short, long,
        big int, middleint, serial, bigserial, smallserial, serial2, serial4, serial8, year, oid, xid, xid8, cid,
        cardinal_number, bignum, varint, pls_integer, binary_integer""",
    "decimal": """
        numeric, decimal, dec, number, fixed, money, smallmoney, bignumeric, bigdecimal, decimal32, decimal64,
        decimal128, decimal256""",
    "float": """
        real, double, double precision, float, float4, float8, float16, float32, float64, halffloat, bfloat16,
        binary_float, binary_double, half_float, scaled_float""",
    "boolean": "boolean, bool, bit, yes_or_no",
    "date": "date, date32, date64",
    "time": """
        time, time without time zone, time with time zone, timetz, time32, time64, time_millis, time_micros,
        time_ntz, time with local time zone""",
    "timestamp": """
        timestamp, timestamp without time zone, datetime, datetime2, datetime64, smalldatetime, timestamp_ntz,
        timestampntz, timestamp without local time zone, timestamp_s, timestamp_ms, timestamp_us, timestamp_ns,
        timestamp_millis, timestamp_micros, int96""",
    "timestamptz": """
        timestamp with time zone, timestamp with local time zone, timestamptz, timestamp_tz, timestamp_ltz,
        timestampltz, datetimeoffset, datetime with time zone""",
    "interval": """
        interval, duration, month_interval, day_time_interval, month_day_nano_interval, intervalsecond, intervalminute,
        intervalhour, intervalday, intervalweek, intervalmonth, intervalquarter, intervalyear""",
    "binary": """
        bytea, blob, tinyblob, mediumblob, longblob, binary, varbinary, binary varying, binary large object, bytes,
        varbyte, image, rowversion, raw, long raw, bfile, large_binary, binary_view, fixed_size_binary, byte_array,
        fixed_len_byte_array, hyperloglog, hllsketch, p4hyperloglog, qdigest, tdigest, bson, aggregatefunction""",
    "uuid": "uuid, uniqueidentifier, arrow.uuid",
    "json": "json, jsonb, super, variant, object, dynamic, jsonpath, arrow.json",
    "array": """
        array, list, large_list, list_view, large_list_view, fixed_size_list, vector, halfvec, sparsevec, nested,
        int2vector, oidvector, bag, multiset""",
    "struct": "struct, row, record, tuple, union",
    "map": "map, hstore",
    "enum": "enum, enum8, enum16, set",
    "geometry": """
        geometry, geography, point, line, lseg, box, path, polygon, circle, linestring, multipoint, multilinestring,
        multipolygon, geometrycollection, geomcollection, ring, sdo_geometry, st_geometry, sphericalgeography,
        box2d, box3d, wkb_blob, point_2d, linestring_2d, polygon_2d, box_2d, geo_point, geo_shape""",
    "network": "inet, cidr, macaddr, macaddr8, ipv4, ipv6, inet4, inet6, ipaddress, ipprefix, ip",
    "xml": "xml, xmltype, sys.xmltype",
    "range": """
        range, int4range, int8range, numrange, tsrange, tstzrange, daterange, int4multirange, int8multirange,
        nummultirange, tsmultirange, tstzmultirange, datemultirange""",
    "bits": "bit varying, varbit, bitstring, bits",
}

TYPE_OF_NAME = {name.strip(): type_ for type_, names in _NAMES.items() for name in names.replace("\n", " ").split(",")}

# Types of extensions, which a source prints with whatever schema they were installed in.
EXTENSION_NAMES = frozenset(
    [
        "citext", "hstore", "ltree", "lquery", "geometry", "geography", "vector", "halfvec", "sparsevec",
        "sdo_geometry", "st_geometry", "xmltype", "box2d", "box3d",
    ]
)  # fmt: skip
SYSTEM_SCHEMAS = frozenset(["pg_catalog", "sys", "mdsys", "information_schema", "main"])
