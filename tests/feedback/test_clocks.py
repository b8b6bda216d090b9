"""Service clocks count working time where people work, over weekends, holidays and nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.clocks import Hours, NoWorkingTime, after_working, public_holidays, working_seconds

STOCKHOLM, NEW_YORK, HOUR = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York"), 3_600
OFFICE = Hours(STOCKHOLM)
ALWAYS = Hours(STOCKHOLM, time(0), time(0), frozenset(range(7)))

zones = st.sampled_from(["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
moments = st.integers(0, 4 * 366 * 24 * HOUR).map(
    lambda second: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    opens = draw(st.integers(0, 22))
    closes = draw(st.integers(opens + 1, 24)) % 24
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    closed = draw(st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=5))
    return Hours(ZoneInfo(draw(zones)), time(opens), time(closes), weekdays, closed)


def at(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[arg-type, misc]


def test_what_comes_on_friday_afternoon_is_due_on_monday() -> None:
    due = after_working(OFFICE, at(STOCKHOLM, 2026, 11, 20, 16), 4 * HOUR)
    assert due == at(STOCKHOLM, 2026, 11, 23, 12)


def test_what_comes_at_night_begins_in_the_morning() -> None:
    assert after_working(OFFICE, at(STOCKHOLM, 2026, 11, 17, 3), HOUR) == at(STOCKHOLM, 2026, 11, 17, 10)


def test_nobody_works_on_a_public_holiday() -> None:
    office = Hours(STOCKHOLM, closed=public_holidays("SE"))
    assert date(2026, 12, 25) in office.closed
    due = after_working(office, at(STOCKHOLM, 2026, 12, 24, 16, 30), HOUR)
    assert due == at(STOCKHOLM, 2026, 12, 28, 9, 30)


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    assert date(2026, 11, 30) in public_holidays("GB", "SCT")
    assert date(2026, 11, 30) not in public_holidays("GB", "ENG")
    with pytest.raises(ValueError, match="not known"):
        public_holidays("XX")


@pytest.mark.parametrize(("day", "length"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 20), 24)])
def test_a_day_is_as_long_as_its_clock_makes_it(day: tuple[int, int, int], length: int) -> None:
    start = at(STOCKHOLM, *day)
    assert working_seconds(ALWAYS, start, at(STOCKHOLM, *day) + timedelta(days=1)) == length * HOUR


def test_a_shift_that_begins_in_the_hour_that_is_left_out_begins_after_it() -> None:
    night = Hours(NEW_YORK, time(2, 30), time(6), frozenset({6}))
    shift = night.shift(date(2026, 3, 8))  # at two it is three
    assert shift is not None
    assert shift[0] == at(NEW_YORK, 2026, 3, 8, 3, 30)


def test_nobody_ever_working_is_told() -> None:
    with pytest.raises(NoWorkingTime):
        after_working(Hours(STOCKHOLM, weekdays=frozenset()), at(STOCKHOLM, 2026, 1, 1), 1)


@given(hours(), moments, st.integers(0, 60 * HOUR))
@settings(max_examples=60, deadline=None)
def test_just_as_much_working_time_passes_until_it_is_due(plan: Hours, start: datetime, seconds: int) -> None:
    due = after_working(plan, start, seconds)
    assert working_seconds(plan, start, due) == seconds
    assert due >= start


@given(hours(), st.lists(moments, min_size=3, max_size=3).map(sorted))
@settings(max_examples=60, deadline=None)
def test_working_time_adds_up_whenever_a_clock_is_paused(plan: Hours, three: list[datetime]) -> None:
    first, second, third = (three[0] + (moment - three[0]) / 20 for moment in three)  # within ten weeks
    first, second, third = (moment.replace(microsecond=0) for moment in (first, second, third))
    whole = working_seconds(plan, first, third)
    assert whole == working_seconds(plan, first, second) + working_seconds(plan, second, third)
    assert 0 <= whole <= (third - first).total_seconds()
