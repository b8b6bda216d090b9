"""What Northbeam imagines is coherent and repeatable, before any of it is written."""

from collections import Counter
from datetime import date

import phonenumbers
import pytest
from stdnum import iban

from demo.northbeam import flaws, subscriptions
from demo.northbeam.chance import add_months, midnight
from demo.northbeam.world import World, imagine

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def world() -> World:
    return imagine(TODAY)


def test_the_same_seed_and_day_give_the_same_world(world):
    assert imagine(TODAY) == world


def test_another_seed_gives_other_people(world):
    assert imagine(TODAY, world.seed + 1).users != world.users


@pytest.mark.parametrize("today", [date(2027, 3, 1), date(2028, 2, 29), date(2026, 12, 31)])
def test_any_day_can_be_today(today):
    assert max(reading.reading_on for reading in imagine(today).readings) < today


def test_nothing_happens_after_the_last_complete_day(world):
    moments = [event.occurred_at for event in world.account_events]
    moments += [event.occurred_at for event in subscriptions.subscription_events(world.lives)]
    moments += [session.started_at for session in world.sessions]
    moments += [payment.created_at for payment in world.payments]
    assert max(moments) < midnight(TODAY)


def test_the_log_of_a_subscription_leads_from_state_to_state_to_its_present_one(world):
    state: dict[int, str] = {}
    for event in subscriptions.subscription_events(world.lives):
        assert event.from_status == state.get(event.subscription_id)
        state[event.subscription_id] = event.to_status
    assert state == {row.subscription_id: row.status for row in world.subscriptions}


def test_subscriptions_are_in_every_state_today(world):
    states = Counter(row.status for row in world.subscriptions)
    assert states.keys() == {"trial", "active", "paused", "past_due", "cancelled"}


def test_three_subscriptions_are_paused_past_the_log(world):
    flawed = flaws.pause_without_a_log(world.subscriptions)
    assert sum(now != before for now, before in zip(flawed, world.subscriptions, strict=True)) == 3


def test_bank_accounts_have_right_check_digits(world):
    ibans = [method.iban for method in world.methods if method.iban]
    assert len(ibans) > 50
    assert all(iban.is_valid(number) for number in ibans)


def test_personal_data_is_of_nobody(world):
    assert all(user.email.endswith("@example.com") for user in world.users)
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(user.phone)) for user in world.users if user.phone)
    networks = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    assert all(session.ip_address.startswith(networks) for session in world.sessions)


def test_months_are_added_within_short_months():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 5), 14) == date(2028, 1, 5)
