"""Artifacts as dbt writes them, of a small made-up bakery, and archives of them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

# Artifacts of real projects lie beside the repository, where they are at hand.
_BESIDE = (folder / "shared" / "data" / "dbt" for folder in Path(__file__).parents[2:4])
REAL = next((folder for folder in _BESIDE if folder.is_dir()), Path("/nowhere"))

SCHEMAS = "https://schemas.getdbt.com/dbt"
ORDERS, RAW, SOURCE = "model.bakery.orders", "seed.bakery.raw_orders", "source.bakery.erp.deliveries"
UNIQUE = "test.bakery.unique_orders_id.1"
SQL = 'select id, amount from "shop"."raw"."raw_orders"'


def metadata(name: str, version: int, at: str) -> dict[str, Any]:
    return {
        "dbt_schema_version": f"{SCHEMAS}/{name}/v{version}.json", "generated_at": at, "dbt_version": "1.11.16",
        "project_name": "bakery", "adapter_type": "postgres",
    }  # fmt: skip


def node(kind: str, schema: str, name: str, **values: Any) -> dict[str, Any]:
    return {
        "resource_type": kind, "database": "shop", "schema": schema, "name": name, "alias": name,
        "package_name": "bakery",
        "original_file_path": f"models/{name}.sql", "config": {"materialized": "table" if kind == "model" else kind},
        "tags": [], "description": "", "columns": {}, "meta": {}, "depends_on": {"nodes": [], "macros": []}, **values,
    }  # fmt: skip


def manifest(at: str = "2026-11-20T05:00:00Z", *, compiled: bool = True, version: int = 12) -> dict[str, Any]:
    orders = node(
        "model", "marts", "orders", description="Orders with their value.", tags=["mart"], group="finance",
        columns={"ID": {"name": "ID", "description": "Order key.", "tags": [], "meta": {}, "constraints": []}},
        depends_on={"nodes": [RAW, "model.bakery.staged"], "macros": []}, raw_code="select 1",
    )  # fmt: skip
    staged = node("model", "marts", "staged", config={"materialized": "ephemeral"})
    if compiled:
        orders["compiled_code"] = SQL
    test = {
        "resource_type": "test", "name": "unique_orders_id", "attached_node": ORDERS, "column_name": "id",
        "test_metadata": {"name": "unique", "kwargs": {"column_name": "id"}}, "config": {"severity": "ERROR"},
        "depends_on": {"nodes": [ORDERS]},
    }  # fmt: skip
    source = {
        "resource_type": "source", "database": "shop", "schema": "erp", "name": "deliveries", "source_name": "erp",
        "identifier": "deliveries_v2", "description": "Vans.", "columns": {},
        "meta": {"owner": "logistics@example.com"},
        "freshness": {"warn_after": {"count": 24, "period": "hour"}, "error_after": None}, "package_name": "bakery",
    }  # fmt: skip
    exposure = {
        "name": "revenue", "type": "dashboard", "owner": {"name": "Finance"}, "depends_on": {"nodes": [ORDERS]},
        "url": "https://bi.example.com/42",
    }  # fmt: skip
    return {
        "metadata": metadata("manifest", version, at),
        "nodes": {ORDERS: orders, RAW: node("seed", "raw", "raw_orders"), "model.bakery.staged": staged, UNIQUE: test},
        "sources": {SOURCE: source},
        "macros": {f"macro.dbt.m{number}": {"macro_sql": "x" * 100} for number in range(10)},
        "exposures": {"exposure.bakery.revenue": exposure},
        "groups": {"group.bakery.finance": {"name": "finance", "owner": {"name": "Finance team"}}},
        "unit_tests": {},
    }  # fmt: skip


def catalog(at: str = "2026-11-20T05:00:00Z") -> dict[str, Any]:
    columns = {
        "id": {"name": "id", "type": "integer", "index": 1, "comment": None},
        "amount": {"name": "amount", "type": "numeric", "index": 2, "comment": "From the database."},
    }
    of_orders = {"metadata": {"type": "BASE TABLE", "owner": "loader", "comment": None}, "columns": columns}
    return {"metadata": metadata("catalog", 1, at), "nodes": {ORDERS: of_orders}, "sources": {}}


def results(at: str = "2026-11-20T05:01:00Z", **statuses: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        {"unique_id": key, "status": status, "timing": [], "failures": 1 if status == "fail" else 0, "message": "Got 7"}
        for key, status in statuses.items()
    ]
    return {"metadata": metadata("run-results", 6, at), "results": found}


def freshness(at: str = "2026-11-20T05:02:00Z") -> dict[str, Any]:
    found = {"unique_id": SOURCE, "status": "warn", "max_loaded_at": "2026-11-18T22:14:11+00:00", "snapshotted_at": at}
    return {"metadata": metadata("sources", 3, at), "results": [found]}


def write(folder: Path, **artifacts: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in artifacts.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def zipped(**entries: Any) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return held.getvalue()


def tarred(entries: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return held.getvalue()
