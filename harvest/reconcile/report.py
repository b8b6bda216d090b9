"""What a harvest changed, in a form that a page can show: cut to a length, with the total in the run's counters."""

from __future__ import annotations

from typing import Any

from django.db import connection

from harvest.reconcile.versions import Reshaped

_LISTED = """
    SELECT m.id, s.path, s.kind FROM stage_match m JOIN stage_dataset s ON s.ref = m.ref
    WHERE {which} ORDER BY s.path LIMIT %(limit)s
"""
_GONE = """
    SELECT d.id, d.path, d.kind FROM stage_gone g JOIN catalog_dataset d ON d.id = g.id ORDER BY d.path LIMIT %(limit)s
"""
_STATEMENTS = {
    "added": _LISTED.format(which="m.new"),
    "changed": _LISTED.format(which="m.changed AND NOT m.new AND NOT m.restored"),
    "restored": _LISTED.format(which="m.restored"),
    "archived": _GONE,
}


def describe_changes(reshaped: list[Reshaped], limit: int) -> dict[str, list[dict[str, Any]]]:
    """Return the run's `diff`: for each kind of change at most `limit` datasets."""
    report = {}
    with connection.cursor() as cursor:
        for kind, statement in _STATEMENTS.items():
            cursor.execute(statement, {"limit": limit})
            report[kind] = [{"id": pk, "path": path, "kind": what} for pk, path, what in cursor.fetchall()]
    schema = {item.dataset_id: item for item in reshaped}
    for entry in report["changed"] + report["restored"]:
        if entry["id"] in schema:
            entry["changes"] = schema[entry["id"]].changes
            entry["change_class"] = schema[entry["id"]].change_class
    return report
