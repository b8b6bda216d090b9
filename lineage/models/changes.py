"""Triggers that keep which pairs of nodes a transaction connected or parted, for `lineage.reach` to follow.

A statement that changes 10,000 pairs or more is kept as one row without ends: whoever follows begins anew.
"""

import pgtrigger

_KEEP = """
    IF (SELECT count(*) FROM (SELECT FROM changed LIMIT 10000) AS counted) = 10000 THEN
        INSERT INTO lineage_edgechange (upstream, downstream) VALUES (NULL, NULL);
    ELSE
        INSERT INTO lineage_edgechange (upstream, downstream) SELECT upstream_id, downstream_id FROM changed;
    END IF;
    RETURN NULL;
"""
_KEEP_UPDATED = """
    INSERT INTO lineage_edgechange (upstream, downstream)
    SELECT ends.* FROM were JOIN are USING (id)
    CROSS JOIN LATERAL (VALUES (were.upstream_id, were.downstream_id), (are.upstream_id, are.downstream_id)) AS ends
    WHERE (were.closed_at IS NULL) <> (are.closed_at IS NULL)
        OR (were.upstream_id, were.downstream_id) <> (are.upstream_id, are.downstream_id);
    RETURN NULL;
"""
_KEEP_EMPTIED = "INSERT INTO lineage_edgechange (upstream, downstream) VALUES (NULL, NULL); RETURN NULL;"


def _trigger(name: str, operation: pgtrigger.Operation, func: str, **tables: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, level=pgtrigger.Statement, when=pgtrigger.After, operation=operation, func=func,
        referencing=pgtrigger.Referencing(**tables) if tables else None,  # type: ignore[no-untyped-call]
    )  # fmt: skip


CHANGES = [
    _trigger("keep_new", pgtrigger.Insert, _KEEP, new="changed"),
    _trigger("keep_updated", pgtrigger.Update, _KEEP_UPDATED, old="were", new="are"),
    _trigger("keep_deleted", pgtrigger.Delete, _KEEP, old="changed"),
    _trigger("keep_emptied", pgtrigger.Truncate, _KEEP_EMPTIED),
]
