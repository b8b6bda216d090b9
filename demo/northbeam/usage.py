"""How people use the app: sessions, feature flags, preferences, keys, and one table nobody can explain."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from demo.northbeam import personal
from demo.northbeam.chance import DAY, days_between, midnight, moment, new_uuid, stream
from demo.northbeam.customers import Account, AppUser

HABITS = (0.62, 0.3, 0.12, 0.025, 0.0)  # chance of a session on one day: from every other day to never
HABIT_WEIGHTS = (8, 20, 32, 22, 18)
AGENTS = {
    "web": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "ios": "NorthbeamApp/5.3 (iPhone; iOS 18.4)",
    "android": "NorthbeamApp/5.3 (Android 15)",
}


class LoginSession(NamedTuple):
    session_id: uuid.UUID
    user_id: int
    client: str
    app_version: str | None
    started_at: datetime
    ended_at: datetime
    ip_address: str
    user_agent: str
    used_mfa: bool


class FeatureFlag(NamedTuple):
    flag_key: str
    description: str | None
    enabled: bool
    rollout_percent: int
    rules: list[dict[str, Any]]
    owner_handle: str | None
    created_on: date


class FlagOverride(NamedTuple):
    flag_key: str
    account_id: int
    enabled: bool


class NotificationPreference(NamedTuple):
    user_id: int
    weekly_report: bool
    alerts_push: bool
    alerts_email: bool
    quiet_from: time | None
    quiet_until: time | None


class ApiKey(NamedTuple):
    key_id: uuid.UUID
    account_id: int
    key_hash: bytes
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class SavingsGoal(NamedTuple):
    account_id: int
    year: int
    goal_kwh: float
    goal_kind: str


class Cryptic(NamedTuple):
    """Rows of app.t_usr_x2: a key-value store of 2021 that a nightly script still fills."""

    uid: int
    k1: str
    v1: str | None
    flg: int
    dt_u: datetime


class Migrated(NamedTuple):
    """Rows of app.tmp_migration_2024, forgotten after the move to new account numbers."""

    old_id: int
    new_id: int
    migrated: bool


def sign_in(users: list[AppUser], accounts: list[Account], first: date, today: date, seed: int) -> list[LoginSession]:
    """Sessions from `first` to yesterday; a closed account's people come no more."""
    rng = stream(seed, "sessions")
    closed = {account.account_id: account.closed_at for account in accounts}
    habits = {user.user_id: rng.choices(HABITS, HABIT_WEIGHTS)[0] for user in users}
    sessions = []
    for day in days_between(first, today - DAY):
        for user in users:
            end = closed[user.account_id]
            present = user.created_at.date() < day and (end is None or day < end.date())
            if rng.random() < habits[user.user_id] and present:
                sessions.append(_session(user, day, rng))
    return sorted(sessions, key=lambda session: session.started_at)


def _session(user: AppUser, day: date, rng: Random) -> LoginSession:
    started = moment(day, rng)
    client = rng.choice(("web", "ios", "ios", "android"))
    return LoginSession(
        new_uuid(rng), user.user_id, client, None if client == "web" else "5.3.1", started,
        started + timedelta(seconds=rng.randrange(30, 3000)), personal.ip_address(rng), AGENTS[client],
        rng.random() < 0.3,
    )  # fmt: skip


def remember_last_login(users: list[AppUser], sessions: list[LoginSession]) -> list[AppUser]:
    """The users with the time and address of their latest session."""
    latest = {session.user_id: session for session in sessions}
    return [_remember(user, latest.get(user.user_id)) for user in users]


def _remember(user: AppUser, session: LoginSession | None) -> AppUser:
    if session is None:
        return user
    return user._replace(last_login_at=session.started_at, last_login_ip=session.ip_address)


def feature_flags(today: date) -> list[FeatureFlag]:
    rule = [{"if": {"country": ["SE"]}, "then": True}]
    return [
        FeatureFlag("live_view", "Five-second power on the start page.", True, 100, [], "fleet-team", date(2023, 4, 2)),
        FeatureFlag("battery", "Charge plan of the battery.", True, 100, [], "fleet-team", date(2024, 1, 15)),
        FeatureFlag("forecast", "Tomorrow's production, hour by hour.", True, 100, [], "data-team", date(2024, 6, 3)),
        FeatureFlag("ev_charging", "Charge the car with surplus.", True, 20, rule, "growth-team", today - DAY * 50),
        FeatureFlag("new_onboarding", None, True, 50, [], None, today - DAY * 34),
        FeatureFlag("old_dashboard", None, False, 0, [], None, date(2022, 11, 20)),
    ]


def flag_overrides(accounts: list[Account], seed: int) -> list[FlagOverride]:
    rng = stream(seed, "flag overrides")
    chosen = sorted(rng.sample([account.account_id for account in accounts], 24))
    return [FlagOverride("ev_charging", account_id, rng.random() < 0.8) for account_id in chosen]


def preferences(users: list[AppUser], seed: int) -> Iterator[NotificationPreference]:
    rng = stream(seed, "preferences")
    for user in users:
        quiet = (time(22), time(7)) if rng.random() < 0.3 else (None, None)
        yield NotificationPreference(user.user_id, rng.random() < 0.8, rng.random() < 0.6, rng.random() < 0.2, *quiet)


def api_keys(accounts: list[Account], today: date, seed: int) -> list[ApiKey]:
    rng = stream(seed, "api keys")
    businesses = [account for account in accounts if account.kind == "business"]
    return [_api_key(account, today, rng) for account in businesses if rng.random() < 0.5]


def _api_key(account: Account, today: date, rng: Random) -> ApiKey:
    used = midnight(today) - timedelta(hours=rng.randrange(1, 900)) if rng.random() < 0.7 else None
    scopes = rng.choice((["readings:read"], ["readings:read", "devices:read"]))
    used = max(used, account.created_at) if used else None
    return ApiKey(new_uuid(rng), account.account_id, rng.randbytes(32), scopes, account.created_at, used, None)


def savings_goals(accounts: list[Account], today: date, seed: int) -> list[SavingsGoal]:
    rng = stream(seed, "savings goals")
    keen = [account for account in accounts if rng.random() < 0.35]
    return [
        SavingsGoal(a.account_id, today.year, float(rng.randrange(500, 6000, 100)), "self_consumption") for a in keen
    ]


def cryptic_rows(users: list[AppUser], today: date, seed: int) -> Iterator[Cryptic]:
    rng = stream(seed, "cryptic")
    for user in users[::3]:
        for key in ("lcl", "pf7", "xm"):
            updated = (midnight(today) - timedelta(hours=rng.randrange(3, 4000))).replace(tzinfo=None)
            yield Cryptic(user.user_id, key, rng.choice((None, "0", "1", "A2")), rng.randrange(3), updated)


def migrated_rows(accounts: list[Account]) -> list[Migrated]:
    return [Migrated(account.account_id + 70_000, account.account_id, True) for account in accounts[:120]]
