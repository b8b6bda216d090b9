"""Parts of the catalog's pages: ``{% load catalog %}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html, format_html_join

from catalog.looks import look_of
from catalog.remarks import remarks_on
from core.markdown import to_text
from core.templatetags.ui import badge, icon
from permissions.gate import may
from permissions.levels import Level
from permissions.things import ask_url

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.safestring import SafeString

    from catalog.models import Dataset, Domain
    from catalog.remarks import Remark

register = template.Library()
LONGEST_PLAIN = 1_000  # characters of a description that a list looks at
QUOTED = re.compile(r"`([^`]*)`")


@register.simple_tag
def kind_icon(kind: str, size: str = "") -> SafeString:
    """The icon of a kind of dataset, container or change, with its word for those who cannot see it."""
    look = look_of(kind)
    return icon(look.icon, look.word, size)


@register.filter
def kind_word(kind: str) -> str:
    """The word for a kind of dataset, container or change."""
    return look_of(kind).word


@register.filter
def code_quotes(text: str) -> SafeString:
    """Text in which what stands in backquotes is code, all of it escaped."""
    parts = QUOTED.split(text)
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in enumerate(parts))
    )


@register.filter
def plain_text(text: str) -> str:
    """Markdown without its marks, on one line, for lists."""
    return to_text(text[:LONGEST_PLAIN])


@register.simple_tag(takes_context=True)
def may_read(context: template.Context, thing: Dataset | Domain) -> bool:
    """Whether the reader of the page may read about a dataset or a domain they know of."""
    return may(thing, context["request"].user, Level.READ)


@register.simple_tag(takes_context=True)
def known_domain(context: template.Context, domain: Domain | None) -> Domain | None:
    """The domain, where there is one that the reader of the page may know of."""
    return domain if domain and domain.known_to(context["request"].user) else None


@register.inclusion_tag("catalog/parts/person.html")
def person(who: Any, empty: str = "Nobody yet") -> dict[str, Any]:
    """A person with a link to their page."""
    return {"who": who, "empty": empty}


@register.inclusion_tag("catalog/parts/dataset_name.html", takes_context=True)
def dataset_name(context: template.Context, dataset: Dataset, where: bool = True) -> dict[str, Any]:
    """A dataset in a list: its kind, a link, its badges and, unless `where` is false, the path to it."""
    return {"dataset": dataset, "where": where, "open": may_read(context, dataset), "remarks": context.get("remarks")}


@register.simple_tag(takes_context=True, name="remarks_on")
def remarks_on_all(context: template.Context, datasets: Collection[Dataset]) -> dict[int, list[Remark]]:
    """What there is to say of the datasets that a page shows: ``{% remarks_on datasets as remarks %}`` before them."""
    return remarks_on(context["request"].user, datasets)


@register.simple_tag(takes_context=True)
def remarks(context: template.Context, dataset: Dataset, link: bool = False) -> SafeString:
    """The badges of what there is to say of a dataset, each a link where `link` is true."""
    said: list[Remark] = (context.get("remarks") or {}).get(dataset.pk, [])
    badges = [(one.url, badge(one.state, title=one.title)) for one in said]
    if link:
        return format_html_join(" ", '<a class="text-reset" href="{}">{}</a>', badges)
    return format_html_join(" ", "{}", ((shown,) for _, shown in badges))


@register.inclusion_tag("catalog/parts/rules.html")
def why_closed(rules: Any, what: str = "This", ask: str = "") -> dict[str, Any]:
    """The reasons of the rules that close something; `ask` is where an exception can be asked for."""
    return {"rules": rules, "what": what, "ask": ask}


@register.simple_tag
def ask_for(kind: str, pk: int, level: str = "read") -> str:
    """The address at which access to something can be asked for."""
    return ask_url(f"{kind}:{pk}", Level(level))


@register.filter
def middle(text: str, most: int = 40) -> str:
    """Text cut in its middle, for addresses: both where they begin and where they end matter."""
    if len(text) <= most:
        return text
    head = most // 3
    return f"{text[:head]}…{text[-(most - head - 1) :]}"


@register.filter
def bar_width(share: float) -> str:
    """A share of one as the width of a bar in a picture 100 wide."""
    return f"{max(1.0, min(1.0, share) * 100):.1f}"


@register.filter
def indent(depth: int) -> str:
    """The class of a nested row; beyond six levels they stand in line."""
    return f"depth-{min(depth, 6)}"
