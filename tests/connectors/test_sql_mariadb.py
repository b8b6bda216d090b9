"""MariaDB read fact by fact, against its own information_schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from harvest import facts
from harvest.connectors.base import Brakes, DatasetTarget, ObjectError, Scope
from tests.connectors.reading import Harvest
from tests.connectors.sql_sources import MariaDB, mariadb_database

ODD = (Path(__file__).parent / "mariadb_odd.sql").read_text().split(";\n")


@pytest.fixture(scope="module")
def odd() -> Iterator[MariaDB]:
    with mariadb_database(*filter(None, ODD)) as database:
        yield database


@pytest.fixture(scope="module")
def harvest(odd) -> Harvest:
    with odd.connector() as connector:
        return Harvest(connector.facts(Scope()))


def test_every_table_and_view_is_found_and_no_sequence(odd, harvest):
    query = (
        "select table_name from information_schema.tables where table_schema = :database and table_type <> 'SEQUENCE'"
    )
    assert set(harvest.datasets) == {(odd.name, name) for (name,) in odd.rows(query)}


def test_tables_carry_comment_kind_size_and_times_as_the_server_says(odd, harvest):
    query = (
        "select table_name, table_type = 'VIEW', if(table_type = 'VIEW', '', table_comment),"
        " data_length + index_length from information_schema.tables"
        " where table_schema = :database and table_type <> 'SEQUENCE' and table_name <> 'broken'"
    )
    expected = {name: ("view" if view else "table", comment, size) for name, view, comment, size in odd.rows(query)}
    seen = {path[1]: (one.kind, one.comment, one.size) for path, one in harvest.datasets.items() if path[1] != "broken"}
    assert seen == expected
    assert harvest.datasets[odd.name, "customers"].created_at.tzinfo is not None


def test_every_column_is_as_information_schema_has_it(odd, harvest):
    query = (
        "select table_name, ordinal_position, column_name, column_type, is_nullable = 'YES', column_comment,"
        " coalesce(generation_expression, '') from information_schema.columns where table_schema = :database"
    )
    names = {one.ref: path[1] for path, one in harvest.datasets.items()}
    seen = {
        (names[one.dataset], one.position, one.name, one.native_type, one.nullable, one.comment,
         "" if one.generated == "identity" else one.generated)
        for one in harvest.of(facts.Field)
    }  # fmt: skip
    shown = {(*row[:4], bool(row[4]), *row[5:]) for row in odd.rows(query) if row[0] != "numbers"}
    assert seen == shown


def test_types_are_normalised(odd, harvest):
    seen = {one.name: one.type for one in harvest.about(facts.Field, odd.name, "customers")}
    assert seen == {
        "id": "integer", "name": "string", "grade": "enum", "flags": "enum", "doc": "json", "net": "decimal",
        "gross": "decimal", "born": "date", "seen": "timestamp", "place": "geometry", "photo": "binary", "bits": "bits",
        "active": "boolean",
    }  # fmt: skip


def test_enumerations_defaults_and_identity_are_told(odd, harvest):
    grade = harvest.field(odd.name, "customers", "grade")
    assert grade.details["enum"] == ["a", "it's", "c,d"]
    assert (grade.default, harvest.field(odd.name, "customers", "born").default) == ("'a'", "")
    assert harvest.field(odd.name, "customers", "id").generated == "identity"


def test_every_key_is_as_information_schema_has_it(odd, harvest):
    query = (
        "select table_name, constraint_name, group_concat(column_name order by ordinal_position),"
        " max(referenced_table_name) from information_schema.key_column_usage where table_schema = :database"
        " group by table_name, constraint_name"
    )
    names = {one.ref: path[1] for path, one in harvest.datasets.items()}
    seen = {
        (names[one.dataset], one.name, ",".join(one.fields), names.get(one.ref_dataset))
        for one in harvest.of(facts.Constraint)
        if one.kind != "check"
    }
    assert seen == set(odd.rows(query))


def test_every_check_is_as_information_schema_has_it(odd, harvest):
    source = "information_schema.check_constraints where constraint_schema = :database"
    query = f"select constraint_name, check_clause from {source}"
    seen = {(one.name, one.definition) for one in harvest.of(facts.Constraint) if one.kind == "check"}
    assert seen == set(odd.rows(query))


def test_every_index_is_as_information_schema_has_it(odd, harvest):
    query = (
        "select table_name, index_name, group_concat(column_name order by seq_in_index), max(non_unique) = 0,"
        " lower(max(index_type)) from information_schema.statistics where table_schema = :database"
        " group by table_name, index_name"
    )
    names = {one.ref: path[1] for path, one in harvest.datasets.items()}
    seen = {
        (names[one.dataset], one.name, ",".join(one.fields), one.unique, one.method) for one in harvest.of(facts.Index)
    }
    assert seen == {(*row[:3], bool(row[3]), row[4]) for row in odd.rows(query)}


def test_an_index_over_a_part_of_a_column_says_so(odd, harvest):
    prefix = next(one for one in harvest.about(facts.Index, odd.name, "customers") if one.name == "prefix")
    assert prefix.definition == "(name(5) DESC)"


def test_foreign_keys_say_where_they_lead_and_what_follows(odd, harvest):
    key = harvest.constraint(odd.name, "orders", "of")
    assert (key.ref_dataset, key.ref_fields) == (harvest.datasets[odd.name, "customers"].ref, ("id",))
    assert key.definition.endswith("ON UPDATE SET NULL ON DELETE RESTRICT")


def test_partitions_are_told_with_their_expressions(odd, harvest):
    assert harvest.datasets[odd.name, "events"].partition_key == "RANGE (year(`at`)), HASH (to_days(`at`))"


def test_a_view_carries_its_sql_and_its_owner(odd, harvest):
    view = harvest.datasets[odd.name, "buyers"]
    assert "from `" in view.sql
    assert "@" in view.owner


def test_a_broken_view_is_one_problem_and_the_rest_goes_on(odd, harvest):
    (problem,) = harvest.of(facts.Problem)
    assert problem.path == (odd.name, "broken")
    assert "references invalid table" in problem.message


def test_routines_are_told_with_their_arguments(odd, harvest):
    seen = {(one.kind, one.arguments, one.returns, one.comment) for one in harvest.of(facts.Routine)}
    assert seen == {
        ("function", "IN x int(11), IN y varchar(3)", "int(11)", "Doubles"),
        ("procedure", "INOUT z int(11)", "", ""),
    }


def test_the_database_is_the_one_container(odd, harvest):
    assert harvest.of(facts.Container) == [facts.Container((odd.name,), "database", "Odd things")]


def test_without_a_database_in_the_url_all_databases_but_the_servers_own_are_read(odd):
    with MariaDB("").connector() as connector:
        schemas = {path[0] for path in connector.names()}
    assert odd.name in schemas
    assert not schemas & {"information_schema", "mysql", "performance_schema", "sys"}


def test_names_and_facts_agree_and_scope_is_kept(odd, harvest):
    scope = Scope(include=("*.customers",))
    with odd.connector() as connector:
        names = set(connector.names())
        wanted = Harvest(connector.facts(scope))
    assert names == set(harvest.datasets)
    assert set(wanted.datasets) == {(odd.name, "customers")}
    assert {one.dataset for one in wanted.of(facts.Field)} == {wanted.datasets[odd.name, "customers"].ref}


def test_the_session_can_write_nothing(odd):
    with odd.connector() as connector, pytest.raises(DBAPIError, match="READ ONLY"):
        connector.connection.execute(text("insert into versioned values (1)"))


def test_a_profile_counts_inside_the_source_and_shows_no_binary(odd):
    fields = (("id", "integer"), ("name", "string"), ("grade", "enum"), ("born", "date"), ("photo", "binary"),
              ("bits", "bits"), ("place", "geometry"), ("doc", "json"))  # fmt: skip
    with odd.connector() as connector:
        profile = connector.profile(DatasetTarget((odd.name, "customers"), "table", fields))
    assert (profile.rows_read, profile.rows_total, profile.rows_exact) == (2, 2, True)
    assert profile.rows[0] == ("1", "Ann", "a", "1990-01-02", "<2 bytes>", "101", "<25 bytes>", "{}")
    by_path = {one.path: one for one in profile.fields}
    assert (by_path["born"].nulls, by_path["id"].distinct, by_path["id"].maximum) == (1, 2, "2")
    assert by_path["name"].frequent == (("Ann", 1), ("Zoë", 1))
    assert by_path["photo"].distinct is None


def test_a_profile_reaches_the_oddest_names(odd):
    fields = (("a.b", "integer"), ("p%s:x", "integer"))
    with odd.connector() as connector:
        profile = connector.profile(DatasetTarget((odd.name, 'q"u` o.t e'), "table", fields))
    assert profile.columns == ('"a.b"', "p%s:x")


def test_a_profile_keeps_to_its_rows_and_characters():
    statements = (
        "create table t(id int primary key, words longtext)",
        "insert into t select seq, repeat('x', 100000) from seq_1_to_50",
    )
    brakes = Brakes(profile_rows=20, sample_rows=5, value_characters=10)
    with mariadb_database(*statements) as database, database.connector(brakes) as connector:
        fields = (("id", "integer"), ("words", "string"))
        profile = connector.profile(DatasetTarget((database.name, "t"), "table", fields, rows=49))
    assert (profile.rows_read, profile.rows_total, profile.rows_exact) == (20, 49, False)
    assert len(profile.rows) == 5
    assert profile.rows[0][1] == "xxxxxxxxx…"


def test_a_profile_of_a_broken_view_is_an_error_of_that_object(odd):
    with odd.connector() as connector, pytest.raises(ObjectError, match="broken could not be looked at"):
        connector.profile(DatasetTarget((odd.name, "broken"), "view", (("a", "integer"),)))


def test_a_profile_that_takes_too_long_is_stopped():
    slow = "create view slow as select sleep(1) as a from seq_1_to_100"
    with (
        mariadb_database(slow) as database,
        database.connector(Brakes(statement_seconds=1)) as connector,
        pytest.raises(ObjectError, match="longer than 1 seconds"),
    ):
        connector.profile(DatasetTarget((database.name, "slow"), "view", (("a", "integer"),)))


def test_many_tables_cost_no_more_queries():
    tables = [f"create table t{number}(a int)" for number in range(30)]
    with mariadb_database(*tables) as database, database.connector() as connector:
        before = questions(connector)
        list(connector.facts(Scope()))
        assert questions(connector) - before < 20


def questions(connector) -> int:
    return int(connector.connection.execute(text("show session status like 'Questions'")).one()[1])
