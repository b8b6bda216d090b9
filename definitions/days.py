"""Days of the council: those of UTC."""

from __future__ import annotations

from datetime import UTC, date

from django.utils import timezone


def today() -> date:
    return timezone.now().astimezone(UTC).date()
