"""Parts of the pages of feedback: ``{% load feedback %}``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from core import humane
from core.templatetags.ui import badge, icon
from feedback.kinds import Kind, Priority
from feedback.workflow import State

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from feedback.models import Clock

register = template.Library()


class Mark(NamedTuple):
    tone: str
    icon: str


STATES = {
    State.NEW: Mark(tone="info", icon="sparkles"),
    State.TRIAGED: Mark(tone="info", icon="list-check"),
    State.IN_PROGRESS: Mark(tone="warn", icon="progress"),
    State.FIXED: Mark(tone="ok", icon="tool"),
    State.CONFIRMED: Mark(tone="ok", icon="circle-check"),
    State.DECLINED: Mark(tone="neutral", icon="ban"),
}
PRIORITIES = {
    Priority.URGENT: Mark(tone="bad", icon="chevrons-up"),
    Priority.HIGH: Mark(tone="warn", icon="chevron-up"),
    Priority.NORMAL: Mark(tone="neutral", icon="equal"),
    Priority.LOW: Mark(tone="neutral", icon="chevron-down"),
}


@register.simple_tag
def ticket_state(state: str) -> SafeString:
    """Where a ticket stands, as icon and word."""
    found = State(state)
    mark = STATES[found]
    return badge(state, word=found.words.capitalize(), tone=mark.tone, icon=mark.icon)


@register.simple_tag
def ticket_priority(priority: int) -> SafeString:
    """How urgent a ticket is, as icon and word."""
    found = Priority(priority)
    mark = PRIORITIES[found]
    return badge(found.words, word=found.words.capitalize(), tone=mark.tone, icon=mark.icon)


CLOCKS = {
    "kept": Mark(tone="ok", icon="circle-check"),
    "broken": Mark(tone="bad", icon="clock-x"),
    "late": Mark(tone="bad", icon="alarm"),
    "soon": Mark(tone="warn", icon="clock-exclamation"),
    "running": Mark(tone="neutral", icon="clock"),
    "waiting": Mark(tone="neutral", icon="player-pause"),
}
CLOCK_WORDS = {"kept": "in time", "broken": "too late", "late": "overdue", "soon": "due soon", "running": "running"}


@register.simple_tag
def clock_state(clock: Clock) -> SafeString:
    """How a promise stands, as icon and word."""
    mark = CLOCKS[clock.state]
    word = CLOCK_WORDS.get(clock.state, "waits for the reporter").capitalize()
    return badge(clock.state, word=word, tone=mark.tone, icon=mark.icon)


@register.simple_tag
def due(moment: datetime | None) -> SafeString | str:
    """When a promise falls due: nothing of one a day away or more."""
    if moment is None or moment > timezone.now() + timedelta(days=1):
        return ""
    now = timezone.now()
    late = moment <= now
    mark, told = CLOCKS["late" if late else "soon"], humane.ago(moment, now)
    exact = date_format(timezone.localtime(moment), "j M Y, H:i")
    return badge("due", word=f"Overdue, {told}" if late else f"Due {told}", tone=mark.tone, icon=mark.icon, title=exact)


@register.filter
def span(seconds: float | None) -> str:
    """A long time in its largest unit, as ``3 d``."""
    now = timezone.now()
    return "-" if seconds is None else humane.ago(now - timedelta(seconds=seconds), now).removesuffix(" ago")


@register.filter
def of_hundred(value: int, most: int) -> int:
    """How much `value` is of `most`, for the height of a bar."""
    return round(100 * value / most)


@register.simple_tag
def ticket_kind(kind: str) -> SafeString:
    """The icon of a kind of ticket, with its words for those who cannot see it."""
    look = Kind(kind).look
    return icon(look.icon, look.words, "sm")
