"""How dialects differ, where it matters for lineage."""

from __future__ import annotations

from sqlglot.dialects.dialect import Dialects

# A name given in the select list may be used further on in it.
ALIASES_AMONG_EACH_OTHER = frozenset({
    "snowflake", "redshift", "databricks", "spark", "duckdb", "clickhouse", "teradata",
})  # fmt: skip
# A named query may read itself without WITH RECURSIVE.
RECURSIVE_UNSAID = frozenset({"tsql", "fabric", "oracle", "teradata", "snowflake"})

_READ_AS = {
    "ansi": "", "generic": "", "": "", "mariadb": "mysql", "greenplum": "postgres", "vertica": "postgres",
    "impala": "hive", "sparksql": "spark", "spark3": "spark", "sqlserver": "tsql", "mssql": "tsql",
    "postgresql": "postgres", "netezza": "postgres", "db2": "", "sql": "",
}  # fmt: skip

_PSEUDO = frozenset({
    "sysdate", "systimestamp", "rownum", "rowid", "level", "user", "uid", "current_user", "current_date",
    "current_time", "current_timestamp", "session_user", "localtime", "localtimestamp", "sysdatetime",
    "connect_by_isleaf", "connect_by_iscycle", "nextval", "currval",
})  # fmt: skip


def read_as(dialect: str | None) -> str:
    """Return the dialect of the parser nearest to `dialect`, by its name or that of a product; "" for none."""
    folded = (dialect or "").lower()
    return _READ_AS.get(folded, folded)


def has_parser(dialect: str) -> bool:
    """Whether a name is that of a dialect, or of a product whose dialect can be read."""
    return read_as(dialect) in _PARSERS


_PARSERS = frozenset(one.value for one in Dialects)
_ORACLE = frozenset({"rownum", "rowid", "level", "sysdate", "systimestamp"})


def is_own(name: str, dialect: str) -> bool:
    """Whether a name is the database's own even where a table's columns are not known."""
    return dialect == "oracle" and name.lower() in _ORACLE


def is_pseudo(name: str, dialect: str) -> bool:
    """Whether a name that nothing in reach has is the database's own."""
    return name.lower() in _PSEUDO or name.startswith("@") or (dialect == "oracle" and name.startswith(":"))


# Another parser to try where a dialect's own fails.
INSTEAD = {
    "athena": "spark", "trino": "spark", "presto": "trino", "redshift": "postgres", "postgres": "duckdb",
    "databricks": "spark", "spark": "databricks", "hive": "spark", "snowflake": "databricks", "": "spark",
    "mysql": "spark", "sqlite": "postgres", "teradata": "", "bigquery": "databricks", "oracle": "postgres",
}  # fmt: skip

WITHOUT_SEMICOLONS = frozenset({"tsql", "fabric"})
