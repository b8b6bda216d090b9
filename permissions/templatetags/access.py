"""``{% load access %}``: what waits for the reader of the page."""

from django import template

from permissions.access_requests.reading import decisions_for

register = template.Library()
MOST = 100


@register.simple_tag(takes_context=True)
def requests_waiting(context: template.Context) -> str:
    """How many requests the reader may decide, as a text; nothing for none."""
    count = decisions_for(context["request"].user)[:MOST].count()
    return "" if not count else f"{MOST - 1}+" if count == MOST else str(count)
