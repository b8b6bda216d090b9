"""Every kind of fact, read from the odd database (postgres_odd.sql)."""

from __future__ import annotations

import pytest

from harvest import facts
from harvest.connectors.base import Scope
from tests.connectors.conftest import PostgresDatabase
from tests.connectors.information_schema import differences
from tests.connectors.reading import Harvest

WEIRD = 'We.ird "Schéma" 🐘'


@pytest.fixture(scope="module")
def odd(odd_database: PostgresDatabase) -> Harvest:
    with odd_database.connector() as connector:
        return Harvest(connector.facts(Scope()))


def read(database: PostgresDatabase, scope: Scope | None = None) -> Harvest:
    with database.connector() as connector:
        return Harvest(connector.facts(scope or Scope()))


# --- containers and datasets


def test_the_database_is_the_root_and_schemas_are_in_it(odd: Harvest) -> None:
    assert {(fact.path, fact.kind) for fact in odd.of(facts.Container)} == {
        ((), "database"), ((WEIRD,), "schema"), (("empty_one",), "schema"), (("public",), "schema"),
        (("shop",), "schema"),
    }  # fmt: skip


def test_comments_come_through_to_the_letter(odd: Harvest) -> None:
    shop = next(fact for fact in odd.of(facts.Container) if fact.path == ("shop",))
    assert shop.comment == "What is sold <b>& to whom</b>"
    assert odd.datasets["shop", "customer"].comment == (
        "People who buy.\n<script>alert(\"no\")</script> -- 'quoted' \\n 🛒"
    )
    assert odd.field("shop", "customer", "mail").comment == "Where to <i>write</i>"


def test_the_comment_and_owner_of_the_database_are_read(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(f"comment on database {postgres_database.name} is 'All we sell'")
    root = read(postgres_database).of(facts.Container)[0]
    assert (root.path, root.comment) == ((), "All we sell")
    assert root.owner == postgres_database.rows("select current_user")[0][0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("customer", "table"), ("event", "table"), ("event_2024", "table"), ("scratch", "table"), ("buyer", "view"),
        ("totals", "materialized_view"), ("distant", "foreign_table"),
    ],
)  # fmt: skip
def test_relations_are_of_their_kind(odd: Harvest, name: str, kind: str) -> None:
    assert odd.datasets["shop", name].kind == kind


def test_what_belongs_to_an_extension_or_a_session_is_left_out(odd: Harvest) -> None:
    names = {path[-1] for path in odd.datasets} | {fact.path[-1] for fact in odd.of(facts.Routine)}
    assert not names & {"of_extension", "passing"}


def test_awkward_names_come_through_to_the_letter(odd: Harvest) -> None:
    assert {path for path in odd.datasets if path[0] == WEIRD} == {
        (WEIRD, 'ta.ble "x" %s'), (WEIRD, "CASE"), (WEIRD, "case"), (WEIRD, "v.iew"),
    }  # fmt: skip
    names = [fact.name for fact in odd.about(facts.Field, WEIRD, 'ta.ble "x" %s')]
    longest = "á234567890123456789012345678901234567890123456789012345678901"
    assert names == ["a.b", 'say "hi"', "  spaced  ", "100%", "🦄", "Ab", "aB", "select", longest]


def test_a_table_may_have_no_columns_or_1600(odd: Harvest) -> None:
    assert odd.about(facts.Field, "shop", "scratch") == []
    wide = odd.about(facts.Field, "shop", "wide")
    assert [(fact.position, fact.name) for fact in wide] == [(n, f"c{n}") for n in range(1, 1601)]


def test_views_have_their_text_with_names_in_full(odd: Harvest) -> None:
    assert 'JOIN shop."order" o ON' in odd.datasets["shop", "buyer"].sql
    assert "FROM shop.customer" in odd.datasets["shop", "totals"].sql
    assert odd.datasets["shop", "customer"].sql == ""


