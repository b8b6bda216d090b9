"""Plans, and the life of every subscription: its states, their log, and the periods it was billed for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from demo.northbeam.chance import DAY, add_months, moment, stream
from demo.northbeam.customers import Account

TRIAL_DAYS = 30
CURRENCY = {"GB": "GBP", "DE": "EUR", "SE": "SEK"}
RATE = {"GBP": 1.0, "EUR": 1.2, "SEK": 13.0}
MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}
LEAVING = ("moved_house", "too_expensive", "no_longer_needed", "competitor", None)
AGENTS = ("d.osei", "k.lund", "m.frost", "s.becker")


class Plan(NamedTuple):
    plan_code: str
    name: str
    audience: str
    period: str
    included_sites: int
    features: list[str]
    offered_from: date
    retired_on: date | None


class PlanPrice(NamedTuple):
    plan_code: str
    currency: str
    valid_from: date
    amount_minor: int


class Discount(NamedTuple):
    discount_code: str
    percent_off: int
    periods: int | None
    campaign_ref: str | None
    expires_on: date | None


class Subscription(NamedTuple):
    subscription_id: int
    account_id: int
    plan_code: str
    status: str
    currency: str
    discount_code: str | None
    monthly_minor: int
    started_on: date
    trial_ends_on: date
    current_period: str | None
    cancelled_at: datetime | None
    cancel_reason: str | None


class SubscriptionEvent(NamedTuple):
    event_id: int
    subscription_id: int
    from_status: str | None
    to_status: str
    occurred_at: datetime
    actor: str
    note: str | None


@dataclass
class Life:
    """One subscription as it unfolds. `billed` holds (first day of the period, day it was paid or None)."""

    account: Account
    plan: Plan
    steps: list[tuple[str, datetime, str, str | None]] = field(default_factory=list)  # state, when, actor, note
    billed: list[tuple[date, date | None]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.steps[-1][0]

    def enter(self, state: str, at: datetime, actor: str = "billing-service", note: str | None = None) -> None:
        self.steps.append((state, at, actor, note))


_SPARK = ["live_view", "monthly_report"]
_BEAM = ["live_view", "battery", "forecast"]
_WORKS = ["live_view", "forecast", "api"]
PLANS = (
    Plan("spark-m", "Spark", "household", "monthly", 1, _SPARK, date(2022, 3, 1), None),
    Plan("spark-y", "Spark, yearly", "household", "annual", 1, _SPARK, date(2022, 3, 1), None),
    Plan("beam-m", "Beam", "household", "monthly", 2, _BEAM, date(2022, 9, 1), None),
    Plan("beam-y", "Beam, yearly", "household", "annual", 2, _BEAM, date(2022, 9, 1), None),
    Plan("works-q", "Works", "business", "quarterly", 5, [*_WORKS, "sla"], date(2023, 1, 1), None),
    Plan("works-m", "Works, monthly", "business", "monthly", 5, _WORKS, date(2023, 1, 1), None),
    Plan("glow", "Glow", "household", "monthly", 1, ["live_view"], date(2021, 5, 1), date(2024, 2, 1)),
)
PRICES = {"spark-m": 490, "spark-y": 4900, "beam-m": 990, "beam-y": 9900, "works-q": 8700, "works-m": 3100, "glow": 350}
DISCOUNTS = (
    Discount("WELCOME10", 10, 3, None, None),
    Discount("FAIR25", 25, 6, "C26-03", date(2027, 3, 31)),
    Discount("NEIGHBOUR15", 15, None, "C26-02", None),
)
WEIGHTS = {"household": ((0, 1, 2, 3), (38, 14, 34, 14)), "business": ((4, 5), (70, 30))}


def price_list() -> Iterator[PlanPrice]:
    for plan in PLANS:
        for currency, rate in RATE.items():
            amount = int(PRICES[plan.plan_code] * rate)
            yield PlanPrice(plan.plan_code, currency, plan.offered_from, int(amount * 0.9))
            yield PlanPrice(plan.plan_code, currency, date(2025, 1, 1), amount)


def price(plan_code: str, currency: str) -> int:
    """The price of one period, in minor units; old prices are not billed any more."""
    return int(PRICES[plan_code] * RATE[currency])


def live(accounts: list[Account], today: date, seed: int) -> list[Life]:
    """The whole life of every subscription, from sign-up to today."""
    rng = stream(seed, "subscriptions")
    return [_live(account, today, rng) for account in accounts]


def _live(account: Account, today: date, rng: Random) -> Life:
    choices, weights = WEIGHTS[account.kind]
    life = Life(account, PLANS[rng.choices(choices, weights)[0]])
    life.enter("trial", account.created_at, "customer")
    trial_end = account.created_at.date() + DAY * TRIAL_DAYS
    if trial_end >= today:
        return life
    if rng.random() < 0.17:
        life.enter("cancelled", moment(trial_end, rng), note="trial_ended")
        return life
    life.enter("active", moment(trial_end, rng), "customer")
    _bill(life, trial_end, today, rng)
    return life


def _bill(life: Life, start: date, today: date, rng: Random) -> None:
    """Walk from one period to the next until today or the end of the subscription."""
    months = MONTHS[life.plan.period]
    churn, pause, late = 0.012 * months, 0.02, 0.08
    period = start
    while period < today and life.status in ("active", "trial"):
        chance = rng.random()
        if period > start and chance < churn:
            life.enter("cancelled", moment(period, rng), "customer", rng.choice(LEAVING))
        elif period > start and chance < churn + pause:
            period = _pause(life, period, today, rng)
        elif chance < churn + pause + late:
            _fall_behind(life, period, today, rng)
            period = add_months(period, months)
        else:
            paid = period + DAY * rng.choice((0, 0, 0, 1, 1, 2, 3, 6, 9))
            life.billed.append((period, paid if paid < today else None))
            period = add_months(period, months)


def _pause(life: Life, period: date, today: date, rng: Random) -> date:
    """Stop billing for one to four months; returns the day of the next decision."""
    life.enter("paused", moment(period, rng), "customer")
    resume = add_months(period, rng.randrange(1, 5))
    if resume >= today:
        return resume
    life.enter("active", moment(resume, rng), rng.choice(("customer", rng.choice(AGENTS))))
    life.billed.append((resume, resume))
    return add_months(resume, MONTHS[life.plan.period])


def _fall_behind(life: Life, period: date, today: date, rng: Random) -> None:
    """An invoice that is not paid in time: past due after 14 days, then paid, or cancelled before the next."""
    overdue, settled = period + DAY * 15, period + DAY * rng.randrange(18, 27)
    recovered = rng.random() < 0.8
    life.billed.append((period, settled if recovered and settled < today else None))
    if overdue < today:
        life.enter("past_due", moment(overdue, rng, 3, 5))
    if settled < today:
        state, note = ("active", None) if recovered else ("cancelled", "not_paid")
        life.enter(state, moment(settled, rng), note=note)


def subscription_rows(lives: list[Life], today: date, seed: int) -> list[Subscription]:
    rng = stream(seed, "subscription rows")
    return [_subscription(number, life, today, rng) for number, life in enumerate(lives, start=1)]


def _subscription(number: int, life: Life, today: date, rng: Random) -> Subscription:
    currency = CURRENCY[life.account.country_code]
    monthly = price(life.plan.plan_code, currency) // MONTHS[life.plan.period]
    discount = rng.choice(DISCOUNTS) if rng.random() < 0.12 else None
    status, entered, _, note = life.steps[-1]
    cancelled = status == "cancelled"
    return Subscription(
        subscription_id=number,
        account_id=life.account.account_id,
        plan_code=life.plan.plan_code,
        status=status,
        currency=currency,
        discount_code=discount.discount_code if discount else None,
        monthly_minor=monthly * (100 - (discount.percent_off if discount else 0)) // 100,
        started_on=life.account.created_at.date(),
        trial_ends_on=life.account.created_at.date() + timedelta(days=TRIAL_DAYS),
        current_period=_current_period(life, today),
        cancelled_at=entered if cancelled else None,
        cancel_reason=note if cancelled else None,
    )


def _current_period(life: Life, today: date) -> str | None:
    if life.status not in ("active", "past_due") or not life.billed:
        return None
    first = life.billed[-1][0]
    return f"[{first},{add_months(first, MONTHS[life.plan.period])})"


def subscription_events(lives: list[Life]) -> list[SubscriptionEvent]:
    """The log of all lives in the order of time, as the billing service wrote it."""
    moves = [
        (at, number, life.steps[index - 1][0] if index else None, state, actor, note)
        for number, life in enumerate(lives, start=1)
        for index, (state, at, actor, note) in enumerate(life.steps)
    ]
    moves.sort(key=lambda move: move[:2])
    return [
        SubscriptionEvent(event_id, number, before, after, at, actor, note)
        for event_id, (at, number, before, after, actor, note) in enumerate(moves, start=1)
    ]
