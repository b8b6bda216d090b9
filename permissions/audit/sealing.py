"""Chaining entries: each gets the next number and a digest of itself and of the one before.

Writers do not wait for one another, so they cannot know who is last. The sealer does it after them: it takes what is
committed, a few seconds' worth at a time, and one sealer is at work at a time.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from permissions.audit.digests import START, made
from permissions.models import AuditCheckpoint, AuditEntry, AuditHead

logger = logging.getLogger(__name__)

BATCH = 2_000
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('permissions_audit_seal'))"
SEAL = """
UPDATE permissions_auditentry AS entry SET sequence = sealed.sequence, hash = sealed.hash
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::text[]) AS sealed (id, at, sequence, hash)
WHERE entry.id = sealed.id AND entry.at = sealed.at
"""


class Head(NamedTuple):
    """The end of the chain."""

    sequence: int = 0
    hash: str = START


def seal() -> int:
    """Seal what is committed; returns how many entries, 0 too while another sealer is at work."""
    sealed = 0
    while batch := _seal_batch():
        sealed += batch
    return sealed


def link(previous: str, sequence: int, digest: str) -> tuple[str, ...]:
    """Return what the hash of an entry is made of."""
    return "link", previous, str(sequence), digest


def head_parts(sequence: int, hash_: str) -> tuple[str, ...]:
    return "head", str(sequence), hash_


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        unsealed = AuditEntry.objects.filter(sequence=None).order_by("at", "id")
        found = list(unsealed.values_list("id", "at", "digest")[:BATCH])
        if found:
            head = _head()
            numbers, hashes = _chained(head, [digest for _, _, digest in found])
            cursor.execute(SEAL, [[str(pk) for pk, _, _ in found], [at for _, at, _ in found], numbers, hashes])
            _move_head(Head(numbers[-1], hashes[-1]))
    return len(found)


def _chained(head: Head, digests: list[str]) -> tuple[list[int], list[str]]:
    numbers, hashes = [], []
    for digest in digests:
        head = Head(head.sequence + 1, made(*link(head.hash, head.sequence + 1, digest)))
        numbers.append(head.sequence)
        hashes.append(head.hash)
    return numbers, hashes


def _head() -> Head:
    """Where the chain goes on. Where only the head is gone, a number is left out, which `verify` tells."""
    kept = AuditHead.objects.first()
    if kept is not None:
        return Head(kept.sequence, kept.hash)
    last = AuditEntry.objects.aggregate(last=Max("sequence"))["last"]
    dropped = AuditCheckpoint.objects.aggregate(last=Max("last"))["last"]
    if last is None and dropped is None:
        return Head()
    logger.error("the head of the audit record was removed")
    return Head(max(last or 0, dropped or 0) + 1, START)


def _move_head(head: Head) -> None:
    told = {"sequence": head.sequence, "hash": head.hash, "mac": made(*head_parts(*head))}
    AuditHead.objects.update_or_create(id=1, defaults=told)
