"""Examples for the description of the API."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

_ORDERS = {
    "id": 222, "key": "warehouse.mart.orders", "name": "orders", "title": "Orders", "kind": "view",
    "source": {"slug": "warehouse", "name": "Warehouse"}, "container": "mart", "restricted": None,
    "description": "One row per order, cancelled ones included.", "domain": {"slug": "sales", "name": "Sales"},
    "owner": {"username": "elin.strand", "name": "Elin Strand"}, "steward": None,
    "tags": [{"slug": "gold", "name": "gold"}], "lifecycle": "active", "certified_at": "2026-11-07T05:11:37Z",
    "row_estimate": 120394, "size_bytes": 9437184, "popularity": 7, "source_modified_at": None, "archived_at": None,
}  # fmt: skip
_SALARY = {
    "id": 231, "key": "warehouse.people_ops.salary", "name": "salary", "title": "", "kind": "table",
    "source": {"slug": "warehouse", "name": "Warehouse"}, "container": "people_ops",
    "restricted": {
        "level": "read",
        "rules": [{
            "reason": "Pay of colleagues is between them and People Operations.",
            "owner": {"username": "lena.fischer", "name": "Lena Fischer"}, "review_on": "2027-06-08",
        }],
    },
}  # fmt: skip

DATASETS = OpenApiExample(
    "One that is open, and one that a rule closes",
    {"items": [_ORDERS, _SALARY], "next": None, "previous": None},
    response_only=True,
    status_codes=["200"],
)
RESULTS = OpenApiExample(
    "One hit",
    {
        "items": [{
            "dataset": _ORDERS, "score": 23.2,
            "matches": [{"where": "name", "label": "", "parts": [{"text": "orders", "hit": True}]}],
        }],
        "total": 1,
        "facets": {"source": [{"value": "warehouse", "label": "Warehouse", "count": 1}]},
        "state": "ready", "shortened": False, "relaxed": False, "partial": False, "next": None,
    },
    response_only=True,
    status_codes=["200"],
)  # fmt: skip
