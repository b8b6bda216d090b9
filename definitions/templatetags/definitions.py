"""Parts of the pages of definitions: ``{% load definitions %}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django import template

from core.templatetags.ui import badge, icon
from definitions.agenda import KINDS as AGENDA

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


class Mark(NamedTuple):
    tone: str
    icon: str
    word: str


STATUSES = {
    "draft": Mark(tone="neutral", icon="pencil", word="Draft"),
    "in_review": Mark(tone="info", icon="progress", word="In review"),
    "approved": Mark(tone="ok", icon="circle-check", word="Approved"),
    "superseded": Mark(tone="neutral", icon="history", word="Superseded"),
    "retired": Mark(tone="warn", icon="archive", word="Retired"),
    "amended": Mark(tone="neutral", icon="replace", word="Amended"),
    "rejected": Mark(tone="bad", icon="x", word="Rejected"),
    "withdrawn": Mark(tone="neutral", icon="arrow-back-up", word="Withdrawn"),
    "open": Mark(tone="info", icon="progress", word="Being decided"),
}
CHOICES = {
    "approve": Mark(tone="ok", icon="thumb-up", word="Approves"),
    "object": Mark(tone="bad", icon="thumb-down", word="Objects"),
    "abstain": Mark(tone="neutral", icon="minus", word="Abstains"),
}
KINDS = {
    "state": Mark(tone="neutral", icon="progress-check", word="data state"),
    "metric": Mark(tone="neutral", icon="chart-dots", word="metric"),
    "term": Mark(tone="neutral", icon="vocabulary", word="term"),
    "schema_rule": Mark(tone="neutral", icon="schema", word="schema rule"),
}
UNPROVEN = Mark(tone="bad", icon="alert-triangle", word="Unproven")


@register.simple_tag
def definition_status(status: str) -> SafeString:
    """Where a definition, a version or a proposal stands, as icon and word."""
    return badge(status, **STATUSES[status]._asdict())


@register.simple_tag
def vote_choice(choice: str) -> SafeString:
    """What somebody voted, as icon and word."""
    return badge(choice, **CHOICES[choice]._asdict())


@register.simple_tag
def definition_kind(kind: str) -> SafeString:
    """The icon of a kind of definition, with its words for those who cannot see it."""
    return icon(KINDS[kind].icon, KINDS[kind].word, "sm")


@register.simple_tag
def agenda_icon(kind: str) -> SafeString:
    """The icon of a kind of item of the agenda, with its word for those who cannot see it."""
    return icon(AGENDA[kind].icon, AGENDA[kind].word)


@register.simple_tag
def unproven_mark() -> SafeString:
    """That a criterion can no longer be relied on."""
    return badge("unproven", **UNPROVEN._asdict())


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of a Markdown text, for remarks to be about one."""
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
