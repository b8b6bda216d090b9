"""Cases and answers as JSON lines, as ``manage.py sql_lineage`` and the benchmark read and write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lineage.sql.script import lineage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage.sql.model import Lineage


class BadCase(ValueError):
    """A line that is no case; says why."""


def parse_case(line: str) -> dict[str, Any]:
    """Return the case on a line: ``{"id", "dialect", "sql", "schema", "default_db", "default_schema"}``.

    Raises `BadCase` for anything else; all but "sql" may be missing.
    """
    try:
        case = json.loads(line)
    except ValueError as error:
        raise BadCase(f"not JSON: {error}") from None
    if not isinstance(case, dict) or not isinstance(case.get("sql"), str):
        raise BadCase('not an object with "sql" in it')
    for key in ("dialect", "default_db", "default_schema"):
        if not isinstance(case.get(key), str | None):
            raise BadCase(f'not a case: "{key}" is no text')
    if not _is_schema(case.get("schema")):
        raise BadCase('not a case: "schema" is no object of tables with columns and types')
    return case


def _is_schema(value: Any) -> bool:
    if value is None:
        return True
    tables = value.values() if isinstance(value, dict) else [None]
    return all(isinstance(one, dict) and all(isinstance(type_, str) for type_ in one.values()) for one in tables)


def answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a case gives: ``{"id", "sources", "targets", "columns", "error"}``, tables read and written."""
    found = lineage(
        case["sql"],
        case.get("dialect"),
        case.get("schema"),
        default_db=case.get("default_db"),
        default_schema=case.get("default_schema"),
    )
    return {
        "id": case.get("id"),
        "sources": list(found.reads),
        "targets": list(found.writes),
        "columns": _columns(found),
        "error": found.problems[0].message if found.problems else None,
    }


def answer_line(line: str) -> str:
    """Return the answer to the case on a line, as a line; one that is no case is answered by its error."""
    try:
        found = answer(parse_case(line))
    except BadCase as error:
        found = {"id": None, "sources": [], "targets": [], "columns": [], "error": f"This line is {error}."}
    return json.dumps(found, ensure_ascii=False) + "\n"


def _columns(found: Lineage) -> list[dict[str, Any]]:
    return [
        {
            "target": _dotted(column.table, column.name or "?"),
            "sources": [_dotted(source.table, source.column) for source in column.sources],
        }
        for column in found.columns
    ]


def _dotted(table: str | None, column: str) -> str:
    return f"{table}.{column}" if table else column
