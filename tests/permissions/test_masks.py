"""What stands for a masked value: no more of it than the rule allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.masks import DOTS, LEAST_LENGTH, Mask, mask_of, masked
from permissions.models import OptOutRule


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2024-02-29", "2024"),
        ("2024-02-29 23:59:59+02:00", "2024"),
        ("2024-13-45", DOTS),
        ("4217", "about 4,000"),
        ("-4217.5", "about -4,000"),
        ("0.3", "between -1 and 1"),
        ("7", "about 7"),
        ("1e400", DOTS),
        ("Unter den Linden", DOTS),
        ("", DOTS),
    ],
)
def test_a_generalised_value_is_coarse(value: str, shown: str) -> None:
    assert masked(value, Mask.GENERALISED) == shown


def test_a_partial_value_shows_its_last_four_and_of_a_short_one_nothing() -> None:
    assert masked("4111111111111111", Mask.PARTIAL) == DOTS + "1111"
    assert masked("1234567", Mask.PARTIAL) == DOTS


def test_hashes_are_alike_for_alike_values_only_and_of_this_installation() -> None:
    first = masked("ada@example.org", Mask.HASHED)
    assert first == masked("ada@example.org", Mask.HASHED)
    assert first != masked("bob@example.org", Mask.HASHED)


def test_hashes_change_with_the_key(settings) -> None:
    before = masked("ada@example.org", Mask.HASHED)
    settings.SECRET_KEY = "another key altogether" * 3
    assert masked("ada@example.org", Mask.HASHED) != before


def test_what_is_hidden_does_not_even_say_that_it_is_empty() -> None:
    assert masked(None, Mask.HIDDEN) == masked("x", Mask.HIDDEN) == DOTS
    assert masked(None, Mask.PARTIAL) is None


@given(st.text(max_size=40), st.sampled_from([Mask.HIDDEN, Mask.HASHED, Mask.PARTIAL]))
def test_never_more_than_half_of_a_text_is_shown(value: str, mask: Mask) -> None:
    shown = str(masked(value, mask)).removeprefix(DOTS)
    kept = len(shown) if mask == Mask.PARTIAL else 0
    assert kept * 2 <= max(len(value), 0)
    assert mask != Mask.PARTIAL or len(value) >= LEAST_LENGTH or kept == 0


def test_rules_that_differ_hide() -> None:
    hashed, partial = OptOutRule(mask="hashed"), OptOutRule(mask="partial")
    assert mask_of([hashed, hashed]) == Mask.HASHED
    assert mask_of([hashed, partial]) == mask_of([]) == Mask.HIDDEN
