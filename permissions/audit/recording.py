"""Writing entries."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from core.origin import origin
from permissions.audit.actions import require_known
from permissions.audit.context import situation, token_in_use
from permissions.audit.digests import content, made
from permissions.audit.months import require_month
from permissions.audit.plain import plain, text
from permissions.models import AuditEntry, User
from permissions.models.audit import LONGEST_NAME

Thing = Model | str | None

AT_ONCE = 1_000
# Writing the statement anew for each entry, as the model would, takes longer than running it.
_COLUMNS = [field.attname for field in AuditEntry._meta.concrete_fields]
_INSERT = f"INSERT INTO {AuditEntry._meta.db_table} ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608 - our own names
_AT_EASE = "SET LOCAL synchronous_commit TO off; "  # with its INSERT one message, and so one transaction
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"


def record(
    action: str, *, actor: User | None, thing: Thing = None,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    """Write an entry in the caller's transaction: it stands exactly when what it tells of does.

    `before` and `after` hold what was changed, never a secret. Raises `LookupError` for an action no app has listed.
    """
    write([entry(action, actor=actor, thing=thing, before=before, after=after, note=note)])


def note(
    action: str, *, actor: User | None, thing: Thing = None, after: Mapping[str, Any] | None = None, note: str = ""
) -> None:
    """Have an entry written when the request ends, before it is answered, even if its transaction is rolled back.

    For reads and refusals. Outside a request it is written at once.
    """
    made_entry = entry(action, actor=actor, thing=thing, after=after, note=note)
    found = situation.get()
    if found is None:
        write([made_entry])
    else:
        found.noted.append(made_entry)


def entry(
    action: str, *, actor: User | None, thing: Thing = None,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None, note: str = "",
    at: datetime | None = None,
) -> AuditEntry:  # fmt: skip
    """Return an entry with where it comes from, signed and not yet written."""
    require_known(action)
    came, token = origin(), token_in_use()
    made_entry = AuditEntry(
        id=_ordered_id(), at=at or timezone.now(), action=action,
        actor_id=actor.pk if actor else None, actor_name=actor.username if actor else "",
        **_thing(thing), before=_mapping(before), after=_mapping(after), note=text(note),
        address=came.address, request_id=came.request_id,
        token_id=token.pk if token else None, token_name=token.name if token else "",
    )  # fmt: skip
    made_entry.digest = made(content(made_entry))
    return made_entry


def write(entries: Iterable[AuditEntry], *, wait: bool = True) -> None:
    """Write entries, a thousand in one statement.

    Without `wait`, and outside a transaction, not waiting for the disk: docs/decisions/0008 says what that may cost.
    """
    found = list(entries)
    for day in {one.at.date() for one in found}:
        require_month(day)
    prefix = "" if wait or connection.in_atomic_block else _AT_EASE
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                prefix + _INSERT + ", ".join([_ROW] * len(some)), [value for one in some for value in _values(one)]
            )


def _values(entry: AuditEntry) -> Iterator[Any]:
    for name in _COLUMNS:
        value = getattr(entry, name)
        yield json.dumps(value) if name in ("before", "after") and value is not None else value


def _thing(thing: Thing) -> dict[str, str]:
    if isinstance(thing, Model):
        kind, pk = thing._meta.label_lower, str(thing.pk)
        return {"thing_kind": kind, "thing_id": pk, "thing_name": text(thing_name(thing))[:LONGEST_NAME]}
    return {"thing_kind": "", "thing_id": "", "thing_name": text(thing or "")[:LONGEST_NAME]}


def thing_name(thing: Model) -> str:
    return thing.username if isinstance(thing, User) else str(thing)


def _mapping(values: Mapping[str, Any] | None) -> Any:
    return None if values is None else plain(values)


def _ordered_id() -> UUID:
    """A UUID of version 7 (RFC 9562): later ones sort after earlier ones, which keeps the index small."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
