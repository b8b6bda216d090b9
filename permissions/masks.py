"""What stands for a value that is closed at sample: nothing, or something of it that the rules allow."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

from permissions.models.rules import OptOutRule

if TYPE_CHECKING:
    from collections.abc import Iterable

Mask = OptOutRule.Mask

DOTS = "•••••"
SHOWN = 4  # characters of a partial value
LEAST_LENGTH = 2 * SHOWN  # of a value of which any may be shown: half of it at the most
HASH_LENGTH = 12
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?")


def mask_of(rules: Iterable[OptOutRule]) -> Mask:
    """Return the mask on which all the rules that stop somebody agree; where they differ, nothing is shown."""
    masks = {rule.mask for rule in rules}
    return Mask(masks.pop()) if len(masks) == 1 else Mask.HIDDEN


def masked(value: str | None, mask: Mask) -> str | None:
    """Return what stands for `value`; None stays None unless the mask hides even that.

    Hashes are keyed by SECRET_KEY: alike for alike values in every dataset, so that they still join, and of no use to
    whoever tries values out.
    """
    if mask == Mask.HIDDEN:
        return DOTS
    if value is None:
        return None
    if mask == Mask.HASHED:
        return salted_hmac("concord.mask", value, algorithm="sha256").hexdigest()[:HASH_LENGTH]
    return _partial(value) if mask == Mask.PARTIAL else _generalised(value)


def _partial(value: str) -> str:
    return DOTS + value[-SHOWN:] if len(value) >= LEAST_LENGTH else DOTS


def _generalised(value: str) -> str:
    """The year of a date, the leading digit and the magnitude of a number; of anything else nothing."""
    text = value.strip()
    if _DATE.fullmatch(text) and _is_date(text[:10]):
        return text[:4]
    if _NUMBER.fullmatch(text):
        return _coarse(float(text))
    return DOTS


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return False
    return True


def _coarse(number: float) -> str:
    """``about 4,000`` for 4,217: one digit is told, by rounding towards zero."""
    if number in (float("inf"), float("-inf")):
        return DOTS
    size = abs(number)
    if size < 1:
        return "between -1 and 1"
    magnitude = 10 ** (len(str(int(size))) - 1)
    leading = int(size // magnitude) * magnitude
    return f"about {'-' if number < 0 else ''}{leading:,}"
