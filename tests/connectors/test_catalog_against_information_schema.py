"""A real PostgreSQL database with everything odd in it, harvested, and compared with its own information_schema."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset, Field
from core.names import join_path
from harvest import services
from harvest.engine import execute
from harvest.models import Run
from tests.connectors.conftest import PostgresDatabase

RELATIONS = """
    select table_schema, table_name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')
    union select schemaname, matviewname from pg_matviews
"""
COLUMNS = """
    select table_schema, table_name, column_name, is_nullable = 'YES'
    from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
"""
KEYS = """
    select k.table_schema, k.table_name, u.column_name, u.ordinal_position
    from information_schema.table_constraints k
    join information_schema.key_column_usage u using (constraint_schema, constraint_name, table_schema, table_name)
    where k.constraint_type = 'PRIMARY KEY' and k.table_schema <> 'pg_catalog'
"""


@pytest.fixture
def harvested(db: None, odd_database: PostgresDatabase) -> PostgresDatabase:
    source = services.register_source(
        actor=None, name="Odd", kind="postgresql", config=odd_database.config, samples=False
    )
    run = services.start_run(source=source, actor=None, send_now=False)
    execute(run)
    run.refresh_from_db()
    assert (run.state, run.message) == (Run.State.SUCCEEDED, "")
    return odd_database


OF_EXTENSIONS = {"shop.of_extension"}  # what an extension brought is the extension's, not the company's


def _paths(rows: list[tuple[Any, ...]]) -> set[str]:
    return {join_path(row[:2]) for row in rows}


def test_the_catalog_has_every_relation_column_and_key_of_the_database(harvested: PostgresDatabase) -> None:
    relations = _paths(harvested.rows(RELATIONS)) - OF_EXTENSIONS
    known = set(Dataset.objects.values_list("path", flat=True))
    assert known == relations

    fields = Field.objects.filter(parent_path="").exclude(dataset__kind="materialized_view")
    columns = {(join_path(row[:2]), row[2], row[3]) for row in harvested.rows(COLUMNS)}
    columns = {column for column in columns if column[0] not in OF_EXTENSIONS}
    seen = set(fields.values_list("dataset__path", "name", "nullable"))
    assert seen == columns

    keys = {(join_path(row[:2]), row[2], row[3]) for row in harvested.rows(KEYS)}
    keys = {key for key in keys if key[0] not in OF_EXTENSIONS}
    assert set(fields.exclude(key_position=None).values_list("dataset__path", "name", "key_position")) == keys


def test_partition_columns_know_their_place(harvested: PostgresDatabase) -> None:
    partitioned = Dataset.objects.exclude(partition_key="")
    assert partitioned.exists()
    for dataset in partitioned.filter(partition_key__regex=r"^\w+ \([a-z_, ]+\)$"):
        names = dataset.partition_key.split("(")[1].rstrip(")").split(", ")
        placed = dataset.fields.exclude(partition_position=None).order_by("partition_position")
        assert list(placed.values_list("name", flat=True)) == names
