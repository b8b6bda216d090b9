"""What is kept of a node of a manifest: a tenth of what dbt writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LONGEST = 20_000  # characters of a description that are kept


def node_of(node: Mapping[str, Any], groups: Mapping[str, Any]) -> dict[str, Any]:
    """A model, seed or snapshot."""
    config = node.get("config") or {}
    kept = _common(node) | {
        "kind": node["resource_type"],
        "name": node.get("alias") or node["name"],
        "materialized": config.get("materialized") or "",
        "owner": _owner(node, config, groups),
        "depends": list((node.get("depends_on") or {}).get("nodes") or ()),
        "constraints": list(node.get("constraints") or ()),
        "unique_key": config.get("unique_key"),
        "version": node.get("version"),
        "access": config.get("access") or node.get("access") or "",
        "deprecation_date": str(node.get("deprecation_date") or ""),
    }
    return kept | {"language": node.get("language") or "sql"}


def source_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """A table that dbt reads and does not build."""
    described = source.get("description") or source.get("source_description") or ""
    return _common(source) | {
        "kind": "source",
        "name": source.get("identifier") or source["name"],
        "description": described[:LONGEST],
        "materialized": "",
        "owner": _owner(source, source.get("config") or {}, {}),
        "depends": [],
        "loader": source.get("loader") or "",
        "freshness": _criteria(source.get("freshness")),
    }


def test_of(test: Mapping[str, Any]) -> dict[str, Any]:
    """A test, and which nodes it is of: the one it was written at, or all that it reads."""
    generic = test.get("test_metadata") or {}
    arguments = generic.get("kwargs") or {}
    attached = test.get("attached_node") or ""
    depends = list((test.get("depends_on") or {}).get("nodes") or ())
    return {
        "name": test["name"],
        "test": generic.get("name") or test.get("resource_type") or "test",
        "column": test.get("column_name") or (arguments.get("column_name") if attached else "") or "",
        "nodes": [attached] if attached else depends,
        "depends": depends,
        "arguments": {name: arguments[name] for name in ("values", "field", "to") if name in arguments},
        "severity": str((test.get("config") or {}).get("severity") or "error").lower(),
        "description": (test.get("description") or "")[:LONGEST],
    }


def exposure_of(exposure: Mapping[str, Any]) -> dict[str, Any]:
    """What uses models outside of dbt: a dashboard, a notebook, an application."""
    owner = exposure.get("owner") or {}
    return {
        "name": exposure.get("label") or exposure["name"],
        "type": exposure.get("type") or "",
        "url": exposure.get("url") or "",
        "owner": owner.get("name") or owner.get("email") or "",
        "maturity": exposure.get("maturity") or "",
        "description": (exposure.get("description") or "")[:LONGEST],
        "nodes": list((exposure.get("depends_on") or {}).get("nodes") or ()),
    }


def result_of(result: Mapping[str, Any], at: str) -> dict[str, Any]:
    """How the last run of a node or test ended. Messages are left out: they quote values."""
    ended = [timing.get("completed_at") for timing in result.get("timing") or ()]
    return {
        "status": result.get("status") or "",
        "at": max((one for one in ended if one), default=at),
        "failures": result.get("failures"),
        "seconds": result.get("execution_time"),
        "rows": (result.get("adapter_response") or {}).get("rows_affected"),
    }


def _common(node: Mapping[str, Any]) -> dict[str, Any]:
    config = node.get("config") or {}
    return {
        "database": node.get("database") or "",
        "schema": node.get("schema") or "",
        "description": (node.get("description") or "")[:LONGEST],
        "columns": [_column(name, column) for name, column in (node.get("columns") or {}).items()],
        "tags": sorted({*_texts(node.get("tags")), *_texts(config.get("tags"))}),
        "meta": node.get("meta") or config.get("meta") or {},
        "package": node.get("package_name") or "",
        "file": node.get("original_file_path") or "",
        "relation": node.get("relation_name") or "",
    }


def _column(name: str, column: Mapping[str, Any]) -> dict[str, Any]:
    config = column.get("config") or {}
    return {
        "name": column.get("name") or name,
        "description": (column.get("description") or "")[:LONGEST],
        "type": column.get("data_type") or "",
        "tags": sorted({*_texts(column.get("tags")), *_texts(config.get("tags"))}),
        "meta": column.get("meta") or config.get("meta") or {},
        "constraints": [str(one.get("type") or "") for one in column.get("constraints") or ()],
    }


def _owner(node: Mapping[str, Any], config: Mapping[str, Any], groups: Mapping[str, Any]) -> str:
    """Who the project says owns it: in its meta, or by its group."""
    meta = node.get("meta") or config.get("meta") or {}
    told = meta.get("owner") or _owner_of_group(node, config, groups)
    if isinstance(told, Mapping):
        told = told.get("name") or told.get("email")
    return str(told or "")[:500]


def _owner_of_group(node: Mapping[str, Any], config: Mapping[str, Any], groups: Mapping[str, Any]) -> Any:
    name = node.get("group") or config.get("group")
    return next((group.get("owner") for group in groups.values() if name and group.get("name") == name), None)


def _criteria(freshness: Any) -> dict[str, str]:
    """``{"warn_after": "24 hours"}``"""
    kept = {}
    for name in ("warn_after", "error_after"):
        limit = (freshness or {}).get(name) or {}
        if limit.get("count") and limit.get("period"):
            kept[name] = f"{limit['count']} {limit['period']}{'s' if limit['count'] != 1 else ''}"
    return kept


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value or ()]