def test_partitions_name_their_parent_and_bound(odd: Harvest) -> None:
    parent, child, grandchild = (odd.datasets["shop", f"event{end}"] for end in ("", "_2024", "_2024_sale"))
    assert parent.partition_key == "RANGE (at)"
    assert (child.parent, grandchild.parent) == (parent.ref, child.ref)
    assert child.partition_key == "LIST (what)"
    assert grandchild.details == {"partition_bound": "FOR VALUES IN ('sale')"}
    assert odd.datasets["shop", "event_rest"].details == {"partition_bound": "DEFAULT"}


def test_children_name_all_they_inherit_from(odd: Harvest) -> None:
    dog = odd.datasets["shop", "robot_dog"]
    assert dog.details == {"inherits": ["shop.animal", "shop.machine"]}
    assert dog.parent == odd.datasets["shop", "animal"].ref


def test_parents_come_before_children_even_if_made_later(odd: Harvest) -> None:
    seen: set[str] = {""}
    for dataset in odd.of(facts.Dataset):
        assert dataset.parent in seen
        seen.add(dataset.ref)


def test_what_only_postgresql_knows_is_in_the_details(odd: Harvest) -> None:
    assert odd.datasets["shop", "distant"].details == {"server": "far_away"}
    assert odd.datasets["shop", "scratch"].details == {"unlogged": True}
    assert odd.datasets["shop", "totals"].details == {"populated": False}


def test_rows_and_size_are_known_once_analysed(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "create table counted (n integer)",
        "create table uncounted (n integer)",
        "insert into counted select generate_series(1, 1000)",
        "analyze counted",
    )
    found = read(postgres_database).datasets
    assert found["public", "counted"].rows == 1000
    assert (found["public", "counted"].size or 0) >= 8192
    uncounted = found["public", "uncounted"]
    assert (uncounted.rows, uncounted.size) == (None, None)


# --- fields


@pytest.mark.parametrize(
    ("name", "native", "kind"),
    [
        ("id", "bigint", "integer"), ("mail", "character varying(120)", "string"), ("home", "shop.place", "struct"),
        ("former", "shop.place[]", "array"), ("status", "shop.progress", "enum"), ("credit", "shop.amount", "decimal"),
        ("small", "shop.small_amount", "decimal"), ("settings", "jsonb", "json"),
        ("late", "timestamp(3) with time zone", "timestamptz"),
    ],
)  # fmt: skip
def test_types_are_printed_as_the_source_does_and_normalised(odd: Harvest, name: str, native: str, kind: str) -> None:
    field = odd.field("shop", "customer", name)
    assert (field.native_type, field.type) == (native, kind)


def test_nullability_counts_that_of_domains(odd: Harvest) -> None:
    nullable = {fact.name for fact in odd.about(facts.Field, "shop", "customer") if fact.nullable and not fact.parent}
    assert not nullable & {"id", "name", "status", "small"}
    assert {"mail", "credit", "total"} <= nullable


def test_defaults_identities_and_expressions_are_told_apart(odd: Harvest) -> None:
    identity, default, computed = (odd.field("shop", "customer", name) for name in ("id", "late", "doubled"))
    assert (identity.generated, identity.default, identity.details) == ("identity", "", {"identity": "always"})
    assert (default.generated, default.default) == ("", "now()")
    assert (computed.generated, computed.default) == ("(total * 2)", "")
    assert odd.field("shop", "order", "id").details == {"identity": "by default"}


def test_enumerations_list_their_values_in_order(odd: Harvest) -> None:
    details = {"enum": ["new", "in transit", "it's done"], "type_comment": "How far it is"}
    assert odd.field("shop", "customer", "status").details == details
    assert odd.field("shop", "customer", "statuses").details == details


def test_domains_tell_their_base_and_checks(odd: Harvest) -> None:
    details = odd.field("shop", "customer", "small").details
    assert details is not None
    assert (details["domain"], details["base"]) == ("shop.small_amount", "shop.amount")
    assert details["check"] == "CHECK (((VALUE)::numeric < (100)::numeric))"


def test_a_collation_of_its_own_is_told(odd: Harvest) -> None:
    assert odd.field("shop", "customer", "mail").details == {"collation": "C"}
    assert odd.field("shop", "customer", "name").details is None


