"""Facts of any database, by SQLAlchemy's bulk reflection.

What a dialect cannot do in bulk is asked table by table, so that one unreadable table costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Inspector, inspect
from sqlalchemy.engine.reflection import ObjectKind, ObjectScope

from core.names import join_path
from harvest.connectors.base import Scope
from harvest.connectors.sql.errors import driver_text
from harvest.connectors.sql.reflected import column_facts, constraint_facts, index_facts
from harvest.connectors.sql.unreliable import DIALECT_ERRORS
from harvest.facts import Container, Dataset, Fact, Facts, Problem

CHUNK = 500  # tables asked for at once: bounds memory, and keeps the number of queries small

EVERYWHERE = frozenset({"information_schema"})
# Schemas that a dialect lists although they are its own; another dialect's user may well have one of the same name.
SYSTEM_SCHEMAS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "cockroachdb": frozenset({"pg_catalog", "crdb_internal", "pg_extension"}),
        "hana": frozenset({"sys", "_sys_bi", "_sys_bic", "_sys_repo", "_sys_statistics", "_sys_epm"}),
        "ibm_db_sa": frozenset({"syscat", "sysibm", "sysibmadm", "sysstat", "systools", "sysfun", "sysproc", "nullid"}),
        "mssql": frozenset({"sys", "guest"}),
        "oracle": frozenset(
            {"sys", "system", "xdb", "mdsys", "ctxsys", "ordsys", "wmsys", "dbsnmp", "outln", "audsys"}
        ),
        "postgresql": frozenset({"pg_catalog"}),
        "redshift": frozenset({"pg_catalog", "pg_internal", "catalog_history"}),
    }
)
FIXED_ROLES = "db_"  # SQL Server lists its fixed roles as schemas


Refs = Mapping[tuple[str | None, str], str]  # by schema and name


class Found(NamedTuple):
    """A table or view that is in scope."""

    schema: str | None  # as SQLAlchemy wants it: None is the only schema there is
    name: str
    path: tuple[str, ...]
    kind: str

    @property
    def ref(self) -> str:
        return join_path(self.path)


@dataclass
class Reflection:
    """Reads the facts of one database through an inspector."""

    connection: Connection
    inspector: Inspector = field(init=False)

    def __post_init__(self) -> None:
        self.inspector = inspect(self.connection)

    def schemas(self) -> list[str | None]:
        """Schemas that are not the system's; [None] where the dialect knows none."""
        try:
            names = self.inspector.get_schema_names()
        except NotImplementedError:
            return [None]
        return [name for name in names if not self._is_system(name.lower())]

    def _is_system(self, name: str) -> bool:
        dialect = self.connection.dialect.name
        if dialect == "mssql" and name.startswith(FIXED_ROLES):
            return True
        return name in EVERYWHERE or name in SYSTEM_SCHEMAS.get(dialect, ())

    def names(self) -> Iterator[tuple[str, ...]]:
        for schema in self.schemas():
            for found in self._objects(schema, []):
                yield found.path

    def facts(self, scope: Scope) -> Facts:
        """Containers and datasets of every schema, then what hangs on them."""
        yield Container((), "database")
        found: list[Found] = []
        for schema in self.schemas():
            if schema is not None:
                yield Container((schema,), "schema")
            problems: list[Problem] = []
            wanted = [one for one in self._objects(schema, problems) if scope.wants(one.path)]
            yield from problems
            for chunk in chunks(wanted):
                yield from self._datasets(schema, chunk)
            found += wanted
        refs = {(one.schema, one.name): one.ref for one in found}
        for schema in dict.fromkeys(one.schema for one in found):
            for chunk in chunks([one for one in found if one.schema == schema]):
                yield from self._details(schema, chunk, refs)

    def _objects(self, schema: str | None, problems: list[Problem]) -> Iterator[Found]:
        listings: tuple[tuple[str, Callable[..., list[str]]], ...] = (
            ("table", self.inspector.get_table_names),
            ("view", self.inspector.get_view_names),
            ("materialized_view", self.inspector.get_materialized_view_names),
        )
        seen: set[str] = set()
        for kind, listing in listings:
            for name in self._listed(listing, schema, problems):
                if name not in seen:
                    seen.add(name)
                    yield Found(schema, name, (schema, name) if schema is not None else (name,), kind)

    def _listed(self, listing: Callable[..., list[str]], schema: str | None, problems: list[Problem]) -> list[str]:
        try:
            return listing(schema=schema)
        except NotImplementedError:
            return []  # the dialect has no such kind of object
        except DIALECT_ERRORS as error:
            self.connection.rollback()
            path = (schema,) if schema is not None else ()
            message = f"Its tables or views could not be listed: {driver_text(error)}. Check the account's rights."
            problems.append(Problem(schema or "the database", message, path))
            return []

    def _datasets(self, schema: str | None, chunk: Sequence[Found]) -> Iterator[Fact]:
        comments = self._multi("get_table_comment", schema, chunk, [])
        for one in chunk:
            sql, problem = self._view_sql(one)
            comment = (comments.get(one.name) or {}).get("text") or ""
            yield Dataset(one.ref, one.path, one.kind, comment=comment, sql=sql)
            if problem:
                yield problem

    def _view_sql(self, one: Found) -> tuple[str, Problem | None]:
        if one.kind == "table":
            return "", None
        try:
            return self.inspector.get_view_definition(one.name, schema=one.schema) or "", None
        except NotImplementedError:
            return "", None
        except DIALECT_ERRORS as error:
            self.connection.rollback()
            return "", Problem(one.ref, f"The view's SQL could not be read: {driver_text(error)}.")

    def _details(self, schema: str | None, chunk: Sequence[Found], refs: Refs) -> Iterator[Fact]:
        problems: list[Problem] = []
        tables = [one for one in chunk if one.kind != "view"]
        columns = self._multi("get_columns", schema, chunk, problems)
        keys = self._multi("get_pk_constraint", schema, tables, problems)
        uniques = self._multi("get_unique_constraints", schema, tables, problems)
        foreign = self._multi("get_foreign_keys", schema, tables, problems)
        checks = self._multi("get_check_constraints", schema, tables, problems)
        indexes = self._multi("get_indexes", schema, tables, problems)
        for one in chunk:
            yield from column_facts(one.ref, columns.get(one.name) or [], self.connection.dialect)
            yield from constraint_facts(
                one.ref,
                keys.get(one.name),
                uniques.get(one.name) or [],
                foreign.get(one.name) or [],
                checks.get(one.name) or [],
                partial(_ref_of, refs, self.inspector.default_schema_name, one.schema),
            )
            yield from index_facts(one.ref, indexes.get(one.name) or [])
        yield from problems

    def _multi(
        self, method: str, schema: str | None, chunk: Sequence[Found], problems: list[Problem]
    ) -> dict[str, Any]:
        """What `Inspector.get_multi_<method>` says of the chunk, by table name; table by table where that fails."""
        if not chunk:
            return {}
        try:
            found = getattr(self.inspector, method.replace("get_", "get_multi_"))(
                schema=schema, filter_names=[one.name for one in chunk], kind=ObjectKind.ANY, scope=ObjectScope.DEFAULT
            )
            return {name: facts for (_, name), facts in found.items()}
        except NotImplementedError:
            return {}  # the dialect cannot tell this kind of fact
        except DIALECT_ERRORS:
            self.connection.rollback()
            return self._singly(method, chunk, problems)

    def _singly(self, method: str, chunk: Sequence[Found], problems: list[Problem]) -> dict[str, Any]:
        found = {}
        for one in chunk:
            try:
                found[one.name] = getattr(self.inspector, method)(one.name, schema=one.schema)
            except NotImplementedError:
                continue
            except DIALECT_ERRORS as error:
                self.connection.rollback()
                path = one.path if method == "get_columns" else None
                problems.append(Problem(one.ref, f"{FAILED[method]}: {driver_text(error)}.", path))
        return found


FAILED = {
    "get_columns": "Its columns could not be read",
    "get_pk_constraint": "Its primary key could not be read",
    "get_unique_constraints": "Its unique constraints could not be read",
    "get_foreign_keys": "Its foreign keys could not be read",
    "get_check_constraints": "Its checks could not be read",
    "get_indexes": "Its indexes could not be read",
    "get_table_comment": "Its comment could not be read",
}


def _ref_of(refs: Refs, default: str | None, home: str | None, schema: str | None, name: str) -> str:
    """The ref of a table that a key leads to; without a schema it is the session's own, or else the table's."""
    schemas = (schema,) if schema else (default, home)
    return next((refs[one, name] for one in schemas if (one, name) in refs), "")


def chunks(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    """Cut a list into pieces of `CHUNK`."""
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]
