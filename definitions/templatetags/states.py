"""Parts of pages about states: ``{% load states %}``."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
WIDTH, HEIGHT, PAD = 120, 24, 3


@register.simple_tag
def sparkline(values: Sequence[int | None], label: str = "") -> SafeString | str:
    """Numbers over time as a small line, with the least, the most and the last in words; "" for fewer than two."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    numbers = [value for _, value in known]
    least, most = min(numbers), max(numbers)
    across, down = (WIDTH - 2 * PAD) / max(1, len(values) - 1), (HEIGHT - 2 * PAD) / max(1, most - least)
    points = [(PAD + place * across, HEIGHT - PAD - (value - least) * down) for place, value in known]
    words = f"{label}: from {least:,} to {most:,}, now {numbers[-1]:,}"
    return format_html(
        '<svg class="sparkline" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>'
        '<polyline points="{}"></polyline><circle cx="{}" cy="{}" r="2"></circle></svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, words, words, " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        f"{points[-1][0]:.1f}", f"{points[-1][1]:.1f}",
    )  # fmt: skip
