"""Makes a PostgreSQL database of N relations that looks like a company's warehouse; the same N gives the same database.

    python -m benchmarks.pg_generator --dsn "host=127.0.0.1 user=postgres" --db bench_1000 --tables 1000

One relation in ten is a view (one view in ten materialized, one in five reading another view); about two tables in a
hundred are partitions, in threes under their parent. A table has 8 to 40 columns, mostly with a primary key, and
foreign keys, indexes, unique and check constraints, defaults, identity and generated columns, enums, domains, arrays
and JSON as often as real warehouses have them. Three in ten relations and columns carry a comment.
The tables are empty: what is measured is reading what exists, not what it holds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, make_dsn

from benchmarks import pg_vocabulary as words

COMMENTED = 0.30
WITH_KEY = 0.97
STATEMENTS_PER_TRANSACTION = 60  # few enough for the default size of the lock table


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    clause: str = ""

    @property
    def definition(self) -> str:
        return f"{self.name} {self.type} {self.clause}".rstrip()


@dataclass(frozen=True)
class Relation:
    schema: str
    name: str
    columns: tuple[Column, ...]
    key_type: str = ""  # of `id`, where it alone is the primary key

    @property
    def full(self) -> str:
        return f"{self.schema}.{self.name}"

    def of_type(self, *types: str) -> list[Column]:
        return [column for column in self.columns[1:] if column.type in types]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Warehouse:
    """Yields the statements that make the database: schemas, then tables, then views."""

    def __init__(self, relations: int, seed: int) -> None:
        self.random = Random(f"{seed}/{relations}")
        self.view_count = relations // 10
        self.table_count = relations - self.view_count
        self.partition_groups = round(self.table_count * 0.02) // 3
        self.schemas = words.SCHEMAS[: max(4, min(len(words.SCHEMAS), relations // 200 + 4))]
        self.taken: set[str] = set()
        self.tables: list[Relation] = []
        self.views: list[Relation] = []

    def statements(self) -> Iterator[str]:
        for schema in self.schemas:
            yield self.schema(schema)
        yield from self.all_tables()
        for number in range(self.view_count):
            yield self.view(materialized=number % 10 == 9)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def schema(self, schema: str) -> str:
        return (
            f"create schema {schema}; comment on schema {schema} is {literal(self.sentence())};"
            f"create type {schema}.progress as enum ('draft', 'running', 'done', 'dropped');"
            f"create domain {schema}.amount as numeric(14,2) check (value >= 0)"
        )

    def all_tables(self) -> Iterator[str]:
        ordinary = self.table_count - 4 * self.partition_groups
        every = max(1, ordinary // max(1, self.partition_groups))
        groups = 0
        for number in range(ordinary):
            yield self.table()
            if number % every == every - 1 and groups < self.partition_groups:
                groups += 1
                yield self.partitioned_table()

    # --- words

    def sentence(self) -> str:
        return ", ".join(self.random.sample(words.PHRASES, self.random.randint(1, 4))).capitalize() + "."

    def new_name(self, schema: str, prefix: str = "") -> str:
        first = self.random.choice(words.NOUNS)
        second = "_" + self.random.choice(words.NOUNS) if self.chance(0.35) else ""
        stem = name = prefix + first + second + self.random.choice(words.ENDINGS)
        number = 1
        while f"{schema}.{name}" in self.taken:
            number += 1
            name = f"{stem}_{number}"
        self.taken.add(f"{schema}.{name}")
        return name

    def comments(self, kind: str, relation: Relation) -> Iterator[str]:
        if self.chance(COMMENTED):
            yield f"comment on {kind} {relation.full} is {literal(self.sentence())}"
        for column in relation.columns:
            if self.chance(COMMENTED):
                yield f"comment on column {relation.full}.{column.name} is {literal(self.sentence())}"

    # --- tables

    def columns(self, schema: str, count: int) -> Iterator[Column]:
        names: set[str] = set()
        while len(names) < count:
            name = self.random.choice(words.ATTRIBUTES) + self.random.choice(words.SUFFIXES)
            if name not in names:
                names.add(name)
                yield self.column(schema, name)

    def column(self, schema: str, name: str) -> Column:
        own = self.random.random()
        if own < 0.06:
            return Column(name, f"{schema}.progress" if own < 0.03 else f"{schema}.amount")
        kind = self.random.choices(tuple(words.TYPES), tuple(words.TYPES.values()))[0]
        default = f"default {words.DEFAULTS[kind]} " if kind in words.DEFAULTS and self.chance(0.14) else ""
        return Column(name, kind, default + ("not null" if self.chance(0.35) else ""))

    def table(self) -> str:
        schema = self.random.choice(self.schemas)
        key_type = self.random.choice(("bigint", "bigint", "integer", "uuid"))
        identity = "generated by default as identity" if key_type != "uuid" and self.chance(0.6) else "not null"
        columns = [Column("id", key_type, identity), *self.columns(schema, self.random.randint(7, 39))]
        columns.extend(self.computed(columns))
        keyed = self.chance(WITH_KEY)
        relation = Relation(schema, self.new_name(schema), tuple(columns), key_type if keyed else "")
        parts = [*(column.definition for column in columns), *self.constraints(relation)]
        statements = [
            f"create table {relation.full} ({', '.join(parts)})",
            *self.indexes(relation),
            *self.comments("table", relation),
        ]
        self.tables.append(relation)
        return "; ".join(statements)

    def computed(self, columns: list[Column]) -> Iterator[Column]:
        money = [column.name for column in columns if column.type == "numeric(12,2)"]
        if money and self.chance(0.06):
            yield Column("with_vat", "numeric(14,2)", f"generated always as ({money[0]} * 1.2) stored")

    def constraints(self, relation: Relation) -> Iterator[str]:
        if relation.key_type:
            yield "primary key (id)"
        yield from self.foreign_keys(relation)
        numbers = relation.of_type("integer", "bigint", "smallint")
        if numbers and self.chance(0.10):
            yield f"unique (id, {self.random.choice(numbers).name})"
        if numbers and self.chance(0.15):
            yield f"check ({self.random.choice(numbers).name} >= 0)"

    def foreign_keys(self, relation: Relation) -> Iterator[str]:
        wanted = self.random.choices((0, 1, 2, 3), (3, 4, 2, 1))[0]
        for column in relation.of_type("integer", "bigint")[:wanted]:
            # Squaring the draw favours early tables: a few are referred to by very many, as in life.
            share = self.random.random() ** 2
            target = self.tables[int(len(self.tables) * share)] if self.tables else None
            if target and target.key_type in ("integer", "bigint"):
                yield f"foreign key ({column.name}) references {target.full} (id)"

    def indexes(self, relation: Relation) -> Iterator[str]:
        columns = relation.of_type(*words.INDEXED)
        for column in self.random.sample(columns, min(len(columns), self.random.choice((0, 0, 1, 1, 2)))):
            partial = f" where {column.name} is not null" if self.chance(0.08) else ""
            yield f"create index on {relation.full} ({column.name}){partial}"

    def partitioned_table(self) -> str:
        schema = self.random.choice(self.schemas)
        name = self.new_name(schema)
        columns = (
            Column("id", "bigint", "not null"),
            *self.columns(schema, self.random.randint(6, 38)),
            Column("booked", "date", "not null"),
        )
        relation = Relation(schema, name, columns)
        parts = ", ".join([*(column.definition for column in columns), "primary key (id, booked)"])
        statements = [f"create table {relation.full} ({parts}) partition by range (booked)"]
        for year in (2023, 2024, 2025):
            statements.append(
                f"create table {relation.full}_y{year} partition of {relation.full}"
                f" for values from ('{year}-01-01') to ('{year + 1}-01-01')"
            )
            self.taken.add(f"{relation.full}_y{year}")
        return "; ".join([*statements, *self.comments("table", relation)])

    # --- views

    def view(self, *, materialized: bool) -> str:
        schema = self.random.choice(self.schemas)
        sources = self.sources()
        columns: list[Column] = []
        selected: list[str] = []
        for number, source in enumerate(sources):
            for column in self.random.sample(source.columns, min(len(source.columns), self.random.randint(3, 9))):
                name = f"{column.name}_of_{number}"[:63] if any(c.name == column.name for c in columns) else column.name
                columns.append(Column(name, column.type))
                selected.append(f"{self.expression(f's{number}.{column.name}', column.type)} as {name}")
        relation = Relation(schema, self.new_name(schema, "v_"), tuple(columns))
        self.views.append(relation)
        kind = "materialized view" if materialized else "view"
        query = f"select {', '.join(selected)} from {self.joined(sources)}"
        if self.chance(0.2):
            query = f"with picked as ({query}) select * from picked"
        create = f"create {kind} {relation.full} as {query}" + (" with no data" if materialized else "")
        return "; ".join([create, *self.comments(kind, relation)])

    def sources(self) -> list[Relation]:
        count = self.random.randint(1, 4)
        chosen = [self.random.choice(self.views)] if self.views and self.chance(0.2) else []
        return [*chosen, *self.random.choices(self.tables, k=count)][:count]

    def expression(self, reference: str, kind: str) -> str:
        if kind.startswith("character varying") and self.chance(0.3):
            return f"upper({reference})"
        if kind in ("integer", "bigint", "numeric(12,2)") and self.chance(0.3):
            return f"coalesce({reference}, 0)"
        return reference

    def joined(self, sources: list[Relation]) -> str:
        first, *others = sources
        text = f"{first.full} s0"
        for number, other in enumerate(others, 1):
            left, right = first.columns[0].name, other.columns[0].name
            text += f" left join {other.full} s{number} on s{number}.{right}::text = s0.{left}::text"
        return text


def create_database(dsn: str, name: str) -> connection:
    """Replace the database and return a connection to it."""
    admin = psycopg2.connect(make_dsn(dsn, dbname="postgres"))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))
    admin.close()
    return psycopg2.connect(
        make_dsn(dsn, dbname=name, options="-c synchronous_commit=off -c client_min_messages=error")
    )


def generate(dsn: str, name: str, relations: int, seed: int = 11) -> None:
    """Make database `name` of `relations` relations on the server of `dsn`, replacing one of that name."""
    target = create_database(dsn, name)
    with target.cursor() as cursor:
        comment = sql.SQL("comment on database {} is 'Generated for benchmarks'").format(sql.Identifier(name))
        cursor.execute(comment)
        for number, statement in enumerate(Warehouse(relations, seed).statements(), 1):
            cursor.execute(statement)
            if number % STATEMENTS_PER_TRANSACTION == 0:
                target.commit()
    target.commit()
    target.autocommit = True
    with target.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute("vacuum")  # so that autovacuum does not run during measurements
    target.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", required=True, help="server and a user who may create databases")
    parser.add_argument("--db", required=True, help="name of the database; an existing one is replaced")
    parser.add_argument("--tables", type=int, required=True, help="number of relations, views included")
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    started = time.monotonic()
    generate(arguments.dsn, arguments.db, arguments.tables, arguments.seed)
    print(f"{arguments.db}: {arguments.tables} relations in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
