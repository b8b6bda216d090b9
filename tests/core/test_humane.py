"""Numbers, sizes and times as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from core import humane

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace(humane.NBSP, " ")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (7, "7"),
        (9_999, "9,999"),
        (10_000, "10 k"),
        (12_345, "12.3 k"),
        (123_456, "123 k"),
        (999_960, "1 M"),
        (1_234_567, "1.2 M"),
        (-1_234_567, "-1.2 M"),
        (9_876_543_210, "9.9 B"),
        (3.14159, "3.14"),
    ],
)
def test_a_number_keeps_two_or_three_digits(value: float, shown: str) -> None:
    assert plain(humane.compact(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (48_300, "48.3 kB"), (1_234_567_890, "1.2 GB")]
)
def test_bytes_go_by_thousands(value: int, shown: str) -> None:
    assert plain(humane.size(value)) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0 %"), (0.0004, "< 0.1 %"), (0.1234, "12.3 %"), (0.42, "42 %"), (0.9999, "> 99.9 %"), (1, "100 %")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, shown: str) -> None:
    assert plain(humane.percent(share)) == shown


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=50), "50 s ago"),
        (timedelta(minutes=35), "35 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=3), "3 d ago"),
        (timedelta(days=70), "2 mo ago"),
        (timedelta(days=800), "2 y ago"),
        (-timedelta(hours=5), "in 5 h"),
        (-timedelta(seconds=3), "in a moment"),
    ],
)
def test_a_moment_is_told_by_its_distance(past: timedelta, shown: str) -> None:
    assert plain(humane.ago(NOW - past, NOW)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.085, "85 ms"), (12.5, "12.5 s"), (60, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_a_duration_has_at_most_two_units(seconds: float, shown: str) -> None:
    assert plain(humane.duration(seconds)) == shown
