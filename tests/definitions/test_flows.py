"""Moves between states: from a log, from two looks at the same keys, and whether they explain the stocks."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.counting.balance import balances, forbidden
from definitions.counting.flows import Flow, Log, Move, between, incomplete_query, log_query, read_log
from definitions.counting.snapshots import TooManyKeys, look, packed, unpacked
from definitions.counting.stocks import Stock
from definitions.criteria import DIALECTS, column_of
from tests.definitions.databases import opened

LOG = """
    create {temporary} table entries (who integer, state varchar(20), happened {time});
    insert into entries values
        (1, 'trial', '2026-11-01 10:00:00'), (1, 'active', '2026-11-10 10:00:00'), (1, 'active', '2026-11-10 10:00:00'),
        (2, 'trial', '2026-11-09 00:00:00'), (2, 'active', '2026-11-11 09:00:00'), (2, 'active', '2026-11-12 09:00:00'),
        (3, 'trial', '2026-11-12 11:00:00'), (3, 'cancelled', '2026-11-12 12:02:00'),
        (4, 'trial', '2027-01-01 00:00:00'), (5, null, '2026-11-11 00:00:00'), (null, 'trial', null)
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_log_tells_moves_and_what_is_wrong_with_it(dialect):
    log = Log(
        "entries", (column_of("who", "integer"),), column_of("state", "string"), column_of("happened", "timestamp")
    )
    with opened(dialect) as database:
        for statement in LOG.split(";"):
            time = "datetime" if dialect == "mysql" else "timestamp"
            database.execute(statement.format(temporary="" if dialect == "mysql" else "temporary", time=time))
        start, end = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 12, 12, tzinfo=UTC)
        daily = read_log(database.rows(log_query(log, dialect, start, end)))
        [(incomplete,)] = database.rows(incomplete_query(log, dialect))

    moves = {("trial", "active"): 2, (None, "trial"): 1, ("trial", "cancelled"): 1}  # two minutes are no wrong clock
    assert daily.whole == Flow(Counter(moves), repeats=1, duplicates=1, ahead=1, before=2)
    assert daily.days["2026-11-10"].moves == {("trial", "active"): 1}
    assert sorted(daily.days) == ["2026-11-10", "2026-11-11", "2026-11-12"]
    assert incomplete == 2


KEYS = st.dictionaries(st.integers(0, 30), st.integers(0, 2), max_size=20)
NAMES = ("trial", "active", "cancelled")


def _look(rows):
    return look([(key, 1 << 2 * place) for key, place in rows.items()], 3, b"secret")


@given(KEYS, KEYS)
def test_moves_between_two_looks_explain_the_stocks(before, after):
    flow = between(_look(before), unpacked(packed(_look(after))), NAMES)

    stock = [{name: list(rows.values()).count(place) for place, name in enumerate(NAMES)} for rows in (before, after)]
    assert all(one.difference == 0 for one in balances(stock[0], flow, stock[1]))


def test_a_row_that_moved_without_a_word_is_a_difference():
    flow = Flow(Counter({("trial", "active"): 3, (None, "trial"): 1}))

    found = balances({"trial": 5, "active": 2}, flow, {"trial": 3, "active": 4, "cancelled": 1})

    assert {one.state: one.difference for one in found} == {"trial": 0, "active": -1, "cancelled": 1}


def test_moves_that_the_workflow_does_not_know_are_forbidden():
    moves: dict[Move, int] = {
        (None, "trial"): 5,
        ("trial", "active"): 4,
        (None, "active"): 1,
        ("cancelled", "active"): 2,
    }

    assert forbidden(moves, {("trial", "active")}, {"trial"}, {"cancelled"}) == {
        (None, "active"): 1,
        ("cancelled", "active"): 2,
    }


def test_a_look_keeps_no_key_and_is_bounded():
    kept = packed(look([("anna@example.com", 1)], 1, b"secret"))

    assert b"anna" not in kept
    assert unpacked(kept) != unpacked(packed(look([("anna@example.com", 1)], 1, b"another")))
    with pytest.raises(TooManyKeys):
        look([(number, 1) for number in range(11)], 1, b"secret", most=10)


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 9)), max_size=20))
def test_every_row_is_in_one_state_or_several_or_none_or_undecided(answer):
    stock = Stock(4)
    for code, rows in answer:
        stock.add(code, rows)

    alone = sum(rows for code, rows in answer if [code >> 2 * place & 3 for place in range(4)].count(1) == 1)
    assert stock.rows == alone + stock.several + stock.none + stock.undecided
    assert sum(stock.overlaps.values()) == stock.several
