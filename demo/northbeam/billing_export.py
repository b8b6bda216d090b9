"""What the payment provider puts on the file server: CSV files, those that grow in one folder a month."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from demo.northbeam.chance import DAY, first_of_month, stream
from demo.northbeam.invoicing import TAX, Payment
from demo.northbeam.world import World

KEPT_DAYS = 120
ACCOUNTS = (
    (1200, "Bank", "asset", ""),
    (1400, "Receivables", "asset", ""),
    (1776, "Output tax", "liability", "20"),
    (4400, "Subscriptions", "revenue", "20"),
    (4410, "Additional sites", "revenue", "20"),
    (4730, "Discounts", "revenue", "20"),
    (6855, "Payment fees", "expense", ""),
)


class Charge(NamedTuple):
    charge_id: str
    created: str
    amount: str
    currency: str
    status: str
    fee: str
    payout_id: str
    customer_email: str
    country: str


class Payout(NamedTuple):
    payout_id: str
    arrived: str
    amount: str
    currency: str
    charges: int
    bank_account: str


class Refund(NamedTuple):
    refund_id: str
    charge_id: str
    created: str
    amount: str
    currency: str
    reason: str


class Dispute(NamedTuple):
    dispute_id: str
    charge_id: str
    opened: str
    reason_code: str
    amount: str
    evidence_due: str
    outcome: str


def charges(world: World) -> Iterator[Charge]:
    """Charges of the last months, as the provider prints them: text, major units, lower-case currency."""
    emails = {user.account_id: user.email for user in world.users if user.role == "owner"}
    countries = {account.account_id: account.country_code for account in world.accounts}
    for payment in recent(world):
        owner = payment.method_id
        yield Charge(
            payment.provider_reference, f"{payment.created_at:%Y-%m-%d %H:%M:%S}", _major(payment.amount_minor),
            payment.currency.lower(), payment.status, _major(25 + payment.amount_minor // 70), _payout_id(payment),
            emails[owner], countries[owner],
        )  # fmt: skip


def recent(world: World) -> list[Payment]:
    since = world.today - DAY * KEPT_DAYS
    return sorted((p for p in world.payments if p.created_at.date() >= since), key=lambda p: p.created_at)


def _payout_id(payment: Payment) -> str:
    """The provider pays out once a week in each currency; failed charges are in no payout."""
    if payment.status == "failed":
        return ""
    return f"po_{payment.created_at:%G%V}_{payment.currency.lower()}"


def payouts(world: World) -> Iterator[Payout]:
    bundles: dict[str, list[Payment]] = defaultdict(list)
    for payment in recent(world):
        if payment.status != "failed":
            bundles[_payout_id(payment)].append(payment)
    for payout_id, bundle in sorted(bundles.items()):
        week = bundle[0].created_at.date()
        arrived = week + DAY * (7 - week.weekday() + 2)
        amount = sum(payment.amount_minor for payment in bundle)
        if arrived < world.today:
            yield Payout(
                payout_id, arrived.isoformat(), _major(amount), bundle[0].currency.lower(), len(bundle), "**** 4410"
            )


def refunds(world: World) -> Iterator[Refund]:
    refunded = (payment for payment in recent(world) if payment.status == "refunded")
    for number, p in enumerate(refunded, start=1):
        day = p.created_at.date().isoformat()
        yield Refund(
            f"re_{number:05d}", p.provider_reference, day, _major(p.amount_minor), p.currency.lower(), "duplicate"
        )


def disputes(world: World) -> Iterator[Dispute]:
    rng = stream(world.seed, "disputes")
    disputed = [p for p in recent(world) if p.status == "succeeded" and rng.random() < 0.012]
    for number, p in enumerate(disputed, start=1):
        opened = min(p.created_at.date() + DAY * 12, world.today - DAY)
        due, outcome = (opened + DAY * 14).isoformat(), rng.choice(("won", "lost", "open"))
        code = rng.choice(("10.4", "13.1", "13.2"))
        yield Dispute(
            f"dp_{number:04d}", p.provider_reference, opened.isoformat(), code, _major(p.amount_minor), due, outcome
        )


def _major(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def build_billing_export(folder: Path, world: World) -> None:
    """Write all files of the export into `folder`, which is empty."""
    _write_by_month(folder / "charges", "charges.csv", list(charges(world)), "created")
    _write_by_month(folder / "payouts", "payouts.csv", list(payouts(world)), "arrived")
    write_csv(folder / "refunds.csv", Refund._fields, refunds(world))
    write_csv(folder / "disputes.csv", Dispute._fields, disputes(world))
    write_csv(
        folder / "tax_rates.csv", ("country", "percent", "valid_from"), ((c, p, "2021-01-01") for c, p in TAX.items())
    )
    write_csv(folder / "chart_of_accounts.csv", ("number", "name", "type", "tax_percent"), ACCOUNTS)


def _write_by_month(folder: Path, name: str, rows: Sequence[Any], day_column: str) -> None:
    months: dict[date, list[Any]] = defaultdict(list)
    for row in rows:
        months[first_of_month(date.fromisoformat(getattr(row, day_column)[:10]))].append(row)
    for month, group in months.items():
        write_csv(folder / f"month={month:%Y-%m}" / name, group[0]._fields, group)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
