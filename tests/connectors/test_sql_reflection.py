"""Any other database, by SQLAlchemy's reflection; PostgreSQL stands for them all."""

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from harvest import facts
from harvest.connectors.base import Brakes, DatasetTarget, ObjectError, Scope
from harvest.connectors.sql import SQLConnector
from harvest.connectors.sql.config import SQLConfig
from harvest.connectors.sql.reflection import Reflection
from tests.connectors.reading import Harvest

SHOP = """
create schema "Odd ""Schema"".x";
create table users(id bigint generated always as identity primary key, name varchar(80) not null default 'x',
  score numeric(10, 2), twice numeric generated always as (score * 2) stored, seen timestamptz, doc jsonb, tags text[],
  constraint positive check (score > 0), constraint by_name unique (name));
comment on table users is 'People';
comment on column users.name is 'Full name';
create index lowered on users (lower(name));
create table "Odd ""Schema"".x"."T.a%b"(u bigint constraint of references public.users(id) on delete cascade);
create view names as select name from users;
create materialized view kept as select id from users;
insert into users(name, score, doc, tags) values ('Ann', 1, '{"a": 1}', '{x}'), ('Zoë', 2, null, null);
"""


def connector_to(database, brakes: Brakes | None = None) -> SQLConnector:
    config = database.config
    query = {"host": config.host, "port": str(config.port)}  # the host may be the folder of a socket
    url = URL.create("postgresql", config.user or None, database=database.name, query=query)
    return SQLConnector(SQLConfig(url=url.render_as_string(), password=config.password), brakes or Brakes())


@pytest.fixture
def connector(postgres_database):
    postgres_database.execute(SHOP)
    with connector_to(postgres_database) as connector:
        yield connector


def test_every_kind_of_object_is_found_in_every_schema(connector):
    harvest = Harvest(connector.facts(Scope()))
    assert {path: one.kind for path, one in harvest.datasets.items()} == {
        ("public", "users"): "table",
        ("public", "names"): "view",
        ("public", "kept"): "materialized_view",
        ('Odd "Schema".x', "T.a%b"): "table",
    }
    assert set(connector.names()) == set(harvest.datasets)
    assert {one.path for one in harvest.of(facts.Container)} == {(), ("public",), ('Odd "Schema".x',)}
    assert harvest.of(facts.Problem) == []


def test_columns_are_told_with_types_defaults_comments_and_expressions(connector):
    harvest = Harvest(connector.facts(Scope()))
    seen = {
        one.name: (one.type, one.nullable, one.generated, one.comment)
        for one in harvest.about(facts.Field, "public", "users")
    }
    assert seen == {
        "id": ("integer", False, "identity", ""),
        "name": ("string", False, "", "Full name"),
        "score": ("decimal", True, "", ""),
        "twice": ("decimal", True, "(score * (2)::numeric)", ""),
        "seen": ("timestamptz", True, "", ""),
        "doc": ("json", True, "", ""),
        "tags": ("array", True, "", ""),
    }


def test_constraints_indexes_and_views_are_told(connector):
    harvest = Harvest(connector.facts(Scope()))
    constraints = {(one.name, one.kind) for one in harvest.about(facts.Constraint, "public", "users")}
    assert constraints == {("users_pkey", "primary"), ("by_name", "unique"), ("positive", "check")}
    key = harvest.constraint('Odd "Schema".x', "T.a%b", "of")
    assert (key.ref_dataset, key.fields, "ON DELETE CASCADE" in key.definition) == ("public.users", ("u",), True)
    lowered = next(one for one in harvest.about(facts.Index, "public", "users") if one.name == "lowered")
    assert (lowered.fields, "lower" in lowered.definition) == ((), True)
    assert "FROM users" in harvest.datasets["public", "names"].sql
    assert harvest.datasets["public", "users"].comment == "People"


def test_one_unreadable_table_costs_only_itself(connector, monkeypatch):
    inspector_class = type(Reflection(connector.connection).inspector)
    read_one = inspector_class.get_columns

    def fail_in_bulk(*arguments, **options):
        raise SQLAlchemyError("a table was dropped meanwhile")

    def fail_for_users(self, table_name, **options):
        if table_name == "users":
            raise SQLAlchemyError("permission denied")
        return read_one(self, table_name, **options)

    monkeypatch.setattr(inspector_class, "get_multi_columns", fail_in_bulk)
    monkeypatch.setattr(inspector_class, "get_columns", fail_for_users)
    harvest = Harvest(connector.facts(Scope()))
    (problem,) = harvest.of(facts.Problem)
    assert (problem.path, "permission denied" in problem.message) == (("public", "users"), True)
    assert harvest.field("public", "names", "name").type == "string"


def test_scope_is_kept(connector):
    harvest = Harvest(connector.facts(Scope(exclude=("public.*",))))
    assert set(harvest.datasets) == {('Odd "Schema".x', "T.a%b")}


def test_the_session_is_read_only_and_statements_are_timed(postgres_database):
    postgres_database.execute("create view slow as select 1 as a, pg_sleep(20)::text as b")
    with connector_to(postgres_database, Brakes(statement_seconds=1)) as connector:
        with pytest.raises(DBAPIError, match="read-only"):
            connector.connection.execute(text("create table more(a int)"))
        connector.connection.rollback()
        with pytest.raises(ObjectError, match="longer than 1 seconds"):
            connector.profile(DatasetTarget(("public", "slow"), "view", (("a", "integer"), ("b", "string"))))


def test_a_profile_is_worked_out_in_the_source(connector):
    fields = (("id", "integer"), ("name", "string"), ("score", "decimal"), ("doc", "json"), ("tags", "array"))
    profile = connector.profile(DatasetTarget(("public", "users"), "table", fields))
    assert profile.rows == (("1", "Ann", "1.00", '{"a": 1}', "{x}"), ("2", "Zoë", "2.00", None, None))
    assert [(one.nulls, one.distinct) for one in profile.fields] == [(0, 2), (0, 2), (0, 2), (1, None), (1, None)]


def test_a_type_that_cannot_be_compared_is_profiled_all_the_same(postgres_database):
    postgres_database.execute("create table t(a json)", """insert into t values ('{"x": 1}'), (null)""")
    with connector_to(postgres_database) as connector:
        profile = connector.profile(DatasetTarget(("public", "t"), "table", (("a", "integer"),)))
    assert (profile.fields[0].nulls, profile.fields[0].distinct) == (1, None)
