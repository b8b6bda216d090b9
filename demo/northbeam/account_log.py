"""What became of each account: its status today and the log of how it got there."""

from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from demo.northbeam.chance import DAY, moment, stream
from demo.northbeam.customers import Account
from demo.northbeam.subscriptions import Life

CLOSES_AFTER = 30  # days from the end of the subscription


class AccountEvent(NamedTuple):
    event_id: int
    account_id: int
    from_status: str | None
    to_status: str
    occurred_at: datetime
    actor: str
    reason: str | None


Step = tuple[str, datetime, str, str | None]  # status, when, actor, reason


def account_log(lives: list[Life], today: date, seed: int) -> tuple[list[Account], list[AccountEvent]]:
    """The accounts as they are today, and every change of their status in the order of time."""
    rng = stream(seed, "account log")
    logs = [(life.account, _steps(life, today, rng)) for life in lives]
    return [_as_of_today(account, steps) for account, steps in logs], _events(logs)


def _steps(life: Life, today: date, rng: Random) -> list[Step]:
    opened = life.account.created_at
    steps: list[Step] = [("onboarding", opened, "customer", None)]
    connected = opened.date() + DAY * rng.randrange(1, 9)
    if connected < today:
        steps.append(("live", moment(connected, rng), "fleet-service", "first device reported"))
    status, entered, _, reason = life.steps[-1]
    if status == "past_due" and entered.date() + DAY * 7 < today:
        steps.append(("suspended", entered + timedelta(days=7), "collections", "invoice overdue"))
    closing = entered.date() + DAY * CLOSES_AFTER
    if status == "cancelled" and closing < today:
        steps.append(("closed", moment(closing, rng), "billing-service", reason))
    return steps


def _as_of_today(account: Account, steps: list[Step]) -> Account:
    status, entered, _, _ = steps[-1]
    return account._replace(status=status, closed_at=entered if status == "closed" else None)


def _events(logs: list[tuple[Account, list[Step]]]) -> list[AccountEvent]:
    moves = [
        (at, account.account_id, steps[index - 1][0] if index else None, status, actor, reason)
        for account, steps in logs
        for index, (status, at, actor, reason) in enumerate(steps)
    ]
    moves.sort(key=lambda move: move[:2])
    return [
        AccountEvent(event_id, account_id, before, after, at, actor, reason)
        for event_id, (at, account_id, before, after, actor, reason) in enumerate(moves, start=1)
    ]
