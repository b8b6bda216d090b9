"""What is a criterion and what is not, and that no text reaches a source."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions.counting.codes import code_of
from definitions.criteria import DIALECTS, check, column_of, normal_form, normal_text, render
from definitions.criteria.model import BOOLEAN, NULL, NUMBER, TEXT, Node
from tests.definitions.databases import COLUMNS, statements

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

ATTACKS = {
    "two statements": "status = 'a'; DROP TABLE odd",
    "a statement": "DROP TABLE odd",
    "a query": "SELECT 1",
    "a query in brackets": "(SELECT true)",
    "a subquery": "status IN (SELECT passwd FROM users)",
    "exists": "EXISTS (SELECT 1 FROM users)",
    "any of a query": "status = ANY (SELECT 1)",
    "a union": "status = 'a' UNION SELECT 1",
    "sleep of PostgreSQL": "pg_sleep(10) IS NULL",
    "sleep of MySQL": "SLEEP(10) = 0",
    "a slow loop": "BENCHMARK(1000000000, MD5('a')) = 0",
    "reads a file of the server": "pg_read_file('/etc/passwd') = 'a'",
    "loads a file": "LOAD_FILE('/etc/passwd') = 'a'",
    "reads text of a file": "read_text('/etc/passwd') = 'a'",
    "reaches the network": "dblink('host=evil', 'select 1') = 'a'",
    "loads an extension": "load_extension('evil') IS NULL",
    "sets a session": "set_config('statement_timeout', '0', false) = '0'",
    "reads a session": "current_setting('data_directory') = 'a'",
    "who am I": "current_user = 'postgres'",
    "which version": "version() LIKE 'P%'",
    "chance": "random() < 0.5",
    "a sequence": "nextval('odd_id_seq') > 0",
    "a lock": "pg_advisory_lock(1) IS NULL",
    "ends another session": "pg_terminate_backend(1)",
    "runs SQL": "query_to_xml('select 1', true, true, '') IS NULL",
    "a large object": "lo_import('/etc/passwd') > 0",
    "a function with a schema": "pg_catalog.pg_sleep(1) IS NULL",
    "a function in quotes": '"pg_sleep"(1) IS NULL',
    "grows": "repeat('a', 1000000000) = 'b'",
    "a slow pattern": "status ~ '(a+)+$'",
    "a regular expression": "regexp_like(status, '(a+)+$')",
    "similar to": "status SIMILAR TO '(a|b)*'",
    "a window": "row_number() OVER () = 1",
    "an aggregate": "sum(amount) > 1",
    "a filtered aggregate": "count(*) FILTER (WHERE id = 1) > 1",
    "an array": "id = ANY (ARRAY[1, 2])",
    "unnest": "id IN (unnest(ARRAY[1]))",
    "a lambda": "list_filter([1], x -> x > 0) IS NULL",
    "a row": "(id, status) = (1, 'a')",
    "a system column": "ctid IS NOT NULL",
    "the row itself": "odd IS NOT NULL",
    "another table's field": "users.password = 'a'",
    "a star": "count(*) = 1 OR * IS NULL",
    "a parameter": "status = :name",
    "a question mark": "status = ?",
    "a variable": "@@version = 'a'",
    "an assignment": "(@a := 1) = 1",
    "a template": "status = '{{ x }}' OR {{ x }}",
    "a comment that hides": "status = 'a' --\n; DROP TABLE odd",
    "a comment that runs": "status = 'a' /*! OR SLEEP(9) */ AND sleep(1)",
    "a dollar quote": "status = $$a$$",
    "an escape": "status = 'a\\' OR 1=1'",
    "a null sign": "status = 'a\0'",
    "an unclosed text": "status = 'a",
    "a collation": "status COLLATE \"C\" = 'a'",
    "into a type of the server": "CAST(status AS regclass) IS NULL",
    "xml": "CAST(status AS xml) IS NULL",
    "a date that is none": "born = '2026-13-01'",
    "an interval without end": "born > CURRENT_DATE - INTERVAL '999999999' YEAR",
    "a number without end": "amount > " + "9" * 40,
    "a pattern from the data": "status LIKE said",
    "nothing of the row": "1 = 1",
    "nothing": "  ",
    "too long": "status = 'a' OR " * 300 + "on",
    "too deep": "(" * 400 + "on" + ")" * 400,
    "many nots": "NOT " * 600 + '"on"',
    "many signs": "- " * 500 + "1 = id",
    "deep arithmetic": "id" + " + 1" * 300 + " = 1",
    "deep cases": "CASE WHEN " * 60 + "id = 1" + " THEN true END" * 60,
    "many options": f"id IN ({', '.join(map(str, range(300)))})",
    "a text that is no condition": "status",
    "a number for a text": "status = 1",
    "json": "doc ->> 'a' = 'b'",
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_attack_is_refused_with_a_sentence(dialect, name):
    checked = check(ATTACKS[name], [*COLUMNS, column_of("doc", "json")], dialect)

    assert checked.tree is None
    assert all(re.search(r"[.?]$", problem.message) for problem in checked.problems)


def test_a_problem_says_where_it_is_and_what_to_do():
    checked = check("id = 1\n  AND statu = 'a'\n  OR pg_sleep(1)", COLUMNS, "postgres")

    assert [(problem.line, problem.column) for problem in checked.problems] == [(2, 7), (3, 6)]
    assert "Did you mean Status?" in checked.problems[0].message


def test_what_runs_is_made_of_the_tree_and_never_of_the_text():
    checked = check("status = 'a' /* and this */ -- and that", COLUMNS, "postgres")
    assert checked.tree is not None

    assert render(checked.tree, "postgres") == """("Status" = 'a')"""
    assert checked.columns == ("Status",)


@pytest.mark.parametrize(("dialect", "name"), [("postgres", '"a""; drop"'), ("mysql", "`a``; drop`")])
def test_names_and_texts_cannot_end_their_quotes(dialect, name):
    column = column_of(name[1:-1].replace(name[0] * 2, name[0]), "string")
    sql = render(
        Node("=", (Node("column", value=column, family=TEXT), Node("literal", value="it's", family=TEXT))), dialect
    )

    assert sql == f"({name} = 'it''s')"


WORDS = st.sampled_from([
    "status", "id", "amount", "born", "said", "AND", "OR", "NOT", "(", ")", "=", "<>", "<", "IS", "NULL",
    "TRUE", "IN", ",", "'a'", "'2026-01-01'", "1", "0.5", "+", "-", "*", "/", "%", "CASE", "WHEN", "THEN",
    "ELSE", "END", "CAST", "AS", "INTEGER", "DATE", "LIKE", "BETWEEN", "INTERVAL", "DAY", "COALESCE",
    "SELECT", "FROM", ";", "--", "/*", "*/", "::", "||", "sleep", "[", "]", "{", "}", "@", "$", "`",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60), st.sampled_from(DIALECTS))
def test_no_text_makes_checking_fail_and_what_passes_runs(text, dialect):
    checked = check(text, COLUMNS, dialect)

    assert (checked.tree is None) == bool(checked.problems)
    if checked.tree is not None:
        assert ";" not in re.sub(r"'[^']*'", "", render(checked.tree, dialect, NOW))
        _codes([checked.tree])


# --- the normal form and failures, against the meaning of three-valued logic

IDS, AGES, FLAGS = (
    Node("column", value=column, family=column.family) for column in (COLUMNS[0], COLUMNS[2], COLUMNS[8])
)
NUMBERS = st.sampled_from([0, 1, 2, 5, 7, 30]).map(lambda number: Node("literal", value=str(number), family=NUMBER))
VALUES = st.recursive(
    NUMBERS | st.sampled_from([IDS, Node("cast", (AGES,), value="integer", family=NUMBER)]),
    lambda inner: (
        st.builds(lambda a, b: Node("/", (a, b), family=NUMBER), inner, inner)
        | st.builds(lambda a, b: Node("coalesce", (a, b), family=NUMBER), inner, inner)
    ),
    max_leaves=3,
)
CONDITIONS = st.recursive(
    st.just(FLAGS)
    | st.booleans().map(lambda value: Node("literal", value=value))
    | st.builds(lambda op, a, b: Node(op, (a, b)), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES, VALUES)
    | st.builds(lambda a, b: Node("in", (a, *b)), VALUES, st.lists(NUMBERS, min_size=1, max_size=3))
    | VALUES.map(lambda value: Node("null", (value,))),
    lambda inner: (
        inner.map(lambda one: Node("not", (one,)))
        | st.builds(
            lambda op, parts: Node(op, tuple(parts)),
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        )
        | st.builds(lambda a, b, c: Node("case", (a, b, c), family=BOOLEAN), inner, inner, inner)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def lite():
    connection = sqlite3.connect(":memory:")
    for statement in statements("sqlite"):
        connection.execute(statement)
    yield connection
    connection.close()


def _codes(nodes):
    connection = sqlite3.connect(":memory:")
    for statement in statements("sqlite"):
        connection.execute(statement)
    return _said(connection, nodes)


def _said(connection, nodes):
    return connection.execute(f"SELECT {code_of(nodes, 'sqlite', NOW)} FROM odd ORDER BY id").fetchall()


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_a_criterion_and_its_normal_form_hold_for_the_same_rows(lite, node):
    normal = normal_form(node)

    assert [row[0] == 1 for row in _said(lite, [node])] == [row[0] == 1 for row in _said(lite, [normal])]
    assert normal_form(normal) == normal


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_rows_that_cannot_be_evaluated_are_those_that_logic_says(lite, node):
    rows = lite.execute('SELECT id, age, "on" FROM odd ORDER BY id').fetchall()

    expected = [{True: 1, False: 0, None: 2, BROKEN: 3}[_meaning(node, row)] for row in rows]
    assert [row[0] for row in _said(lite, [node])] == expected


BROKEN = "broken"


def _meaning(node, row):  # noqa: C901, PLR0911, PLR0912 - all of three-valued logic in one place
    """What a node says of (id, age, on) by the rules of SQL; a definite AND or OR stands next to what is broken."""
    ident, age, flag = row
    if node.op == "column":
        return {"id": ident, "age": age, "on": None if flag is None else bool(flag)}[node.value.name]
    if node.op == "literal":
        return None if node.family == NULL else float(node.value) if node.family == NUMBER else node.value
    if node.op == "case":
        asked = _meaning(node.args[0], row)
        return BROKEN if asked == BROKEN else _meaning(node.args[1 if asked is True else 2], row)
    if node.op == "coalesce":
        for one in node.args:
            if (value := _meaning(one, row)) is not None:
                return value
        return None
    values = [_meaning(one, row) for one in node.args]
    if node.op in ("and", "or", "in"):
        if node.op == "in":
            values = [_compared("=", values[0], one) for one in values[1:]]
        definite = node.op != "and"
        return (
            definite if definite in values else BROKEN if BROKEN in values else None if None in values else not definite
        )
    if BROKEN in values:
        return BROKEN
    if node.op == "null":
        return values[0] is None
    if None in values:
        return None
    if node.op == "not":
        return not values[0]
    if node.op == "cast":
        return int(values[0]) if re.fullmatch(r" *[-+]?\d{1,18} *", values[0]) else BROKEN
    if node.op == "/":
        return values[0] / values[1] if values[1] else BROKEN
    return _compared(node.op, *values)


def _compared(op, left, right):
    if BROKEN in (left, right):
        return BROKEN
    if None in (left, right):
        return None
    return {"=": left == right, "<>": left != right, "<": left < right, "<=": left <= right, ">": left > right,
            ">=": left >= right}[op]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [
    ("status = 'a' OR status = 'b'", "'b' = Status OR STATUS IN ('a')"),
    ("NOT (status <> 'a' AND id >= 5)", "id < 5.0 OR status = 'a'"),
    ("id BETWEEN 1 AND 5", "5 >= id AND (id >= 1)"),
    ("status NOT IN ('a', 'b')", "status <> 'b' AND NOT status = 'a'"),
    ("\"on\" = TRUE OR (\"on\" AND id = 1)", "\"on\""),
])  # fmt: skip
def test_criteria_written_differently_have_one_normal_form(one, other):
    trees = [check(text, COLUMNS, "postgres").tree for text in (one, other)]

    assert len({normal_text(tree) for tree in trees if tree is not None}) == 1
    assert None not in trees
