"""The parts pages are made of: ``{% load ui %}``. Each is shown on the pattern page, /ui/."""

from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import humane
from core import markdown as markdown_text
from core.forms import styled
from core.marking import marked
from core.paging import Page
from core.states import state_of
from core.tabular.writing import FORMATS

register = template.Library()
NONE = format_html('<span class="quiet">{}</span>', "\N{EN DASH}")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of Tabler's set; decoration unless `label` says what it means. `size` is sm or lg."""
    css = f"icon icon--{size}" if size else "icon"
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', css, told, static("build/icons.svg"), name)


@register.simple_tag
def badge(state: str, word: str = "", tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """A state as icon and word, from `core.states` unless given here."""
    shown = state_of(state, word=word, tone=tone, icon=icon)
    hint = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="state state--{}"{}>{}{}</span>', shown.tone, hint, _icon(shown.icon), shown.word)


@register.simple_tag
def avatar(person: Any, size: str = "", name: bool = False) -> SafeString:
    """A person's initials, with their name beside it where `name` is true."""
    css = f"initials initials--{size}" if size else "initials"
    circle = format_html('<span class="{}" data-initials="{}"></span>', css, initials(str(person)))
    return format_html('<span class="person">{}<span>{}</span></span>', circle, str(person)) if name else circle


def initials(name: str) -> str:
    """``Ada King Lovelace`` as AL; ``ada`` as AD."""
    words = name.replace(".", " ").replace("_", " ").split()
    letters = words[0][0] + words[-1][0] if len(words) > 1 else name[:2]
    return letters.upper()


@register.simple_tag
def relative_time(moment: datetime | None, empty: str = "never") -> SafeString:
    """``35 min ago``, with the exact time in the reader's zone on hover and in the markup."""
    if moment is None:
        return format_html('<span class="quiet">{}</span>', empty)
    local = timezone.localtime(moment)
    exact = f"{date_format(local, 'j M Y, H:i')} {local.tzname()}"
    return format_html(
        '<time datetime="{}" title="{}" class="nowrap">{}</time>',
        moment.isoformat(),
        exact,
        humane.ago(moment, timezone.now()),
    )


@register.simple_tag
def number(value: float | None, unit: str = "") -> SafeString:
    """``1.2 M rows``, with the exact value on hover."""
    if value is None:
        return NONE
    tail = f"{humane.NBSP}{unit}" if unit else ""
    return format_html('<span class="nowrap" title="{}">{}{}</span>', f"{value:,}{tail}", humane.compact(value), tail)


@register.simple_tag(name="bytes")
def bytes_(value: int | None) -> SafeString:
    """``1.2 GB``, with the exact number of bytes on hover."""
    if value is None:
        return NONE
    return format_html('<span class="nowrap" title="{}">{}</span>', f"{value:,} bytes", humane.size(value))


@register.simple_tag
def percent(share: float | None, digits: int = 1) -> SafeString:
    """A share of one as ``12.3 %``."""
    if share is None:
        return NONE
    return format_html('<span class="nowrap" title="{}">{}</span>', f"{share:.6g}", humane.percent(share, digits))


@register.simple_tag
def duration(seconds: float | None) -> SafeString:
    """``3 min 20 s``."""
    return NONE if seconds is None else format_html('<span class="nowrap">{}</span>', humane.duration(seconds))


@register.inclusion_tag("ui/meter.html")
def meter(share: float, label: str, tone: str = "") -> dict[str, Any]:
    """A share of one as a bar and as text; `label` says of what."""
    return {"share": share, "width": f"{max(0.0, min(1.0, share)) * 100:.1f}%", "label": label, "tone": tone}


@register.inclusion_tag("ui/copy_button.html")
def copy_button(text: str, label: str = "Copy") -> dict[str, str]:
    """A button that copies `text`; `label` is what a screen reader says."""
    return {"text": text, "label": label}


@register.inclusion_tag("ui/download.html")
def download(url: str, query: str = "", small: bool = False) -> dict[str, Any]:
    """A menu of the formats in which a table is taken away from `url`, narrowed by a query string."""
    return {"url": url, "query": query, "formats": FORMATS.values(), "small": small}


@register.inclusion_tag("ui/empty_state.html")
def empty_state(
    title: str, text: str = "", *, icon: str = "inbox", action: str = "", url: str = "", level: int = 2
) -> dict[str, Any]:
    """What stands where there is nothing yet: what will be here, and the next thing to do."""
    return {"title": title, "text": text, "icon_name": icon, "action": action, "url": url, "heading": f"h{level}"}


@register.inclusion_tag("ui/pager.html")
def pager(page: "Page[Any]", rows: str = "", label: str = "Pages") -> dict[str, Any]:
    """Links to the pages before and after; with `rows`, a selector, scripts append the next page's to it instead."""
    return {"page": page, "rows": rows, "label": label}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors."""
    shown = label or str(bound.label)
    return {"field": bound, "label": shown, "widget": styled(bound, shown), "check": bound.widget_type == "checkbox"}


@register.simple_tag
def crumb(title: str, url: str = "") -> SafeString:
    """One step of the breadcrumbs, inside ``{% block breadcrumbs %}``."""
    return format_html('<li><a href="{}">{}</a></li>', url, title) if url else format_html("<li>{}</li>", title)


@register.filter
def highlight(text: str, words: str) -> SafeString:
    """`text` with each of the `words` (in any case) marked."""
    return marked(text, words.split())


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as safe HTML; put it inside ``<div class="prose">``."""
    return markdown_text.to_html(text)


_icon = icon
