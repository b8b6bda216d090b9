"""What a reading of PostgreSQL says differently from the server's own information_schema."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from harvest import facts
from tests.connectors.conftest import PostgresDatabase
from tests.connectors.reading import Harvest

Path = tuple[str, str]
_OURS = "not in ('information_schema', 'pg_catalog') and table_schema !~ '^pg_(temp|toast)'"

_TABLES = f"""
    select table_schema, table_name from information_schema.tables where table_schema {_OURS}
    union all select schemaname, matviewname from pg_matviews"""

_COLUMNS = f"""
    select table_schema, table_name, column_name, is_nullable = 'YES', coalesce(column_default, ''),
        case when is_identity = 'YES' then 'identity' else coalesce(generation_expression, '') end,
        case when domain_name is not null then format('%I.%I', domain_schema, domain_name)
            when data_type = 'USER-DEFINED' then format('%I.%I', udt_schema, udt_name)
            else data_type end
    from information_schema.columns where table_schema {_OURS}
    order by table_schema, table_name, ordinal_position"""

_KEYS = f"""
    select table_schema, table_name, constraint_name, lower(split_part(constraint_type, ' ', 1)),
        array_agg(column_name::text order by k.ordinal_position)
    from information_schema.table_constraints t
    join information_schema.key_column_usage k using (constraint_schema, constraint_name, table_schema, table_name)
    where table_schema {_OURS} group by 1, 2, 3, 4"""

_CHECKS = f"""
    select table_schema, table_name, constraint_name
    from information_schema.table_constraints
    where constraint_type = 'CHECK' and constraint_name !~ '_not_null$' and table_schema {_OURS}"""

_USED = """
    select view_schema, view_name, table_schema, table_name, array_agg(column_name::text order by column_name)
    from information_schema.view_column_usage
    where view_schema not in ('information_schema', 'pg_catalog') group by 1, 2, 3, 4"""

_COMMENTS = r"""
    select n.nspname, c.relname, a.attname, col_description(c.oid, a.attnum)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and col_description(c.oid, a.attnum) is not null"""


def differences(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path] = frozenset()) -> list[str]:
    """Return each difference as a line; relations in `leave_out` are not compared."""
    checks = (_tables, _columns, _keys, _checks, _used, _comments)
    return [line for check in checks for line in check(database, harvest, leave_out)]


def _tables(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path]) -> Iterator[str]:
    theirs = set(database.rows(_TABLES)) - leave_out
    yield from (f"relation missing: {path}" for path in theirs - set(harvest.datasets))
    yield from (f"relation unknown to the server: {path}" for path in set(harvest.datasets) - theirs)


def _columns(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path]) -> Iterator[str]:
    for path, rows in groupby(database.rows(_COLUMNS), key=itemgetter(0, 1)):
        if path in leave_out:
            continue
        theirs = [tuple(row[2:]) for row in rows]
        ours = [_as_theirs(fact) for fact in harvest.about(facts.Field, *path) if not fact.parent]
        for their, our in zip(theirs, ours, strict=False):
            if their[:-1] != our[:-1] or not _same_type(their[-1], our[-1]):
                yield f"column of {path}: {their} is told as {our}"
        if len(theirs) != len(ours):
            yield f"columns of {path}: {len(theirs)} are told as {len(ours)}"


def _as_theirs(fact: facts.Field) -> tuple[str, bool, str, str, str]:
    return fact.name, fact.nullable, fact.default, fact.generated, fact.native_type


def _same_type(theirs: str, ours: str) -> bool:
    if theirs == "ARRAY":
        return ours.endswith("[]")
    without_size = "".join(part.partition(")")[2] if ")" in part else part for part in ours.split("("))
    return theirs in (ours, without_size)


def _keys(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path]) -> Iterator[str]:
    for schema, table, name, kind, columns in database.rows(_KEYS):
        if (schema, table) not in leave_out:
            found = harvest.constraint(schema, table, name)
            if (found.kind, list(found.fields)) != (kind, columns):
                yield f"key {name} of {schema}.{table}: {kind} {columns} is told as {found}"


def _checks(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path]) -> Iterator[str]:
    theirs = {row for row in database.rows(_CHECKS) if row[:2] not in leave_out}
    ours = {
        (*path, fact.name)
        for path in harvest.datasets
        for fact in harvest.about(facts.Constraint, *path)
        if fact.kind == "check"
    }
    yield from (f"check told on one side only: {check}" for check in theirs ^ ours)


def _used(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path]) -> Iterator[str]:
    paths = {fact.ref: path for path, fact in harvest.datasets.items()}
    ours = {(paths[d.dataset], paths[d.upstream]): sorted(d.fields) for d in harvest.of(facts.Dependency)}
    for view_schema, view, schema, table, columns in database.rows(_USED):
        if ours.get(((view_schema, view), (schema, table))) != sorted(columns):
            yield f"{view} reads {columns} of {table}"


def _comments(database: PostgresDatabase, harvest: Harvest, leave_out: frozenset[Path]) -> Iterator[str]:
    for schema, table, column, comment in database.rows(_COMMENTS):
        if (schema, table) not in leave_out and harvest.field(schema, table, column).comment != comment:
            yield f"comment of {schema}.{table}.{column}"
