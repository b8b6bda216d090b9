"""Reading the chain again: what was changed, removed, moved or put in since it was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.db.models import Max, Min

from permissions.audit.digests import START, UnknownKey, content, holds
from permissions.audit.sealing import head_parts, link
from permissions.models import AuditCheckpoint, AuditEntry, AuditHead

CHUNK = 2_000

CHANGED = "changed after it was written"
FORGED = "not written by Concord"
MOVED = "moved: it did not stand here when it was sealed"
DOUBLED = "put in: its number is another entry's"
BEYOND = "put in after the end of the record"
REMOVED = "removed"
CHECKPOINT = "the checkpoint of a removed month was changed"
MARK = "the mark at the end of the record was changed"
UNMARKED = "the end of the record is not marked any more"


class Finding(NamedTuple):
    """What is wrong with the entries from `first` to `last`; both 0 where no number was given yet."""

    first: int
    last: int
    what: str
    entry: AuditEntry | None = None

    def __str__(self) -> str:
        number = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        where = f"entry {number}" if self.first else "an unsealed entry"
        told = f" ({self.entry.at:%Y-%m-%d %H:%M:%S} {self.entry}, {self.entry.id})" if self.entry else ""
        return f"{where}: {self.what}{told}"


@dataclass
class Verifier:
    """Walks the chain once; `findings` yields what is wrong, and counts and the end stand here afterwards.

    `since` begins with the first entry of that day and takes the one before it on trust.
    """

    since: date | None = None
    checked: int = 0
    sequence: int = 0
    hash: str = START
    checkpoints: dict[int, AuditCheckpoint] = field(default_factory=dict, repr=False)  # by their first number
    _trusted: bool = field(default=True, repr=False)  # whether `hash` is known to be right

    def findings(self) -> Iterator[Finding]:
        head, last = AuditHead.objects.first(), _last_number()
        end = head.sequence if head else last
        self.checkpoints = {one.first: one for one in AuditCheckpoint.objects.all()}
        self._begin(end)
        yield from self.walk(end)
        yield from self._ends(head, end)
        for entry in AuditEntry.objects.filter(sequence__gt=end).order_by("sequence").iterator(CHUNK):
            yield Finding(entry.sequence or 0, entry.sequence or 0, BEYOND, entry)
        for entry in AuditEntry.objects.filter(sequence=None).iterator(CHUNK):
            if wrong := _problem(entry.digest, (content(entry),), FORGED):
                yield Finding(0, 0, wrong, entry)

    def walk(self, end: int) -> Iterator[Finding]:
        """Check the entries after `self.sequence`, up to the number `end`."""
        entries = AuditEntry.objects.filter(sequence__gt=self.sequence, sequence__lte=end).order_by("sequence")
        for entry in entries.iterator(CHUNK):
            yield from self._reach(entry.sequence or 0)
            yield from self._entry(entry)
        yield from self._reach(end + 1)

    def _begin(self, end: int) -> None:
        """Go to the entry before the first of `since`."""
        if self.since is None:
            return
        start = datetime.combine(self.since, time(), UTC)
        entries = AuditEntry.objects.filter(sequence__isnull=False)
        first = entries.filter(at__gte=start).aggregate(first=Min("sequence"))["first"]
        self.sequence = end if first is None else first - 1
        found = hash_of(self.sequence)
        self.hash, self._trusted = found or START, found is not None

    def _reach(self, number: int) -> Iterator[Finding]:
        """Come to just before `number`, over months that were removed; whatever else is missing was taken out."""
        while self.sequence + 1 < number:
            checkpoint = self.checkpoints.get(self.sequence + 1)
            if checkpoint is None:
                after = min((first for first in self.checkpoints if self.sequence < first < number), default=number)
                yield Finding(self.sequence + 1, after - 1, REMOVED)
                self.sequence, self._trusted = after - 1, False
            else:
                yield from self._cross(checkpoint)

    def _cross(self, checkpoint: AuditCheckpoint) -> Iterator[Finding]:
        wrong = _problem(checkpoint.mac, checkpoint_parts(checkpoint), CHECKPOINT)
        if not wrong and self._trusted and checkpoint.hash_before != self.hash:
            wrong = CHECKPOINT
        if wrong:
            yield Finding(checkpoint.first, checkpoint.last, wrong)
        self.sequence, self.hash, self._trusted = checkpoint.last, checkpoint.hash_after, True

    def _entry(self, entry: AuditEntry) -> Iterator[Finding]:
        number = entry.sequence or 0
        self.checked += 1
        if number <= self.sequence:
            yield Finding(number, number, DOUBLED, entry)
            return
        wrong = _problem(entry.digest, (content(entry),), CHANGED)
        if not wrong and self._trusted:
            wrong = _problem(entry.hash, link(self.hash, number, entry.digest), MOVED)
        if wrong:
            yield Finding(number, number, wrong, entry)
        self.sequence, self.hash, self._trusted = number, entry.hash, True

    def _ends(self, head: AuditHead | None, end: int) -> Iterator[Finding]:
        if head is None:
            if end:
                yield Finding(end, end, UNMARKED)
            return
        wrong = _problem(head.mac, head_parts(head.sequence, head.hash), MARK)
        if not wrong and self._trusted and head.hash != self.hash:
            wrong = MARK
        if wrong:
            yield Finding(head.sequence, head.sequence, wrong)


def _problem(digest: str, parts: tuple[str, ...], otherwise: str) -> str:
    """Return nothing where the digest is right, else `otherwise`, or why nobody can say."""
    try:
        return "" if holds(digest, *parts) else otherwise
    except UnknownKey as error:
        return f"signed with a key ({str(error)[:20]}) that CONCORD_AUDIT_KEYS does not list"


def _last_number() -> int:
    return AuditEntry.objects.aggregate(last=Max("sequence"))["last"] or 0


def hash_of(number: int) -> str | None:
    """Return the hash that the entry after `number` is chained to; None where nothing kept tells."""
    if number == 0:
        return START
    entry = AuditEntry.objects.filter(sequence=number).first()
    if entry is not None:
        return entry.hash
    checkpoint = AuditCheckpoint.objects.filter(last=number).first()
    return checkpoint.hash_after if checkpoint else None


def checkpoint_parts(checkpoint: AuditCheckpoint) -> tuple[str, ...]:
    """Return what the digest of a checkpoint is made of."""
    numbers = f"{checkpoint.month:%Y-%m} {checkpoint.first} {checkpoint.last}"
    return "checkpoint", numbers, checkpoint.hash_before, checkpoint.hash_after
