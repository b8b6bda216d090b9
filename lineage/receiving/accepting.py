"""Taking events: read, checked, and stored as they came before anybody is told that they were taken."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from lineage.models import ReceivedEvent
from lineage.openlineage.bodies import BadBody, digest_of, spelling
from lineage.openlineage.dbt import corrected
from lineage.openlineage.events import Event, Refused, Wrong, read_event

if TYPE_CHECKING:
    from permissions.models import User

CHUNK = 1_000  # rows in one statement
KEPT = 65_536  # bytes of a refused body
QUICKLY = 1  # zlib's level: a repeated key is found by any


class Sender(NamedTuple):
    """Who sends, and by which token."""

    person: User | None
    token_name: str = ""


class RefusedEvent(NamedTuple):
    """An event of a list that was not taken, and why."""

    at: int
    errors: Sequence[Wrong]

    @property
    def reason(self) -> str:
        return str(Refused(*self.errors))


@transaction.atomic
def accept_events(*, payloads: Iterable[Any], sender: Sender) -> list[RefusedEvent]:
    """Store events, all or none; returns those that say nothing that could be kept, which are stored as refused.

    Once this returns and its transaction is committed, an event may only be lost with the database.
    """
    now, refused, rows = timezone.now(), [], {}
    for at, payload in enumerate(payloads):
        try:
            row = _row(payload, now, sender)
        except Refused as error:
            refused.append(RefusedEvent(at, error.errors))
            row = _refused_row(_text(payload), str(error), now, sender)
        rows[row.digest] = row
        if len(rows) >= CHUNK:
            _store(rows.values())
            rows = {}
    _store(rows.values())
    return refused


def refuse_body(*, body: bytes, why: str, sender: Sender) -> None:
    """Keep the beginning of a body that was refused as a whole."""
    _store([_refused_row(body, why, timezone.now(), sender)])


def _store(rows: Iterable[ReceivedEvent]) -> None:
    ReceivedEvent.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)


def _row(payload: Any, now: datetime, sender: Sender) -> ReceivedEvent:
    event = read_event(payload, now)
    text = _text(payload)
    namespace, name = event.subject
    return ReceivedEvent(
        digest=sha256(text).digest(), received_at=now, sender=sender.person, token_name=sender.token_name,
        kind=event.kind.value, namespace=namespace, name=name, event_type=event.type.value, event_time=event.time,
        run_id=event.run_id, producer=event.producer, subject=subject_of(event), notes=list(event.notes),
        body=zlib.compress(text, QUICKLY), size=len(text),
    )  # fmt: skip


def _text(payload: Any) -> bytes:
    try:
        return spelling(payload).encode()
    except BadBody as error:
        raise Refused(Wrong("", str(error))) from None


def _refused_row(body: bytes, why: str, now: datetime, sender: Sender) -> ReceivedEvent:
    state = ReceivedEvent.State.REFUSED
    return ReceivedEvent(
        digest=digest_of(f"refused {sha256(body).hexdigest()}"), received_at=now, sender=sender.person,
        token_name=sender.token_name, body=zlib.compress(body[:KEPT], QUICKLY), size=len(body), state=state,
        notes=[why], worked_at=now,
    )  # fmt: skip


def subject_of(event: Event) -> int:
    """The number under which the event is worked: that of the job it means."""
    meant = corrected(event) or event
    return int.from_bytes(digest_of(spelling(list(meant.subject)))[:4], signed=True)
