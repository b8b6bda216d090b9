"""What every page needs: its theme and its navigation."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from core.navigation import sections
from core.themes import theme_of


def ui(request: HttpRequest) -> dict[str, Any]:
    """`theme` and `navigation`, worked out only where a template uses them: error pages must not need the database."""
    return {"theme": partial(theme_of, request), "navigation": partial(sections, request)}
