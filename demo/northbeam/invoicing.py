"""Invoices of the billed periods, their lines, and the attempts to collect them."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from demo.northbeam import personal
from demo.northbeam.chance import DAY, moment, new_uuid, stream
from demo.northbeam.customers import Account, AppUser
from demo.northbeam.subscriptions import MONTHS, Life, Subscription

KEPT_DAYS = 365  # older invoices have gone to the archive
TAX = {"GB": 20, "DE": 19, "SE": 25}
FAILURES = ("insufficient_funds", "card_expired", "account_closed", "mandate_missing")


class PaymentMethod(NamedTuple):
    method_id: int
    account_id: int
    kind: str
    holder_name: str
    iban: str | None
    card_brand: str | None
    card_last4: str | None
    card_expiry: date | None
    is_default: bool
    added_at: datetime


class Invoice(NamedTuple):
    invoice_id: int
    invoice_number: str
    account_id: int
    subscription_id: int
    status: str
    issued_on: date
    due_on: date
    currency: str
    net_minor: int
    tax_minor: int
    paid_at: datetime | None

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


class InvoiceLine(NamedTuple):
    invoice_id: int
    line_number: int
    description: str
    quantity: int
    unit_minor: int


class Payment(NamedTuple):
    payment_id: uuid.UUID
    invoice_id: int
    method_id: int
    amount_minor: int
    currency: str
    status: str
    provider_reference: str
    failure_code: str | None
    created_at: datetime


class CreditNote(NamedTuple):
    credit_note_id: int
    invoice_id: int
    amount_minor: int
    reason: str
    issued_on: date


def payment_methods(accounts: list[Account], users: list[AppUser], seed: int) -> list[PaymentMethod]:
    """The default way to pay of each account; its id is the account's."""
    rng = stream(seed, "payment methods")
    owners = {user.account_id: user for user in users if user.role == "owner"}
    return [_payment_method(account, owners[account.account_id], rng) for account in accounts]


def _payment_method(account: Account, owner: AppUser, rng: Random) -> PaymentMethod:
    country = account.country_code
    weights = (15, 75, 10) if country == "GB" else (60, 30, 10)
    kind = rng.choices(("sepa_debit", "card", "bank_transfer"), weights)[0]
    card = personal.card_number(rng) if kind == "card" else None
    return PaymentMethod(
        method_id=account.account_id,
        account_id=account.account_id,
        kind=kind,
        holder_name=f"{owner.given_name} {owner.family_name}",
        iban=personal.iban(country, rng) if kind == "sepa_debit" else None,
        card_brand=rng.choice(("visa", "mastercard")) if card else None,
        card_last4=card[-4:] if card else None,
        card_expiry=date(rng.randrange(2026, 2031), rng.randrange(1, 13), 1) if card else None,
        is_default=True,
        added_at=account.created_at,
    )


def issue_invoices(lives: list[Life], subscriptions: list[Subscription], today: date, seed: int) -> list[Invoice]:
    """One invoice for each billed period of the last year, numbered in the order of issue."""
    rng = stream(seed, "invoices")
    billed = sorted(
        (issued, subscription.subscription_id, paid)
        for life, subscription in zip(lives, subscriptions, strict=True)
        for issued, paid in life.billed
        if issued >= today - DAY * KEPT_DAYS
    )
    return [
        _invoice(number, lives[subscription_id - 1], subscriptions[subscription_id - 1], issued, paid, today, rng)
        for number, (issued, subscription_id, paid) in enumerate(billed, start=1)
    ]


def _invoice(
    number: int, life: Life, subscription: Subscription, issued: date, paid: date | None, today: date, rng: Random
) -> Invoice:
    net = subscription.monthly_minor * MONTHS[life.plan.period]
    open_status = "uncollectible" if today - issued > DAY * 60 else "open"
    return Invoice(
        invoice_id=number,
        invoice_number=f"{issued.year}-{number:06d}",
        account_id=subscription.account_id,
        subscription_id=subscription.subscription_id,
        status="paid" if paid else open_status,
        issued_on=issued,
        due_on=issued + DAY * 14,
        currency=subscription.currency,
        net_minor=net,
        tax_minor=net * TAX[life.account.country_code] // 100,
        paid_at=moment(paid, rng) if paid else None,
    )


def invoice_lines(invoices: list[Invoice], lives: list[Life], seed: int) -> Iterator[InvoiceLine]:
    """The plan, and for some businesses part of the price as extra sites."""
    rng = stream(seed, "invoice lines")
    for invoice in invoices:
        plan = lives[invoice.subscription_id - 1].plan
        extra = invoice.net_minor // 10 if plan.audience == "business" and rng.random() < 0.4 else 0
        yield InvoiceLine(invoice.invoice_id, 1, f"{plan.name} ({plan.period})", 1, invoice.net_minor - extra)
        if extra:
            yield InvoiceLine(invoice.invoice_id, 2, "Additional site", 1, extra)


def collect_payments(invoices: list[Invoice], today: date, seed: int) -> Iterator[Payment]:
    """One attempt that succeeded for a paid invoice; failed ones before it, or alone where it is not paid."""
    rng = stream(seed, "payments")
    for invoice in invoices:
        overdue = invoice.paid_at is None or invoice.paid_at.date() > invoice.due_on
        tried = [invoice.issued_on + DAY * 4 * attempt for attempt in range(rng.randrange(1, 4) if overdue else 0)]
        for day in tried:
            if day < today:
                yield _payment(invoice, "failed", moment(day, rng, 3, 5), rng, rng.choice(FAILURES))
        if invoice.paid_at:
            yield _payment(invoice, "refunded" if rng.random() < 0.008 else "succeeded", invoice.paid_at, rng)


def _payment(invoice: Invoice, status: str, at: datetime, rng: Random, failure: str | None = None) -> Payment:
    return Payment(
        new_uuid(rng), invoice.invoice_id, invoice.account_id, invoice.total_minor, invoice.currency, status,
        f"ch_{rng.getrandbits(96):024x}", failure, at,
    )  # fmt: skip


def credit_notes(invoices: list[Invoice], today: date, seed: int) -> list[CreditNote]:
    rng = stream(seed, "credit notes")
    chosen = [invoice for invoice in invoices if invoice.paid_at and invoice.due_on < today and rng.random() < 0.012]
    reasons = ("duplicate charge", "goodwill after outage", "plan changed within the period")
    return [
        CreditNote(number, invoice.invoice_id, max(1, invoice.total_minor // 2), rng.choice(reasons), invoice.due_on)
        for number, invoice in enumerate(chosen, start=1)
    ]
