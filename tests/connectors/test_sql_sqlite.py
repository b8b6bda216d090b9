"""SQLite read from its pragmas."""

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from harvest import facts
from harvest.connectors.base import Brakes, DatasetTarget, ObjectError, Scope
from harvest.connectors.sql.sqlite_ddl import read_table
from tests.connectors.reading import Harvest
from tests.connectors.sql_sources import sqlite_connector, sqlite_file

ODD = """
create table "a.b"(id integer primary key autoincrement, n varchar(20) not null default 'x', j json, money MONEY, t,
  g int generated always as (id * 2) stored, unique(n), constraint positive check (id > 0 and n <> ')'));
create table "q""x"(a int constraint up references "a.b"(id) on delete cascade, [odd name] blob, "größe 😀" real,
  constraint pair primary key ("größe 😀", a)) without rowid;
create index by_lower on "q""x"(a desc, lower([odd name])) where a > 0;
create view v as select id, n from "a.b";
create view broken as select * from nowhere;
create virtual table words using fts5(body);
insert into "a.b"(id, n, j, t) values (1, 'hé', '{}', x'00ff'), (2, 'z', null, 'text');
analyze;
"""


@pytest.fixture
def odd(tmp_path):
    return sqlite_file(tmp_path / "odd name%?#.db", ODD)


@pytest.fixture
def connector(odd):
    name = str(odd).replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    with sqlite_connector(name) as connector:
        yield connector


@pytest.fixture
def harvest(connector) -> Harvest:
    return Harvest(connector.facts(Scope()))


def test_tables_and_views_are_found_and_no_insides_of_virtual_tables(harvest, connector):
    assert set(harvest.datasets) == {("a.b",), ('q"x',), ("v",), ("broken",), ("words",)}
    assert set(connector.names()) == set(harvest.datasets)
    assert harvest.of(facts.Container) == [facts.Container((), "database")]


def test_columns_are_as_declared(harvest):
    seen = [
        (one.name, one.native_type, one.type, one.nullable, one.default, one.generated)
        for one in harvest.about(facts.Field, "a.b")
    ]
    assert seen == [
        ("id", "INTEGER", "integer", False, "", "identity"),
        ("n", "varchar(20)", "string", False, "'x'", ""),
        ("j", "json", "json", True, "", ""),
        ("money", "MONEY", "decimal", True, "", ""),
        ("t", "", "unknown", True, "", ""),
        ("g", "INT", "integer", True, "", "id * 2"),
    ]


def test_constraints_carry_their_names_and_expressions(harvest):
    seen = {(one.name, one.kind, one.fields, one.definition) for one in harvest.about(facts.Constraint, "a.b")}
    assert seen == {
        ("PRIMARY KEY", "primary", ("id",), ""),
        ("UNIQUE (n)", "unique", ("n",), ""),
        ("positive", "check", (), "id > 0 and n <> ')'"),
    }


def test_keys_over_several_columns_and_foreign_keys_are_told(harvest):
    by_name = {one.name: one for one in harvest.about(facts.Constraint, 'q"x')}
    assert by_name["pair"].fields == ("größe 😀", "a")
    assert (by_name["up"].ref_dataset, by_name["up"].ref_fields) == ('"a.b"', ("id",))
    assert "ON DELETE CASCADE" in by_name["up"].definition


def test_an_index_on_an_expression_keeps_its_definition(harvest):
    index = next(one for one in harvest.about(facts.Index, 'q"x') if one.name == "by_lower")
    assert (index.fields, "lower([odd name])) where a > 0" in index.definition) == (("a",), True)


def test_views_carry_their_sql_and_a_broken_one_is_a_problem(harvest):
    assert harvest.datasets["v",].sql.endswith('select id, n from "a.b"')
    assert [one.name for one in harvest.about(facts.Field, "v")] == ["id", "n"]
    (problem,) = harvest.of(facts.Problem)
    assert (problem.path, "no such table" in problem.message) == (("broken",), True)


