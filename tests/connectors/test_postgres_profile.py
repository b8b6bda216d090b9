"""Looking at values: bounded, read-only, and silent about them when it fails."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from core.names import join_path
from harvest import facts
from harvest.connectors.base import Brakes, DatasetTarget, FieldProfile, ObjectError, Profile, Scope
from tests.connectors.conftest import PostgresDatabase
from tests.connectors.reading import Harvest


def target_of(database: PostgresDatabase, name: str, schema: str = "public") -> DatasetTarget:
    with database.connector() as connector:
        harvest = Harvest(connector.facts(Scope(include=(join_path((schema, name)),))))
    dataset = harvest.datasets[schema, name]
    own = tuple((fact.name, fact.type) for fact in harvest.about(facts.Field, schema, name) if not fact.parent)
    return DatasetTarget(dataset.path, dataset.kind, own, dataset.rows)


def look(database: PostgresDatabase, name: str, brakes: Brakes | None = None) -> Profile:
    target = target_of(database, name)
    with database.connector(brakes) as connector:
        return connector.profile(target)


def field(profile: Profile, path: str) -> FieldProfile:
    return next(found for found in profile.fields if found.path == path)


def test_small_tables_are_counted_exactly_and_read_whole(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table t (n integer, word text)",
        "insert into t select i, case when i % 10 = 0 then null else 'w' || i % 3 end from generate_series(1, 500) i",
    )
    found = look(postgres_database, "t")
    assert (found.rows_read, found.rows_total, found.rows_exact) == (500, 500, True)
    assert found.columns == ("n", "word")
    assert found.rows[0] == ("1", "w1")
    assert len(found.rows) == 100
    assert field(found, "n") == FieldProfile("n", 0, 500, "1", "500", ())
    word = field(found, "word")
    assert (word.nulls, word.distinct, word.minimum, word.maximum) == (50, 3, "w0", "w2")
    assert word.frequent == (("w0", 150), ("w1", 150), ("w2", 150))


def test_numbers_are_compared_as_numbers(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create domain price as numeric(8, 2); create table t (p price)", "insert into t values (9), (10), (100.5)"
    )
    found = field(look(postgres_database, "t"), "p")
    assert (found.minimum, found.maximum) == ("9.00", "100.50")


def test_enumerations_are_compared_in_their_order(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create type size as enum ('small', 'big'); create table t (s size)", "insert into t values ('big'), ('small')"
    )
    found = field(look(postgres_database, "t"), "s")
    assert (found.minimum, found.maximum) == ("small", "big")


def test_large_tables_are_sampled(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table t (n integer)", "insert into t select generate_series(1, 50000)", "analyze t"
    )
    found = look(postgres_database, "t", Brakes(profile_rows=2_000))
    assert 0 < found.rows_read <= 2_000
    assert (found.rows_total, found.rows_exact) == (50_000, False)
    assert int(field(found, "n").maximum or 0) > 5_000  # not merely the first rows


def test_tables_never_analysed_are_estimated_from_their_size(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create table t (n integer)", "insert into t select generate_series(1, 50000)")
    found = look(postgres_database, "t", Brakes(profile_rows=1_000))
    assert found.rows_read <= 1_000
    assert found.rows_total is not None
    assert 25_000 < found.rows_total < 100_000


def test_wide_tables_are_looked_at_in_fewer_rows(postgres_database: PostgresDatabase) -> None:
    columns = ", ".join(f"c{n} integer" for n in range(1_600))
    postgres_database.execute(
        f"create table t ({columns})",
        "insert into t (c0, c1599) select i, i from generate_series(1, 3000) i",
        "analyze t",
    )
    found = look(postgres_database, "t")
    assert found.rows_read == 1_000
    assert (found.rows_total, found.rows_exact) == (3_000, True)
    assert len(found.fields) == 1_600
    assert field(found, "c1599").distinct == 1_000
    assert field(found, "c7").nulls == 1_000


def test_tables_may_be_empty_or_without_columns(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create table t (n integer)", "create table bare ()", "insert into bare default values")
    empty = look(postgres_database, "t")
    assert (empty.rows_read, empty.rows, empty.rows_exact) == (0, (), True)
    assert field(empty, "n") == FieldProfile("n", 0, 0, None, None, ())
    bare = look(postgres_database, "bare")
    assert (bare.rows_total, bare.columns, bare.rows, bare.fields) == (1, (), (), ())


def test_long_values_are_cut_and_bytes_only_measured(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table t (long text, raw bytea, doc jsonb, list text[])",
        r"""insert into t values (repeat('é', 5000), '\x0102',
            jsonb_build_object('k', repeat('v', 500)), array['a', 'b'])""",
    )
    found = look(postgres_database, "t", Brakes(value_characters=20))
    assert found.rows == (("é" * 20, "<2 bytes>", '{"k": "' + "v" * 13, "{a,b}"),)
    assert field(found, "long").maximum == "é" * 20
    for name in ("raw", "doc", "list"):
        assert field(found, name) == FieldProfile(name, 0)


def test_every_built_in_type_can_be_looked_at(postgres_database: PostgresDatabase) -> None:
    types = postgres_database.rows(
        "select format_type(oid, null) from pg_catalog.pg_type where typnamespace = 'pg_catalog'::regnamespace"
        " and typtype in ('b', 'r', 'm') and typname !~ '^pg_|^_pg' and typname <> '_cstring'"
    )
    columns = ", ".join(f"c{number} {name}" for number, (name,) in enumerate(types))
    postgres_database.execute(f"create table t ({columns})", "insert into t default values")
    found = look(postgres_database, "t")
    assert len(types) > 100
    assert {profile.nulls for profile in found.fields} == {1}


def test_composites_of_nothing_are_not_null(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create type pair as (a int, b int); create table t (p pair)", "insert into t values ((null, null)), (null)")  # fmt: skip  # noqa: E501
    assert field(look(postgres_database, "t"), "p").nulls == 1


@pytest.mark.parametrize("kind", ["view", "materialized view"])
def test_views_are_looked_at_like_tables(postgres_database: PostgresDatabase, kind: str) -> None:
    postgres_database.execute(f"create {kind} v as select i as n from generate_series(1, 30) i")
    found = look(postgres_database, "v")
    assert (found.rows_read, found.rows_total, found.rows_exact) == (30, 30, True)
    assert field(found, "n").maximum == "30"


def test_partitions_count_for_their_parent(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table t (n integer) partition by list (n)",
        "create table t1 partition of t for values in (1)",
        "create table t2 partition of t for values in (2)",
        "insert into t values (1), (1), (2)",
    )
    assert field(look(postgres_database, "t"), "n").frequent == (("1", 2), ("2", 1))


def test_awkward_names_can_be_looked_at(odd_database: PostgresDatabase) -> None:
    target = target_of(odd_database, 'ta.ble "x" %s', 'We.ird "Schéma" 🐘')
    with odd_database.connector() as connector:
        found = connector.profile(target)
    assert found.columns[:3] == ('"a.b"', '"say ""hi"""', "  spaced  ")


