"""The staged facts into the catalog, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Source
from catalog.rule_labels import mark_named_fields
from harvest.facts import Problem
from harvest.reconcile.classes import classify_new_fields
from harvest.reconcile.containers import apply_containers, archive_containers
from harvest.reconcile.datasets import Counts, apply_datasets, count_changes
from harvest.reconcile.edges import apply_edges
from harvest.reconcile.fields import apply_fields
from harvest.reconcile.joining import apply_told, join_told
from harvest.reconcile.keys import apply_keys
from harvest.reconcile.matching import count_gone, match
from harvest.reconcile.renames import guess_renames
from harvest.reconcile.report import describe_changes
from harvest.reconcile.staging import Staging
from harvest.reconcile.tags import apply_tags
from harvest.reconcile.versions import apply_versions, keep_versions

FEW = 2  # so many may vanish at any size of source without asking


class TooMuchVanished(Exception):
    """More would be archived than the source allows without a person's consent; nothing was written."""

    def __init__(self, gone: int, present: int, diff: dict[str, Any]) -> None:
        super().__init__(f"{gone:,} of {present:,} datasets are no longer in the source.")
        self.diff = diff


@dataclass
class Outcome:
    """What a reconciliation did, or would have done."""

    counts: Counts
    diff: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


class _RolledBack(Exception):
    """Leaves the transaction of a dry run."""


def reconcile(
    source: Source, staging: Staging, *, run_id: int, last_seen: datetime | None, limit: int, dry: bool, confirmed: bool
) -> Outcome:
    """Bring the catalog in step with the staged facts of `source`.

    A dry run does all the same work and rolls it back. Raises `TooMuchVanished` unless `confirmed`.
    """
    outcome: list[Outcome] = []
    try:
        with transaction.atomic():
            outcome.append(_apply(source, staging, run_id, last_seen, limit, confirmed or dry))
            if dry:
                raise _RolledBack
    except _RolledBack:
        pass
    return outcome[0]


def _apply(
    source: Source, staging: Staging, run_id: int, last_seen: datetime | None, limit: int, confirmed: bool
) -> Outcome:
    now = timezone.now()
    _tune()
    problems = [*join_told(source), *match(source, staging)]
    gone, present = count_gone(source)
    if gone > FEW and gone * 100 > source.vanish_percent * present and not confirmed:
        raise TooMuchVanished(gone, present, describe_changes([], limit))
    counts = count_changes()
    apply_containers(source)
    apply_datasets(source, now, last_seen or now)
    archive_containers(source, now)
    kept = keep_versions()
    apply_fields(now)
    apply_keys(source)
    apply_tags(source)
    apply_told(source)
    apply_edges(now)
    reshaped = apply_versions(now, kept)
    classify_new_fields()
    diff = describe_changes(reshaped, limit) | {"renamed": guess_renames(run_id)}
    mark_named_fields("f.dataset_id IN (SELECT id FROM stage_match WHERE new OR reshaped)")
    return Outcome(counts, diff, problems)


def _tune() -> None:
    """Sorts and hashes of a whole source fit in memory; the web's time limit is not for this."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = 0; SET LOCAL jit = off")
