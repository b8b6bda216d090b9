"""What every page says of one's notices."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest

from notifications.services import unread_count


def bell(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices`, worked out only where a template uses it."""
    return {"unread_notices": partial(_unread, request)}


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if user is not None and user.is_authenticated else 0
