"""Sending sealed entries elsewhere as JSON lines, in their order, each at least once."""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from permissions.audit.exporting import told
from permissions.audit.sending import CannotSend, send
from permissions.models import AuditEntry, AuditForward

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

BATCH = 200
BATCHES = 50  # of one target in a row, so that each gets its turn
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('permissions_audit_forward'), hashtext(%s))"


def forward() -> int:
    """Send what was sealed since to every place of AUDIT_FORWARD; returns how many entries arrived.

    A place that does not answer is tried again the next time, from the entry it lacks; the others go on.
    """
    return sum(_forward_to(url) for url in settings.AUDIT_FORWARD)


def _forward_to(url: str) -> int:
    arrived = 0
    for _ in range(BATCHES):
        count = _send_batch(url)
        arrived += count
        if count < BATCH:
            break
    return arrived


@transaction.atomic
def _send_batch(url: str) -> int:
    """Send the next entries and keep the position; nothing while another worker sends to the same place."""
    target = sha256(url.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [target])
        if not cursor.fetchone()[0]:
            return 0
    place, _ = AuditForward.objects.get_or_create(target=target, defaults={"name": name_of(url)})
    entries = list(AuditEntry.objects.filter(sequence__gt=place.sequence).order_by("sequence")[:BATCH])
    if not entries:
        return 0
    try:
        send(url, lines_of(entries))
    except CannotSend as error:
        logger.warning("the audit record waits at entry %s: %s: %s", place.sequence, place.name, error)
        AuditForward.objects.filter(pk=target).update(error=str(error))
        return 0
    AuditForward.objects.filter(pk=target).update(sequence=entries[-1].sequence, arrived_at=timezone.now(), error="")
    return len(entries)


def lines_of(entries: Sequence[AuditEntry]) -> list[str]:
    """Return each entry as one line of JSON."""
    return [json.dumps(told(entry), ensure_ascii=False, separators=(",", ":")) for entry in entries]


def name_of(url: str) -> str:
    """Return where a URL leads, without what may be secret in it."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else parts.scheme
