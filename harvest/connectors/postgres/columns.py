"""What may be asked of the columns of one relation, and whether it may be read at all."""

from __future__ import annotations

from typing import NamedTuple

from psycopg2 import sql
from psycopg2.extensions import connection

from core.names import join_path, quote_part
from harvest.connectors.base import DatasetTarget, ObjectError
from harvest.connectors.postgres import session

# Domains are followed to what they are made of.
_LOOK = """
    select current_user, has_schema_privilege(n.oid, 'usage'), has_table_privilege(c.oid, 'select'), c.relkind,
        c.relispopulated, a.attname, b.oid, b.typtype, b.typcategory
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join lateral (
        with recursive base(oid, typtype, typcategory, next) as (
            select t.oid, t.typtype, t.typcategory, t.typbasetype from pg_type t where t.oid = a.atttypid
            union all
            select t.oid, t.typtype, t.typcategory, t.typbasetype from base p join pg_type t on t.oid = p.next)
        select * from base where typtype <> 'd') b on true
    where n.nspname = %(schema)s and c.relname = %(name)s
    order by a.attnum"""

# Oids of built-in types never change (pg_type.dat). Ordered: whole numbers, oid, fractions, money, dates and times.
_ORDERED = frozenset([20, 21, 23, 26, 700, 701, 1700, 790, 1082, 1083, 1266, 1114, 1184, 1186])
_COMPARABLE = frozenset([16, 2950, 869, 650, 829, 774, 1560, 1562])  # boolean, uuid, network addresses, bits
_BYTES = 17


class Column(NamedTuple):
    """A column and its base type."""

    name: str
    type_oid: int
    form: str  # pg_type.typtype
    category: str  # pg_type.typcategory

    @property
    def is_text(self) -> bool:
        return self.category == "S"

    @property
    def is_ordered(self) -> bool:
        return self.is_text or self.type_oid in _ORDERED or self.form == "e"

    @property
    def is_comparable(self) -> bool:
        """Whether counting equal values is cheap: not for documents, arrays, bytes, geometries."""
        return self.is_ordered or self.type_oid in _COMPARABLE

    def shown(self, longest: int) -> sql.Composed:
        """Return the expression of the value as text, cut; bytes only say how many they are."""
        name = sql.Identifier(self.name)
        if self.type_oid == _BYTES:
            return sql.SQL("'<' || octet_length({}) || ' bytes>'").format(name)
        return sql.SQL("left({}::text, {})").format(name, sql.Literal(longest))

    def counted(self, longest: int) -> sql.Composed:
        """Return the expression that is counted: the value, cut if text, or only whether it is null."""
        name = sql.Identifier(self.name)
        if self.is_text:
            return sql.SQL('left({}::text, {}) collate "C"').format(name, sql.Literal(longest))
        if self.is_comparable:
            return sql.SQL("{}").format(name)
        return sql.SQL("{} is not distinct from null").format(name)


class Readable(NamedTuple):
    """A relation that may be read, with those of its columns that are wanted and still exist."""

    relkind: str
    columns: tuple[Column, ...]

    @property
    def has_storage(self) -> bool:
        """Whether its own blocks can be sampled and its size is known to the planner."""
        return self.relkind in "rmp"


def look(opened: connection, target: DatasetTarget) -> Readable:
    """Return the relation; raise `ObjectError` when it is gone or may not be read."""
    schema, name = target.path
    found = session.rows(opened, _LOOK, {"schema": schema, "name": name})
    if not found:
        raise ObjectError(f"{join_path(target.path)} no longer exists: harvest again.")
    _check_rights(target, *found[0][:3])
    relkind, populated = found[0][3:5]
    if not populated:
        raise ObjectError(f"{join_path(target.path)} holds nothing yet: refresh the materialized view.")
    wanted = {field for field, _ in target.fields}
    columns = (Column(*row[5:]) for row in found if row[5] is not None)
    return Readable(relkind, tuple(column for column in columns if column.name in wanted))


def _check_rights(target: DatasetTarget, user: str, usage: bool, select: bool) -> None:
    path = join_path(target.path)
    if not usage:
        schema = quote_part(target.path[0])
        raise ObjectError(f"No right to use the schema of {path}: grant usage on schema {schema} to {user}.")
    if not select:
        raise ObjectError(f"No right to read {path}: grant select on {path} to {user}.")
