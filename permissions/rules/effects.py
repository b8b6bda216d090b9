"""What else a rule would do, told by those who know: apps offer functions as ``<app>.rule_effects.EFFECTS``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from core.discovery import collect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

    from permissions.levels import Level
    from permissions.models import User


class Proposal(NamedTuple):
    """A rule as far as its effect goes. What `viewer`, its author, may not know of is not to be told or counted."""

    label: str
    level: Level
    people: QuerySet[User]
    viewer: User


class Effect(NamedTuple):
    """One consequence, as a clause; a `warning` is one that the author should think about."""

    text: str
    warning: bool = False


@cache
def _tellers() -> tuple[Callable[[Proposal], Iterator[Effect]], ...]:
    return tuple(collect("rule_effects", "EFFECTS"))


def effects_of(proposal: Proposal) -> list[Effect]:
    """Return what every app tells of a proposal."""
    return [effect for tell in _tellers() for effect in tell(proposal)]