def test_composite_columns_have_their_parts_after_them(odd: Harvest) -> None:
    found = odd.about(facts.Field, "shop", "customer")
    home = [(fact.parent, fact.name) for fact in found[3:10]]
    assert home == [
        ("", "home"), ("home", "street"), ("home", "number"), ("home", "spot"), ("home.spot", "x"), ("home.spot", "y"),
        ("home", "odd.part"),
    ]  # fmt: skip
    assert odd.field("shop", "customer", "street", "former").comment == "Without the number"


def test_positions_are_dense_and_in_reading_order_despite_dropped_columns(odd: Harvest) -> None:
    for path in odd.datasets:
        positions = [fact.position for fact in odd.about(facts.Field, *path)]
        assert positions == list(range(1, len(positions) + 1))


def test_composites_of_composites_do_not_multiply_without_end(postgres_database: PostgresDatabase) -> None:
    columns = ", ".join(f"c{n} t0" for n in range(100))
    postgres_database.execute(
        "create type t0 as (" + ", ".join(f"c{n} integer" for n in range(100)) + ")",
        f"create type t1 as ({columns})",
        "create table nested (deep t1)",
    )
    found = read(postgres_database).of(facts.Field)
    assert len(found) == 5_001
    assert found[0].details == {"parts_left_out": 5_100}


# --- constraints, indexes, dependencies, routines


def test_keys_have_their_columns_in_order(odd: Harvest) -> None:
    primary = odd.constraint("shop", "order", "order_pkey")
    assert (primary.kind, primary.fields, primary.definition) == ("primary", ("id", "line"), "PRIMARY KEY (id, line)")
    assert odd.constraint("shop", "customer", "customer_mail_key").kind == "unique"


def test_foreign_keys_name_what_they_point_at(odd: Harvest) -> None:
    key = odd.constraint("shop", "note", "note_order")
    assert (key.fields, key.ref_fields) == (("order_id", "order_line"), ("id", "line"))
    assert key.ref_dataset == odd.datasets["shop", "order"].ref
    assert key.definition.endswith("DEFERRABLE")
    assert odd.constraint("shop", "order", "order_customer_id_fkey").definition.endswith("ON DELETE CASCADE")


def test_checks_and_exclusions_have_their_text(odd: Harvest) -> None:
    check = odd.constraint("shop", "customer", "total_less")
    assert (check.kind, set(check.fields)) == ("check", {"total", "Total"})
    assert check.definition == 'CHECK ((total < "Total"))'
    exclusion = odd.constraint("shop", "order", "order_during_excl")
    assert (exclusion.kind, exclusion.definition) == ("exclusion", "EXCLUDE USING gist (during WITH &&)")


def test_indexes_are_printed_where_columns_do_not_say_it_all(odd: Harvest) -> None:
    found = {fact.name: fact for fact in odd.about(facts.Index, "shop", "note")}
    words, lower, partial = (found[f"note_{name}"] for name in ("words", "lower", "partial"))
    assert (words.method, words.fields, words.definition) == ("hash", ("text",), "")
    assert lower.fields == ("order_id",)
    assert "lower(text)" in lower.definition
    assert (partial.unique, partial.fields) == (True, ("order_id",))
    assert "INCLUDE (text) WHERE (order_line > 3)" in partial.definition


def test_views_tell_which_columns_they_read(odd: Harvest) -> None:
    paths = {fact.ref: path for path, fact in odd.datasets.items()}
    read_by = {(paths[d.dataset][-1], paths[d.upstream][-1]): d.fields for d in odd.of(facts.Dependency)}
    assert read_by == {
        ("buyer", "customer"): ("id", "name"),
        ("buyer", "order"): ("customer_id",),
        ("buyer_names", "buyer"): ("name",),
        ("totals", "customer"): ("status",),
        ("everything", "customer"): (),
        ("v.iew", 'ta.ble "x" %s'): ("a.b", "🦄"),
    }


