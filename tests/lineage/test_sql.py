"""SQL lineage, told by the files in tests/lineage/sql: each statement with what it must give before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.sql import Lineage, lineage

FOLDER = Path(__file__).parent / "sql"
ODD = ["(", ")", "'", '"', "`", ";", "$$", "--", "/*", "{{", "\x00", "🐘", "BEGIN", "END", "SELECT", "*", "PIVOT("]


class Case(NamedTuple):
    name: str
    dialect: str
    schema: dict[str, dict[str, str]]
    told: dict[str, set[str]]
    sql: str


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.sql")):
        for text in re.split(r"(?m)^-- ---\n", path.read_text()):
            yield read(text)


def read(text: str) -> Case:
    head = [line.removeprefix("-- ") for line in text.splitlines() if line.startswith("-- ")]
    told: dict[str, set[str]] = {"reads": set(), "writes": set(), "problems": {"0"}}
    told["columns"] = {line for line in head if " <-" in line}
    dialect, schema = "", {}
    for word, value in (line.split(": ", 1) for line in head[1:] if " <-" not in line):
        if word == "dialect":
            dialect = value
        elif word == "schema":
            table, columns = value.removesuffix(")").split(" (", 1)
            schema[table] = dict(part.split(" ", 1) for part in re.split(r", (?![^<]*>)", columns))
        else:
            told[word] = set(value.split(", "))
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("-- "))
    return Case(head[0], dialect, schema, told, sql)


def told(found: Lineage) -> dict[str, set[str]]:
    columns = set()
    for column in found.columns:
        target = f"{column.table}." if column.table else ""
        sources = sorted(f"{source.table or '?'}.{source.column} {source.step}" for source in column.sources)
        columns.add(f"{target}{column.name or '?'} <- {', '.join(sources)}".rstrip())
    problems = {str(len(found.problems))}
    return {"reads": set(found.reads), "writes": set(found.writes), "problems": problems, "columns": columns}


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_a_statement_tells_what_stands_before_it(case: Case) -> None:
    assert told(lineage(case.sql, case.dialect, case.schema)) == case.told


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_every_source_is_found_in_the_text_where_it_is_said_to_stand(case: Case) -> None:
    for column in lineage(case.sql, case.dialect, case.schema).columns:
        for source in column.sources:
            if source.span is not None:
                written = case.sql[source.span.start : source.span.end].strip("[]`\"'")
                assert re.fullmatch(r"[\w$#*]+", written), (source, written)


def test_names_are_completed_by_the_defaults() -> None:
    found = lineage("INSERT INTO t SELECT a FROM other.s", default_db="db", default_schema="sch")
    assert found.reads == ("db.other.s",)
    assert found.writes == ("db.sch.t",)


def test_the_schema_is_found_by_longer_and_shorter_names_in_any_case() -> None:
    for known in ("S", "sch.s", "db.sch.s"):
        found = lineage("SELECT * FROM sch.S", "postgres", {known: {"A": "int", "b": "int"}})
        assert [column.name for column in found.columns] == ["A", "b"]


def test_columns_that_only_filter_join_group_and_sort_are_told_apart() -> None:
    sql = "SELECT a FROM t JOIN u ON t.i = u.j WHERE b > 1 GROUP BY a, c HAVING max(d) > 1 ORDER BY e"
    schema = {"t": dict.fromkeys(["a", "b", "c", "d", "e", "i"], "int"), "u": {"j": "int"}}
    (statement,) = lineage(sql, "postgres", schema).statements
    assert {(use.table, use.column, str(use.influence)) for use in statement.uses} == {
        ("t", "i", "join"), ("u", "j", "join"), ("t", "b", "filter"), ("t", "a", "group_by"), ("t", "c", "group_by"),
        ("t", "d", "filter"), ("t", "e", "sort"),
    }  # fmt: skip


def test_a_statement_stands_where_it_says() -> None:
    sql = "SELECT 1;\n  INSERT INTO t SELECT a FROM s ;"
    spans = [sql[one.span.start : one.span.end] for one in lineage(sql, "postgres").statements]
    assert spans == ["SELECT 1", "INSERT INTO t SELECT a FROM s"]


def test_a_problem_says_where_it_is() -> None:
    found = lineage("SELECT a FROM t;\nSELECT FROM WHERE (", "postgres")
    assert [problem.line for problem in found.problems] == [2]
    assert found.reads == ("t",)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM " + "(SELECT * FROM " * 1000 + "t" + ")" * 1000,
        "SELECT " + "(" * 1000 + "a" + ")" * 1000 + " FROM t",
        "SELECT " + " + ".join(["a"] * 5000) + " FROM t",
        " UNION ALL ".join(["SELECT a FROM t"] * 1000),
    ],
    ids=["queries in queries", "parentheses", "a sum of thousands", "a union of a thousand"],
)
def test_whatever_is_nested_or_long_ends_and_tells_its_tables(sql: str) -> None:
    assert lineage(sql, "postgres").reads == ("t",)


def test_a_thousand_named_queries_in_a_row_are_followed() -> None:
    queries = ", ".join(f"c{n} AS (SELECT * FROM {f'c{n - 1}' if n else 't'})" for n in range(1000))
    (column,) = lineage(f"WITH {queries} SELECT a FROM c999", "postgres").columns
    assert [(source.table, source.column) for source in column.sources] == [("t", "a")]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(cases())), st.data())
def test_broken_text_never_raises(case: Case, data: st.DataObject) -> None:
    words = case.sql.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(words) - 1))
        if data.draw(st.booleans()) and len(words) > 1:
            del words[position]
        else:
            words.insert(position, data.draw(st.sampled_from(ODD)))
    lineage(" ".join(words), case.dialect, case.schema)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["", "tsql", "bigquery", "snowflake", "oracle", "no such dialect"]))
def test_any_text_is_answered(text: str, dialect: str) -> None:
    lineage(text, dialect)
