"""What is known of the request at hand: the token it came with, and what it will have recorded when it ends."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from permissions.models import AuditEntry, Token


@dataclass
class Situation:
    """`noted` entries are written when the request ends, whatever becomes of its transactions."""

    token: Token | None = None
    noted: list[AuditEntry] = field(default_factory=list)


situation: ContextVar[Situation | None] = ContextVar("audit_situation", default=None)


def use_token(token: Token) -> None:
    """Say which token speaks in this request, refused ones included."""
    found = situation.get()
    if found is not None:
        found.token = token


def token_in_use() -> Token | None:
    found = situation.get()
    return found.token if found else None
