"""The months of the record: one part of the table each, made ahead, so that an old one can be removed whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

FOUR_WEEKS = timedelta(weeks=4)  # no month is shorter

_standing: set[tuple[int, int]] = set()  # months that this process has seen, committed


def require_month(day: date) -> None:
    """Make sure that the month of `day`, of UTC, can take entries."""
    month = (day.year, day.month)
    if month not in _standing:
        _make(day)
        transaction.on_commit(lambda: _standing.add(month))


def make_months_ahead() -> int:
    """Make the parts of this month and those that begin in the next eight weeks; returns how many were missing."""
    today = datetime.now(UTC).date()
    return sum(_make(day) for day in [today + FOUR_WEEKS * steps for steps in range(3)])


def _make(day: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT permissions_audit_month(%s)", [day])
        (was_missing,) = cursor.fetchone()
    return bool(was_missing)
