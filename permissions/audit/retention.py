"""Removing whole old months, leaving checkpoints over which the chain goes on."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from permissions.audit.digests import made
from permissions.audit.recording import record
from permissions.audit.sealing import seal
from permissions.audit.verifying import Verifier, checkpoint_parts, hash_of
from permissions.models import AuditCheckpoint

logger = logging.getLogger(__name__)

PARTS = """
SELECT relation.relname FROM pg_inherits
JOIN pg_class AS relation ON relation.oid = inhrelid
WHERE inhparent = 'permissions_auditentry'::regclass ORDER BY relation.relname
"""
# An entry written at the very end of a month may be sealed after the first ones of the next: several stretches.
STRETCHES = """
SELECT min(sequence), max(sequence) FROM (
    SELECT sequence, sequence - row_number() OVER (ORDER BY sequence) AS stretch FROM {part}
) AS numbered GROUP BY stretch ORDER BY 1
"""


class NotWhole(Exception):
    """The month does not verify, so it is kept as evidence."""


class Month(NamedTuple):
    first: date
    part: str  # the table, a name of our own


def drop_old_months() -> int:
    """Remove the months older than AUDIT_MONTHS; returns how many. None where everything is kept.

    A month that does not verify stays, and the log says so.
    """
    kept = settings.AUDIT_MONTHS
    seal()
    dropped = 0
    for month in _months():
        if kept is None or _age(month.first) <= kept:
            break
        try:
            _drop(month)
        except NotWhole as error:
            logger.error("%s of the audit record is kept, because it does not verify: %s", month.first, error)
            break
        dropped += 1
    return dropped


def _months() -> list[Month]:
    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        names = [name for (name,) in cursor.fetchall()]
    return [Month(datetime.strptime(name[-7:], "%Y_%m").replace(tzinfo=UTC).date(), name) for name in names]


def _age(month: date) -> int:
    """Months since then: 0 for this one."""
    today = datetime.now(UTC)
    return (today.year - month.year) * 12 + today.month - month.month


@transaction.atomic
def _drop(month: Month) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")  # writers wait behind whoever waits
        cursor.execute(f"LOCK TABLE {month.part} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(STRETCHES.format(part=month.part))
        stretches = cursor.fetchall()
        if any(first is None for first, _ in stretches):
            raise NotWhole("some of it is not sealed")
        checkpoints = [_checkpoint(month, first, last) for first, last in stretches]
        AuditCheckpoint.objects.bulk_create(checkpoints)
        cursor.execute(f"DROP TABLE {month.part}")
    entries = sum(one.last - one.first + 1 for one in checkpoints)
    record("audit.dropped", actor=None, thing=f"{month.first:%Y-%m}", after={"entries": entries})


def _checkpoint(month: Month, first: int, last: int) -> AuditCheckpoint:
    before = hash_of(first - 1)
    if before is None:
        raise NotWhole(f"entry {first - 1}: removed")
    walker = Verifier(sequence=first - 1, hash=before)
    if finding := next(walker.walk(last), None):
        raise NotWhole(str(finding))
    checkpoint = AuditCheckpoint(month=month.first, first=first, last=last, hash_before=before, hash_after=walker.hash)
    checkpoint.mac = made(*checkpoint_parts(checkpoint))
    return checkpoint
