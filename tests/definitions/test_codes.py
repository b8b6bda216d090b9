"""The number of a row is the same however cheaply it is asked for."""

import pytest
from hypothesis import given, settings

from definitions.counting import codes
from definitions.counting.codes import code_of
from definitions.criteria import check, normal_form
from definitions.criteria.exclusive import exclusive
from tests.definitions.databases import COLUMNS, opened
from tests.definitions.test_criteria import CONDITIONS, NOW, lite  # noqa: F401 - a fixture


def _tree(text):
    return check(text, COLUMNS, "postgres").tree


@pytest.mark.parametrize(("one", "other", "apart"), [
    ("status = 'a'", "status = 'b'", True),
    ("status = 'a'", "status = 'A '", False),  # to some collations they are the same
    ("status IN ('a', 'b')", "status = 'c' AND id > 1", True),
    ("status = 'a' AND id <= 1", "status = 'a' AND id > 1", True),
    ("id < 5", "id >= 5.0", True),
    ("id <= 5", "id >= 5", False),
    ("born IS NULL AND id = 1", "born IS NOT NULL", True),
    ("status = 'a' OR status = 'b'", "NOT (status IN ('a', 'b'))", True),
    ("status = 'a' OR id = 1", "status = 'b'", False),
    ("parts = 1", "id = 2", False),
])  # fmt: skip
def test_criteria_exclude_each_other_where_their_form_shows_it(one, other, apart):
    first, second = _tree(one), _tree(other)

    assert exclusive(normal_form(first), normal_form(second)) == apart
    assert exclusive(normal_form(second), normal_form(first)) == apart


@settings(max_examples=100, deadline=None)
@given(CONDITIONS, CONDITIONS)
def test_a_cheap_number_is_the_exact_one(lite, one, other):  # noqa: F811
    nodes = [one, other]
    cheap, exact = code_of(nodes, "sqlite", NOW), codes._exact(nodes, "sqlite", NOW)

    assert lite.execute(f"SELECT {cheap} FROM odd").fetchall() == lite.execute(f"SELECT {exact} FROM odd").fetchall()


STATES = (
    "status = 'active' AND parts <= 0",
    "status = 'active' AND parts > 0",
    "status = 'paused' AND born IS NULL",
    "status = 'paused' AND born IS NOT NULL",
    "status IN ('gone', 'lost')",
)


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "mysql"])
def test_states_that_exclude_each_other_are_told_by_the_first_that_is_true(dialect):
    nodes = [tree for text in STATES if (tree := check(text, COLUMNS, dialect).tree) is not None]
    cheap, exact = code_of(nodes, dialect, NOW), codes._exact(nodes, dialect, NOW)

    assert f"THEN {4**4} ELSE 0 END" in cheap
    with opened(dialect) as database:
        assert database.rows(f"SELECT {cheap} FROM odd") == database.rows(f"SELECT {exact} FROM odd")
