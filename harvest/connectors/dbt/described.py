"""Nodes on the workbench as facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from catalog.types import normalise
from core.names import fold
from harvest import facts
from harvest.connectors.base import Scope
from harvest.connectors.dbt.bench import Bench

_KINDS = {
    "view": "view", "ephemeral": "view", "materialized_view": "materialized_view",
    "dynamic_table": "materialized_view", "streaming_table": "table", "external": "foreign_table",
}  # fmt: skip
MOST_TESTS, MOST_EXPOSURES = 200, 100  # of one node that are kept
_FAILED = frozenset({"fail", "error", "runtime error"})


def path_of(node: dict[str, Any]) -> tuple[str, ...]:
    """Database, schema and name, as far as there are."""
    return tuple(part for part in (node["database"], node["schema"], node["name"]) if part)


def facts_of(bench: Bench, scope: Scope) -> facts.Facts:
    """Every fact of the project."""
    _link(bench)
    containers: set[tuple[str, ...]] = set()
    for key, node in bench.all("node"):
        path = path_of(node)
        if not scope.wants(path):
            continue
        for depth in range(1, len(path)):
            if path[:depth] not in containers:
                containers.add(path[:depth])
                yield facts.Container(path[:depth], "schema" if depth == len(path) - 1 else "database")
        yield from _dataset(bench, key, node, path)
    yield from _relations(bench)


def _link(bench: Bench) -> None:
    for part in ("test", "exposure"):
        for key, item in bench.all(part):
            for node in item["nodes"]:
                bench.link(part, node, key)


def _dataset(bench: Bench, key: str, node: dict[str, Any], path: tuple[str, ...]) -> facts.Facts:
    catalog = bench.get("catalog", key) or {}
    metadata = catalog.get("metadata") or {}
    physical = node["materialized"] != "ephemeral"
    code = bench.get("compiled", key) or {}
    freshness = bench.get("freshness", key) or {}
    yield facts.Dataset(
        key, path, _kind(node, metadata), comment=node["description"] or metadata.get("comment") or "",
        owner=node["owner"] or metadata.get("owner") or "", sql=code.get("sql", ""), rows=None,
        modified_at=_moment(freshness.get("max_loaded_at")), details=_details(bench, key, node, freshness),
    )  # fmt: skip
    if physical and len(path) > 1:
        yield facts.Alias(key, node["database"], path[1:] if node["database"] else path)
    for tag in node["tags"]:
        yield facts.Tag(key, tag)
    yield from _fields(bench, key, node, catalog.get("columns") or [])
    yield from _keys(key, node)


def _kind(node: dict[str, Any], metadata: dict[str, Any]) -> str:
    told = str(metadata.get("type") or "").lower()
    if node["kind"] == "source" or not node["materialized"]:
        return "materialized_view" if "materialized" in told else "view" if "view" in told else "table"
    return _KINDS.get(node["materialized"], "table")


def _details(bench: Bench, key: str, node: dict[str, Any], freshness: dict[str, Any]) -> dict[str, Any]:
    tests = bench.about("test", key)[:MOST_TESTS]
    results = {test: bench.get("result", test) or {} for test, _ in tests}
    exposures = [item for _, item in bench.about("exposure", key)[:MOST_EXPOSURES]]
    told = {
        "dbt": node["kind"], "materialized": node["materialized"], "package": node["package"], "file": node["file"],
        "unique id": key, "access": node.get("access"), "deprecated": node.get("deprecation_date"),
        "loader": node.get("loader"),
        **{name.replace("_", " "): text for name, text in node.get("freshness", {}).items()},
        "meta": node["meta"], "exists in the database": "no" if node["materialized"] == "ephemeral" else "",
        "tests": [_test(test) for _, test in tests], "exposures": [_without(item, "nodes") for item in exposures],
    }  # fmt: skip
    observed = {
        "tests": _summary(results), "test results": {test: result for test, result in results.items() if result},
        "last run": bench.get("result", key), "freshness": freshness.get("status"),
        "freshness looked at": freshness.get("snapshotted_at"),
    }  # fmt: skip
    return _told(told) | {facts.OBSERVED: _told(observed)}


def _test(test: dict[str, Any]) -> dict[str, Any]:
    return _told({name: test[name] for name in ("name", "test", "column", "severity", "description", "arguments")})


def _summary(results: dict[str, dict[str, Any]]) -> str:
    """``11 passed, 1 failed``; only what there is."""
    words = {"pass": "passed", "success": "passed", "warn": "warned", "skipped": "skipped"}
    counted: Counter[str] = Counter()
    for result in results.values():
        status = str(result.get("status", ""))
        counted["failed" if status in _FAILED else words.get(status, status or "not run")] += 1
    return ", ".join(f"{count:,} {word}" for word, count in counted.most_common())


def _fields(bench: Bench, key: str, node: dict[str, Any], columns: list[dict[str, Any]]) -> Iterator[facts.Field]:
    """The columns of the database where they are known, else those that the project names."""
    said = {fold(column["name"]): column for column in node["columns"]}
    tests: dict[str, list[str]] = {}
    for _, test in bench.about("test", key):
        if test["column"]:
            tests.setdefault(fold(test["column"]), []).append(test["test"])
    found = sorted(columns, key=lambda column: column.get("index") or 0) or node["columns"]
    for position, column in enumerate(found, 1):
        told = said.get(fold(column["name"]), {})
        native = str(column.get("type") or told.get("type") or "")
        details = {
            "tests": sorted(tests.get(fold(column["name"]), [])), "tags": told.get("tags"), "meta": told.get("meta")
        }  # fmt: skip
        yield facts.Field(
            key, position, column["name"], native, normalise(native) if native else "unknown",
            nullable="not_null" not in told.get("constraints", ()),
            comment=told.get("description") or column.get("comment") or "", details=_told(details) or None,
        )  # fmt: skip


def _keys(key: str, node: dict[str, Any]) -> Iterator[facts.Constraint]:
    """The primary key of a contract."""
    of_model = [one.get("columns") for one in node.get("constraints", ()) if one.get("type") == "primary_key"]
    of_columns = [column["name"] for column in node["columns"] if "primary_key" in column["constraints"]]
    if fields := next((columns for columns in of_model if columns), of_columns):
        yield facts.Constraint(key, "contract", "primary", tuple(fields))


def _relations(bench: Bench) -> Iterator[facts.Constraint | facts.Transformation]:
    """What is made of what, and what tests say must be found elsewhere."""
    known = {key for key, _ in bench.all("node")}
    dialect = (bench.get("project", "project") or {}).get("adapter_type", "")
    for key, node in bench.all("node"):
        if node["kind"] in ("model", "snapshot"):
            code = (bench.get("compiled", key) or {}).get("sql", "") if node["language"] == "sql" else ""
            upstream = tuple(one for one in node["depends"] if one in known)
            yield facts.Transformation(
                key, key, upstream, code, dialect, node["file"], node["owner"], node["description"]
            )
    for _, test in bench.all("test"):
        others = [node for node in test["depends"] if node not in test["nodes"] and node in known]
        if test["test"] == "relationships" and test["column"] and len(others) == 1 and len(test["nodes"]) == 1:
            field = str(test["arguments"].get("field") or test["column"])
            yield facts.Constraint(
                test["nodes"][0], test["name"], "foreign", (test["column"],), "a test of dbt", others[0], (field,)
            )


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    return _told({name: value for name, value in item.items() if name not in names})
