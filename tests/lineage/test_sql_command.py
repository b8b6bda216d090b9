"""``manage.py sql_lineage``: files of cases in, files of answers out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

CASES = [
    {"id": "1", "dialect": "postgres", "sql": "INSERT INTO t (a) SELECT b FROM s", "schema": None},
    {"id": "2", "dialect": "snowflake", "sql": "SELECT * FROM s", "schema": {"s": {"x": "int"}}, "default_db": "d"},
    {"id": "3", "dialect": "postgres", "sql": "SELECT FROM ("},
]


def answers(tmp_path: Path, lines: list[str], **options: Any) -> list[dict[str, Any]]:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text("\n".join(lines), encoding="utf-8")
    call_command("sql_lineage", input=cases, output=out, **options)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("workers", [1, 2])
def test_each_case_is_answered_in_its_turn(tmp_path: Path, workers: int) -> None:
    first, second, third = answers(tmp_path, [json.dumps(case) for case in CASES], workers=workers)
    assert first["columns"] == [{"target": "t.a", "sources": ["s.b"]}]
    assert (first["id"], first["sources"], first["targets"], first["error"]) == ("1", ["s"], ["t"], None)
    assert second["columns"] == [{"target": "x", "sources": ["s.x"]}]
    assert third["error"]


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '{"sql": 3}',
        '{"sql": "SELECT 1", "schema": []}',
        '{"sql": "SELECT 1", "schema": {"t": ["a"]}}',
        '{"sql": "SELECT 1", "dialect": 3}',
        '{"id": 1}',
    ],
)
def test_a_line_that_is_no_case_is_answered_by_its_error_and_the_rest_go_on(tmp_path: Path, line: str) -> None:
    found = answers(tmp_path, [line, json.dumps(CASES[0])])
    assert found[0]["error"].startswith("This line is not")
    assert found[1]["sources"] == ["s"]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.jsonl"):
        call_command("sql_lineage", input=tmp_path / "nothing.jsonl", output=tmp_path / "out.jsonl")


def test_no_number_of_workers_but_a_sane_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="workers"):
        answers(tmp_path, [], workers=0)
