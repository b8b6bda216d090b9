"""The change feed that the search index follows: one row a dataset, written by triggers.

`xid` is the last transaction to have changed the dataset, in the order in which they committed: whoever changes a row
waits for the one before. A follower keeps a snapshot (`pg_current_snapshot`) of what it has read, and reads the rows
whose transaction is not visible in it; so no change is skipped because an earlier-numbered transaction commits later,
and none has to wait for a long transaction elsewhere.
"""

from __future__ import annotations

import pgtrigger
from django.db import models


class DatasetChange(models.Model):
    """The last transaction that changed what search knows of a dataset; it outlives the dataset."""

    dataset_id = models.BigIntegerField(primary_key=True)
    xid = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["xid", "dataset_id"], name="dataset_change_xid")]

    def __str__(self) -> str:
        return f"{self.dataset_id} at {self.xid}"


def feed_triggers(column: str) -> list[pgtrigger.Trigger]:
    """Return statement triggers that note every dataset named by `column` of the changed rows."""
    return [
        pgtrigger.Trigger(
            name=f"feed_{str(operation).lower()}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=_note(table, column),
        )
        for operation, referencing, table in (
            (pgtrigger.Insert, pgtrigger.Referencing(new="changed"), "changed"),  # type: ignore[no-untyped-call]
            (pgtrigger.Update, pgtrigger.Referencing(new="changed"), "changed"),  # type: ignore[no-untyped-call]
            (pgtrigger.Delete, pgtrigger.Referencing(old="changed"), "changed"),  # type: ignore[no-untyped-call]
        )
    ]


def _note(table: str, column: str) -> str:
    return _insert(f"SELECT {column} FROM {table}")  # noqa: S608 - names from the models


def _insert(datasets: str) -> str:
    """In the order of ids, so that two who change the same datasets wait for each other in turn."""
    return f"""
        INSERT INTO catalog_datasetchange AS known (dataset_id, xid)
        SELECT DISTINCT id, pg_current_xact_id()::text::bigint FROM ({datasets}) AS named (id) ORDER BY 1
        ON CONFLICT (dataset_id) DO UPDATE SET xid = excluded.xid WHERE known.xid <> excluded.xid;
        RETURN NULL;
    """  # noqa: S608 - names of tables and columns, from the models


def rename_trigger(columns: tuple[str, ...], datasets: str) -> pgtrigger.Trigger:
    """Return a trigger that notes the datasets that show a thing by its name, when one of `columns` changes.

    `datasets` is a query of their ids, in which NEW is the thing.
    """
    return pgtrigger.Trigger(
        name="feed_rename",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*columns),
        func=_insert(datasets),
    )
