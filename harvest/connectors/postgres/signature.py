"""One short text for the state of a whole catalog.

Every change of a catalog row gives it the id of the transaction that made it (`xmin`), so counting the rows and adding
up a hash of (row, `xmin`) per catalog notices it. A signature per relation would miss renamed schemas, types and roles.
"""

from __future__ import annotations

from typing import NamedTuple

from psycopg2.extensions import connection

from harvest.connectors.postgres import session
from harvest.connectors.postgres.queries import FIRST_USER_OID

EDITION = "2"  # raised when the connector learns a new kind of fact, so that known sources are read again


class _Watched(NamedTuple):
    catalog: str
    key: str  # a bigint that tells rows apart
    where: str = "true"
    also: str = ""  # another bigint that changes without `xmin`


def _own(column: str) -> str:
    # Limited to what people made: the server's own rows are touched by its maintenance.
    return f"{column} >= {FIRST_USER_OID}"


_OF_THIS_DATABASE = "objoid = (select oid from pg_database where datname = current_database())"
_OF_SCHEMA = "classoid = 'pg_namespace'::regclass"  # `public` comes with the server, its comment may not

_WATCHED = (
    # Statistics are written in place, without a new `xmin`.
    _Watched("pg_class", "oid::bigint", _own("oid"), "reltuples::bigint * 4294967296 + relpages"),
    _Watched("pg_attribute", "attrelid::bigint << 16 | attnum", f"{_own('attrelid')} and attnum > 0"),
    _Watched("pg_attrdef", "oid::bigint"),
    _Watched("pg_constraint", "oid::bigint", _own("oid")),
    _Watched("pg_index", "indexrelid::bigint", _own("indexrelid")),
    _Watched("pg_rewrite", "oid::bigint", _own("oid")),
    _Watched("pg_inherits", "inhrelid::bigint << 16 | inhseqno"),
    _Watched("pg_partitioned_table", "partrelid::bigint"),
    _Watched("pg_description", "objoid::bigint << 16 | objsubid", f"{_own('objoid')} or {_OF_SCHEMA}"),
    _Watched("pg_shdescription", "objoid::bigint", _OF_THIS_DATABASE),
    _Watched("pg_namespace", "oid::bigint"),
    _Watched("pg_type", "oid::bigint", _own("oid")),
    _Watched("pg_enum", "oid::bigint"),
    _Watched("pg_range", "rngtypid::bigint"),
    _Watched("pg_collation", "oid::bigint", _own("oid")),
    _Watched("pg_proc", "oid::bigint", _own("oid")),
    _Watched("pg_language", "oid::bigint"),
    _Watched("pg_opclass", "oid::bigint", _own("oid")),
    _Watched("pg_am", "oid::bigint"),
    _Watched("pg_ts_config", "oid::bigint", _own("oid")),
    _Watched("pg_foreign_server", "oid::bigint"),
    _Watched("pg_foreign_table", "ftrelid::bigint"),
    _Watched("pg_extension", "oid::bigint"),
    _Watched("pg_depend", "objid::bigint", "refclassid = 'pg_extension'::regclass and deptype = 'e'"),
    _Watched("pg_database", "oid::bigint", "datname = current_database()"),
)


def _term(watched: _Watched) -> str:
    sums = f"sum(hashint8extended(xmin::text::bigint, {watched.key}))"
    if watched.also:
        sums += f" + sum(hashint8extended({watched.also}, {watched.key}))"
    # All of it is written above, nothing comes from outside.
    return f"(select concat(count(*), ':', {sums}) from {watched.catalog} where {watched.where})"  # noqa: S608


# Nobody but a superuser sees `xmin` of roles; the names of owners are what facts hold. Roles and descriptions are
# shared by all databases of a server: those of other databases are no change of this one.
_ROLES = f"""(select sum(hashtextextended(rolname::text, oid::bigint))::text from pg_roles where oid in (
    select relowner from pg_class where {_own("oid")} union select nspowner from pg_namespace
    union select datdba from pg_database where datname = current_database()))"""  # noqa: S608 - all of it is ours
QUERY = f"""select encode(sha256(convert_to(concat_ws(' ', '{EDITION}', current_setting('server_version_num'),
    current_database(), {_ROLES}, {", ".join(map(_term, _WATCHED))}), 'UTF8')), 'hex')"""


def signature(opened: connection) -> str:
    """Return the signature of the database, from one query."""
    [(text,)] = session.rows(opened, QUERY)
    return str(text)
