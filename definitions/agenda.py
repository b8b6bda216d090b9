"""What waits for the council, in the order in which to talk about it: worked out anew each time, kept nowhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from core.markdown import to_text
from definitions.days import today
from definitions.models import Conflict, Definition, Proposal, Unproven
from permissions.models import OptOutRule, RuleState
from permissions.rules.known import known_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import User

MOST = 100  # items of one kind
SOON = timedelta(days=2)
AHEAD = timedelta(days=14)  # reviews that are due within it are on the agenda


class Kind(NamedTuple):
    word: str
    icon: str
    why: str


KINDS = {
    "proposal": Kind(word="Proposal", icon="gavel", why="to be decided"),
    "unproven": Kind(word="Unproven", icon="alert-triangle", why="a criterion no longer runs"),
    "conflict": Kind(word="Conflict", icon="arrows-diff", why="two that contradict or repeat each other"),
    "review": Kind(word="Review", icon="calendar-event", why="to be looked at again"),
    "rule": Kind(word="Opt-out rule", icon="lock", why="due for review"),
}


class Item(NamedTuple):
    """One item: `ref` names it (``proposal:7``), `rank` sorts, smaller first; `at` is when it is due, if ever."""

    kind: str
    ref: str
    title: str
    url: str
    words: str
    rank: int
    at: date | datetime | None = None

    @property
    def look(self) -> Kind:
        return KINDS[self.kind]


def agenda_for(viewer: User) -> list[Item]:
    """Return what waits, of what the viewer may read: votes that close soon, then what is broken, then reviews."""
    found = [*_proposals(viewer), *_conflicts(viewer), *_unproven(viewer), *_reviews(viewer), *_rules(viewer)]
    return sorted(found, key=lambda item: (item.rank, _day(item.at), item.title.casefold(), item.ref))


def _day(at: date | datetime | None) -> date:
    return at.date() if isinstance(at, datetime) else at or date.max


def _proposals(viewer: User) -> Iterator[Item]:
    waiting = Proposal.objects.readable_by(viewer).with_text().filter(state=Proposal.State.OPEN)
    for one in waiting.exclude(closes_at=None).order_by("closes_at", "pk")[:MOST]:
        rank = 0 if one.closes_at and one.closes_at <= timezone.now() + SOON else 2
        yield Item("proposal", f"proposal:{one.pk}", str(one), one.get_absolute_url(), to_text(one.reason)[:300], rank,
                   one.closes_at)  # fmt: skip


def _conflicts(viewer: User) -> Iterator[Item]:
    known = Definition.objects.in_force_for(viewer).values("pk")
    found = Conflict.objects.filter(settled_at=None, one__in=known, other__in=known).select_related("one", "other")
    for one in found.order_by("found_at", "pk")[:MOST]:
        title = one.one.name if one.one.name == one.other.name else f"{one.one.name} and {one.other.name}"
        words = f"{one.get_kind_display().capitalize()}."
        yield Item("conflict", f"conflict:{one.pk}", title, one.one.get_absolute_url(), words, 2, one.found_at)


def _unproven(viewer: User) -> Iterator[Item]:
    known = Definition.objects.in_force_for(viewer).values("pk")
    open_doubts = Unproven.objects.filter(settled_at=None, definition__in=known).select_related("definition")
    by_definition: dict[Definition, list[Unproven]] = {}
    for doubt in open_doubts.order_by("since", "pk")[:MOST]:
        by_definition.setdefault(doubt.definition, []).append(doubt)
    for one, doubts in by_definition.items():
        words = f"{len(doubts)} of its bindings can" if len(doubts) > 1 else "Its binding can"
        told = f"{words} no longer be relied on."
        yield Item("unproven", f"unproven:{one.pk}", one.name, one.get_absolute_url(), told, 1, doubts[0].since)


def _reviews(viewer: User) -> Iterator[Item]:
    due = Definition.objects.readable_by(viewer).approved().filter(review_on__lte=today() + AHEAD)
    for one in due.with_text().order_by("review_on", "pk")[:MOST]:
        words = to_text(one.current.statement)[:300] if one.current else ""
        rank = 3 if one.review_on and one.review_on <= today() else 5
        yield Item("review", f"review:{one.pk}", one.name, one.get_absolute_url(), words, rank, one.review_on)


def _rules(viewer: User) -> Iterator[Item]:
    due = OptOutRule.objects.in_state(RuleState.DUE).filter(pk__in=known_rules(viewer).values("pk"))
    for one in due.order_by("review_on", "pk")[:MOST]:
        yield Item(
            "rule", f"rule:{one.pk}", str(one), one.get_absolute_url(), to_text(one.reason)[:300], 4, one.review_on
        )
