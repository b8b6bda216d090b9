"""Parts of the pages of feedback: ``{% load feedback %}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django import template

from core.templatetags.ui import badge, icon
from feedback.kinds import Kind, Priority
from feedback.workflow import State

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

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


@register.simple_tag
def ticket_kind(kind: str) -> SafeString:
    """The icon of a kind of ticket, with its words for those who cannot see it."""
    look = Kind(kind).look
    return icon(look.icon, look.words, "sm")
