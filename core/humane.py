"""Numbers, sizes and times as people say them. No Django models; all pure but for the clock that is passed in."""

from datetime import datetime

NBSP = "\N{NO-BREAK SPACE}"
MINUTE, HOUR, DAY = 60, 3600, 86400
STEPS = ((MINUTE, 1, "s"), (HOUR, MINUTE, "min"), (DAY, HOUR, "h"), (30 * DAY, DAY, "d"), (365 * DAY, 30 * DAY, "mo"))


def compact(value: float) -> str:
    """1234567 as ``1.2 M``; whole below ten thousand: ``9,876``."""
    if abs(value) < 10_000:
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
    return _scaled(value, 1000, ("", "k", "M", "B", "T"))


def size(value: float) -> str:
    """Bytes in powers of 1000: 1234567890 as ``1.2 GB``."""
    return _scaled(value, 1000, ("B", "kB", "MB", "GB", "TB", "PB", "EB"))


def percent(share: float, digits: int = 1) -> str:
    """A share of one as ``12.3 %``; never rounded up to a hundred or down to nothing."""
    shown = round(share * 100, digits)
    if shown >= 100 and share < 1:
        return f">{NBSP}{100 - 10**-digits:.{digits}f}{NBSP}%"
    if shown == 0 and share > 0:
        return f"<{NBSP}{10**-digits:.{digits}f}{NBSP}%"
    return f"{shown:.{digits}f}".removesuffix(f".{'0' * digits}") + f"{NBSP}%"


def ago(moment: datetime, now: datetime) -> str:
    """How long before (``35 min ago``) or after (``in 3 d``) `now` a moment is."""
    seconds = (now - moment).total_seconds()
    distance = abs(seconds)
    if distance < 45:
        return "just now" if seconds >= 0 else "in a moment"
    span = _span(distance)
    return f"{span} ago" if seconds > 0 else f"in {span}"


def duration(seconds: float) -> str:
    """``850 ms``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}{NBSP}ms"
    if seconds < MINUTE:
        return f"{seconds:.1f}".removesuffix(".0") + f"{NBSP}s"
    big, small, units = (MINUTE, 1, ("min", "s")) if seconds < HOUR else (HOUR, MINUTE, ("h", "min"))
    whole, rest = divmod(int(seconds), big)
    tail = f" {rest // small}{NBSP}{units[1]}" if rest // small else ""
    return f"{whole}{NBSP}{units[0]}{tail}"


def _span(seconds: float) -> str:
    for limit, unit, name in STEPS:
        if seconds < limit:
            return f"{max(1, round(seconds / unit))}{NBSP}{name}"
    return f"{round(seconds / (365 * DAY)) or 1}{NBSP}y"


def _scaled(value: float, base: int, units: tuple[str, ...]) -> str:
    """`value` in the largest unit that leaves at least one; rounded before choosing: 999,960 is ``1 M``."""
    step = 0
    while step < len(units) - 1 and abs(round(value, 1 if step else 0)) >= base:
        value, step = value / base, step + 1
    shown = f"{value:.1f}".removesuffix(".0") if abs(value) < 100 and step else f"{value:.0f}"
    return f"{shown}{NBSP}{units[step]}".rstrip(NBSP)