def test_routines_are_known_by_their_arguments(odd: Harvest) -> None:
    found = {fact.path: fact for fact in odd.of(facts.Routine)}
    assert set(found) == {("shop", "add"), ("shop", "tidy"), ("shop", "product")}
    assert found["shop", "add"] == facts.Routine(
        ("shop", "add"), "function", "a integer, b integer DEFAULT 1", "integer", "sql", "Adds"
    )
    assert {path[-1]: fact.kind for path, fact in found.items()} == {
        "add": "function", "tidy": "procedure", "product": "aggregate",
    }  # fmt: skip


# --- scope


def test_only_what_is_in_scope_is_told(odd_database: PostgresDatabase) -> None:
    found = read(odd_database, Scope(include=("shop.*",), exclude=("shop.event*", "shop.customer", "shop.wide")))
    assert set(found.datasets) & {("shop", "customer"), ("shop", "event"), (WEIRD, "case")} == set()
    assert {fact.path for fact in found.of(facts.Container)} == {(), ("shop",)}
    refs = {fact.ref for fact in found.of(facts.Dataset)}
    for kind in (facts.Field, facts.Constraint, facts.Index, facts.Dependency):
        assert {fact.dataset for fact in found.of(kind)} <= refs


def test_a_foreign_key_out_of_the_scope_keeps_its_text(odd_database: PostgresDatabase) -> None:
    found = read(odd_database, Scope(include=("shop.order",)))
    key = found.constraint("shop", "order", "order_customer_id_fkey")
    assert (key.ref_dataset, key.ref_fields) == ("", ())
    assert "REFERENCES shop.customer(id)" in key.definition


def test_a_part_is_without_parent_when_that_is_out_of_scope(odd_database: PostgresDatabase) -> None:
    assert read(odd_database, Scope(include=("shop.event_2024",))).datasets["shop", "event_2024"].parent == ""


def test_names_are_those_of_all_datasets(odd_database: PostgresDatabase, odd: Harvest) -> None:
    with odd_database.connector() as connector:
        assert set(connector.names()) == set(odd.datasets)


# --- trouble, and what it costs


def test_a_damaged_view_is_a_problem_and_the_rest_goes_on(damaged_database: PostgresDatabase) -> None:
    damaged_database.execute(
        *(f"create table t{n} (n integer); create view v{n} as select n from t{n}" for n in range(5)),
        "set allow_system_table_mods = on; delete from pg_class where relname in ('t1', 't3')",
    )
    found = read(damaged_database)
    assert [fact.object for fact in found.of(facts.Problem)] == ["public.v1", "public.v3"]
    assert [dataset.path[-1] for dataset in found.of(facts.Dataset) if dataset.sql] == ["v0", "v2", "v4"]
    assert [fact.name for fact in found.about(facts.Field, "public", "v3")] == ["n"]


def test_an_empty_database_has_containers_only(postgres_database: PostgresDatabase) -> None:
    assert {type(fact) for fact in read(postgres_database).all} == {facts.Container}


def test_reading_takes_the_same_few_queries_whatever_there_is(
    odd_database: PostgresDatabase, postgres_database: PostgresDatabase
) -> None:
    postgres_database.execute("create view one as select 1 as n")
    assert queries_of(odd_database) == queries_of(postgres_database) <= 12


def queries_of(database: PostgresDatabase) -> int:
    """Return how many queries the server was asked in one reading; fetching from cursors is not counted."""
    name = database.name
    database.execute(
        f"alter database {name} set log_statement = 'all'", f"alter database {name} set client_min_messages = 'log'"
    )
    with database.connector() as connector:
        logged = connector._opened.notices = []
        for _ in connector.facts(Scope()):
            pass
    database.execute(f"alter database {name} reset all")
    return sum("statement: DECLARE" in notice or "statement: select" in notice for notice in logged)


def test_facts_agree_with_the_information_schema(odd_database: PostgresDatabase, odd: Harvest) -> None:
    assert differences(odd_database, odd, leave_out=frozenset([("shop", "of_extension")])) == []
