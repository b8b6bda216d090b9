"""Events as producers send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage.openlineage.events import Event, read_event

RECEIVED = datetime(2026, 12, 1, tzinfo=UTC)
RUN = "01a1f727-e2a3-7876-a06e-da7d09f2b24c"
SHOP = "postgres://db.internal:5432"
AROUND = (parent / "shared" / "data" / "openlineage" for parent in Path(__file__).parents)
RECORDED = next((folder for folder in AROUND if folder.is_dir()), Path("shared/data/openlineage"))
RUN_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def dataset(name: str, namespace: str = SHOP, **members: Any) -> dict[str, Any]:
    return {"namespace": namespace, "name": name, **members}


def run_event(
    kind: str | None = "COMPLETE",
    at: str = "2026-11-20T04:12:28Z",
    *,
    job: str = "nightly",
    run: str = RUN,
    **more: Any,
) -> dict[str, Any]:
    """An event of a run of ``shop.batch nightly``; `more` are further members of it."""
    event = {
        "eventTime": at, "producer": "https://example.org/bakery", "schemaURL": RUN_EVENT, "run": {"runId": run},
        "job": {"namespace": "shop.batch", "name": job},
    }  # fmt: skip
    return event | ({"eventType": kind} if kind else {}) | more


def read(payload: Any) -> Event:
    return read_event(payload, RECEIVED)


def recorded(name: str) -> list[dict[str, Any]]:
    """The events that a real producer sent; the test is passed over where the recordings are not at hand."""
    path = RECORDED / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"the recorded events are not at {path}")
    return [json.loads(line) for line in path.read_text().splitlines()]


def expected(name: str) -> dict[str, Any]:
    return dict(json.loads((RECORDED / f"{name}.expected.json").read_text()))
