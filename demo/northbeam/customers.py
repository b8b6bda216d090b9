"""Accounts, the people who sign in for them, their addresses and consents."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from demo.northbeam import personal
from demo.northbeam.chance import DAY, moment, stream

ACCOUNTS = 360
YEARS = 3
CHANNELS = ("organic_search", "paid_search", "installer", "referral", "trade_fair", "utility_partner", None)
LANGUAGE = {"GB": "en", "DE": "de", "SE": "sv"}
LOCALE = {"GB": "en-GB", "DE": "de-DE", "SE": "sv-SE"}
BUSINESSES = ("Bakery", "Farm", "Joinery", "Garage", "Cold Store", "Brewery", "Dairy", "Print Works", "Nursery")


class Account(NamedTuple):
    account_id: int
    account_number: str
    kind: str
    status: str
    display_name: str
    organisation_number: str | None
    country_code: str
    preferred_language: str
    fax_number: str | None
    acquisition_channel: str | None
    referred_by: int | None
    marketing_opt_in: bool
    tags: list[str]
    settings: dict[str, Any]
    created_at: datetime
    closed_at: datetime | None


class AppUser(NamedTuple):
    user_id: int
    account_id: int
    email: str
    phone: str | None
    given_name: str
    family_name: str
    birth_date: date | None
    role: str
    password_hash: str
    email_verified: bool
    locale: str
    last_login_at: datetime | None
    last_login_ip: str | None
    created_at: datetime


class Address(NamedTuple):
    address_id: int
    account_id: int
    purpose: str
    street: str
    house_number: str
    postcode: str
    city: str
    country_code: str
    valid: str


class Consent(NamedTuple):
    user_id: int
    purpose: str
    recorded_at: datetime
    granted: bool
    ip_address: str
    user_agent: str | None


def open_accounts(today: date, seed: int) -> list[Account]:
    """Every account as it was on the day it was opened; sign-ups grow towards today."""
    rng = stream(seed, "accounts")
    ages = sorted((int(YEARS * 365 * rng.random() ** 1.4) + 2 for _ in range(ACCOUNTS)), reverse=True)
    return [_open_account(number, today - DAY * age, rng) for number, age in enumerate(ages, start=1)]


def _open_account(number: int, opened: date, rng: Random) -> Account:
    country = rng.choices(("GB", "DE", "SE"), (45, 35, 20))[0]
    business = rng.random() < 0.16
    family = rng.choice(personal.FAMILY_NAMES[country])
    return Account(
        account_id=number,
        account_number=f"NB-{100_000 + number * 37:06d}",
        kind="business" if business else "household",
        status="live",
        display_name=f"{family} {rng.choice(BUSINESSES)}" if business else family,
        organisation_number=f"{country}-{rng.randrange(10**8, 10**9)}" if business else None,
        country_code=country,
        preferred_language=LANGUAGE[country],
        fax_number=personal.phone(country, rng) if business and opened.year < 2025 else None,
        acquisition_channel=rng.choices(CHANNELS, (30, 18, 24, 12, 4, 8, 4))[0],
        referred_by=rng.randrange(1, number) if number > 20 and rng.random() < 0.1 else None,
        marketing_opt_in=rng.random() < 0.55,
        tags=sorted(
            rng.sample(["early-adopter", "ev-owner", "heat-pump", "pilot", "vip"], rng.choice((0, 0, 0, 1, 2)))
        ),
        settings={"units": "kWh", "start_page": rng.choice(["today", "month", "savings"]), "dark": rng.random() < 0.4},
        created_at=moment(opened, rng),
        closed_at=None,
    )


def invite_users(accounts: list[Account], seed: int) -> list[AppUser]:
    """The owner of each account, and for some a second person."""
    rng = stream(seed, "users")
    roles = [(account, role) for account in accounts for role in _roles(account, rng)]
    return [_invite(number, account, role, rng) for number, (account, role) in enumerate(roles, start=1)]


def _roles(account: Account, rng: Random) -> list[str]:
    extra = 0.6 if account.kind == "business" else 0.35
    return ["owner", *(["member"] if rng.random() < extra else []), *(["installer"] if rng.random() < 0.06 else [])]


def _invite(number: int, account: Account, role: str, rng: Random) -> AppUser:
    country = account.country_code
    given = rng.choice(personal.GIVEN_NAMES[country])
    household_owner = account.kind == "household" and role == "owner"
    family = account.display_name if household_owner else rng.choice(personal.FAMILY_NAMES[country])
    return AppUser(
        user_id=number,
        account_id=account.account_id,
        email=personal.email(given, family, number),
        phone=personal.phone(country, rng) if rng.random() < 0.8 else None,
        given_name=given,
        family_name=family,
        birth_date=date(rng.randrange(1948, 2001), rng.randrange(1, 13), rng.randrange(1, 29))
        if household_owner
        else None,
        role=role,
        password_hash=f"$argon2id$v=19$m=65536,t=3,p=4${rng.getrandbits(128):032x}",
        email_verified=rng.random() < 0.96,
        locale=LOCALE[country],
        last_login_at=None,
        last_login_ip=None,
        created_at=account.created_at + timedelta(minutes=0 if role == "owner" else rng.randrange(60, 40_000)),
    )


def give_addresses(accounts: list[Account], seed: int) -> list[Address]:
    """One billing address an account, and a site address for those whose panels are elsewhere."""
    rng = stream(seed, "addresses")
    wanted = [(a, purpose) for a in accounts for purpose in ("billing", *(["site"] if rng.random() < 0.15 else []))]
    return [_address(number, account, purpose, rng) for number, (account, purpose) in enumerate(wanted, start=1)]


def _address(number: int, account: Account, purpose: str, rng: Random) -> Address:
    country = account.country_code
    city, prefix, _, _ = rng.choice(personal.CITIES[country])
    return Address(
        number, account.account_id, purpose, rng.choice(personal.STREETS[country]), str(rng.randrange(1, 140)),
        personal.postcode(country, prefix, rng), city, country, f"[{account.created_at.date()},)",
    )  # fmt: skip


def record_consents(users: list[AppUser], seed: int) -> Iterator[Consent]:
    """Consents as given when signing up."""
    rng = stream(seed, "consents")
    for user in users:
        ip = personal.ip_address(rng)
        for purpose, share in (("terms", 1.0), ("marketing_email", 0.5), ("data_sharing", 0.3), ("research", 0.2)):
            if purpose == "terms" or rng.random() < 0.7:
                yield Consent(user.user_id, purpose, user.created_at, rng.random() < share, ip, None)