def test_rows_are_known_where_analyze_ran(harvest):
    assert harvest.datasets["a.b",].rows == 2


def test_nothing_can_be_written(connector):
    with pytest.raises(DBAPIError, match="attempt to write"):
        connector.connection.execute(text("create table more(a)"))


def test_the_signature_changes_with_the_file_and_only_then(connector, odd):
    before = connector.signature()
    assert connector.signature() == before
    with sqlite3.connect(odd) as other:
        other.execute("create table more(a)")
    other.close()
    assert connector.signature() != before


def test_a_profile_copes_with_values_of_any_kind_in_any_column(connector):
    fields = (("id", "integer"), ("n", "string"), ("j", "json"), ("t", "integer"))
    profile = connector.profile(DatasetTarget(("a.b",), "table", fields))
    assert profile.rows == (("1", "hé", "{}", "<2 bytes>"), ("2", "z", None, "text"))
    assert [one.nulls for one in profile.fields] == [0, 0, 1, 0]


def test_a_wide_table_is_profiled_in_pieces(tmp_path):
    columns = [f"c{number}" for number in range(150)]
    script = f"create table wide({', '.join(columns)}); insert into wide values ({', '.join('1' for _ in columns)})"
    with sqlite_connector(sqlite_file(tmp_path / "wide.db", script)) as connector:
        profile = connector.profile(DatasetTarget(("wide",), "table", tuple((name, "integer") for name in columns)))
    assert (len(profile.fields), len(profile.rows[0])) == (150, 150)


def test_text_that_is_no_utf8_is_read_all_the_same(tmp_path):
    path = sqlite_file(tmp_path / "x.db", "create table t(a text); insert into t values (cast(x'61ff' as text))")
    with sqlite_connector(path) as connector:
        profile = connector.profile(DatasetTarget(("t",), "table", (("a", "string"),)))
    assert profile.rows == (("a\N{REPLACEMENT CHARACTER}",),)


def test_a_query_that_takes_too_long_is_stopped(tmp_path):
    numbers = "with recursive r(a) as (select 1 union all select a + 1 from r) select max(a) a from r"
    path = sqlite_file(tmp_path / "x.db", f"create view endless as {numbers}")
    with (
        sqlite_connector(path, Brakes(statement_seconds=1)) as connector,
        pytest.raises(ObjectError, match="longer than 1 seconds"),
    ):
        connector.profile(DatasetTarget(("endless",), "view", (("a", "integer"),)))


def test_an_empty_file_is_an_empty_database(tmp_path):
    with sqlite_connector(sqlite_file(tmp_path / "x.db", "")) as connector:
        assert list(connector.facts(Scope())) == [facts.Container((), "database")]


def test_an_error_about_values_does_not_quote_them(tmp_path):
    script = "create table t(a); insert into t values ('hush'); create view v as select json_extract(a, '$.x') a from t"
    with sqlite_connector(sqlite_file(tmp_path / "x.db", script)) as connector, pytest.raises(ObjectError) as caught:
        connector.profile(DatasetTarget(("v",), "view", (("a", "string"),)))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "checks", "generated"),
    [
        ("create table t(a check (a in ('x,(', \"b)\")), b)", [("", "a in ('x,(', \"b)\")")], {}),
        ("create table t(a -- check (no)\n, b as (a + 1), /* , c as (2) */ check(b>0))", [("", "b>0")], {"b": "a + 1"}),
        ('create table [o)d](`a``b` int default (1) constraint "c""k" check ((1)))', [('c"k', "(1)")], {}),
        ('create table t("check" int, "as" int)', [], {}),
        ("", [], {}),
    ],
)
def test_the_text_of_a_table_is_read_whatever_its_quotes_and_comments(sql, checks, generated):
    found = read_table(sql)
    assert (found.checks, found.generated) == (checks, generated)