def test_only_the_fields_asked_for_are_looked_at(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create table t (shown text, secret text)", "insert into t values ('a', 'b')")
    with postgres_database.connector() as connector:
        found = connector.profile(DatasetTarget(("public", "t"), "table", (("shown", "string"), ("gone", "string"))))
    assert (found.columns, found.rows) == (("shown",), (("a",),))


# --- trouble


def test_a_view_that_fails_is_told_without_any_value(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table t (word text)", "insert into t values ('secret')", "create view v as select word::integer from t"
    )
    with pytest.raises(ObjectError) as caught:
        look(postgres_database, "v")
    assert "secret" not in str(caught.value)
    assert "invalid text representation (SQLSTATE 22P02)" in str(caught.value)
    assert caught.value.__cause__ is None


def test_after_a_failure_the_next_dataset_can_be_looked_at(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create view bad as select 1 / 0 as n", "create table good (n integer)")
    bad, good = target_of(postgres_database, "bad"), target_of(postgres_database, "good")
    with postgres_database.connector() as connector:
        with pytest.raises(ObjectError, match="division by zero"):
            connector.profile(bad)
        assert connector.profile(good).rows_total == 0


def test_a_view_cannot_write(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table kept (n integer)",
        "create function sneaky() returns integer language sql as 'insert into public.kept values (1) returning n'",
        "create view trap as select public.sneaky() as n",
    )
    with pytest.raises(ObjectError, match="read only sql transaction"):
        look(postgres_database, "trap")
    assert postgres_database.rows("select count(*) from public.kept") == [(0,)]


def test_a_view_that_takes_too_long_is_stopped(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create view slow as select pg_sleep(30)::text as n")
    with pytest.raises(ObjectError, match="longer than 1 seconds"):
        look(postgres_database, "slow", Brakes(statement_seconds=1))


def test_a_materialized_view_without_rows_asks_to_be_refreshed(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create materialized view m as select 1 as n with no data")
    with pytest.raises(ObjectError, match="refresh"):
        look(postgres_database, "m")


def test_a_dataset_that_is_gone_is_told_so(postgres_database: PostgresDatabase) -> None:
    with postgres_database.connector() as connector, pytest.raises(ObjectError, match="no longer exists"):
        connector.profile(DatasetTarget(("public", "gone"), "table", (("n", "integer"),)))


def test_a_missing_right_names_what_to_grant(postgres_database: PostgresDatabase) -> None:
    reader = f"{postgres_database.name}_reader"
    postgres_database.execute(
        f"create role {reader} login password '{reader}'",
        "create schema closed; create table closed.t (n integer); create table t (n integer)",
    )
    open_t, closed_t = target_of(postgres_database, "t"), target_of(postgres_database, "t", "closed")
    try:
        with postgres_database.connector(user=reader, password=SecretStr(reader)) as connector:
            with pytest.raises(ObjectError, match=f"No right to read public.t: grant select on public.t to {reader}"):
                connector.profile(open_t)
            with pytest.raises(ObjectError, match=f"grant usage on schema closed to {reader}"):
                connector.profile(closed_t)
            assert {dataset.path for dataset in Harvest(connector.facts(Scope())).of(facts.Dataset)} == {
                ("public", "t"), ("closed", "t"),
            }  # fmt: skip
    finally:
        postgres_database.execute(f"drop role {reader}")
