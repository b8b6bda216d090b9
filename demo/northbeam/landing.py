"""The nightly load: what the sources hold is copied into the warehouse's landing schema.

Last night's load of sessions failed, so `landing.platform_login_session` ends two days before today while the
others end yesterday; `landing.load_log` says so.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from psycopg2 import extensions

from demo.northbeam import billing_export, crm, lake
from demo.northbeam.chance import DAY, days_between, midnight
from demo.northbeam.copying import copy_query, copy_rows
from demo.northbeam.world import World

LOAD_DELAY = timedelta(hours=3, minutes=12)
LATE_TABLE = "landing.platform_login_session"
LOG_DAYS = 30

FROM_PLATFORM = {
    "landing.platform_account": """
        SELECT account_id, account_number, kind, status, display_name, country_code, fax_number, acquisition_channel,
               marketing_opt_in, created_at, closed_at FROM account.account""",
    "landing.platform_app_user": """
        SELECT user_id, account_id, email, phone, given_name, family_name, birth_date, role, locale, created_at
        FROM account.app_user""",
    "landing.platform_plan": """
        SELECT plan_code, name, audience, period, offered_from, retired_on FROM billing.plan""",
    "landing.platform_subscription": """
        SELECT subscription_id, account_id, plan_code, status, currency, monthly_minor, started_on, trial_ends_on,
               cancelled_at, cancel_reason FROM billing.subscription""",
    "landing.platform_subscription_event": """
        SELECT event_id, subscription_id, from_status, to_status, occurred_at, actor, note
        FROM billing.subscription_event""",
    "landing.platform_invoice": """
        SELECT invoice_id, invoice_number, account_id, subscription_id, status, issued_on, due_on, currency, net_minor,
               tax_minor, total_minor, paid_at FROM billing.invoice""",
    "landing.platform_payment": """
        SELECT payment_id, invoice_id, amount_minor, currency, status, provider_reference, failure_code, created_at
        FROM billing.payment""",
    "landing.platform_site": """
        SELECT s.site_id, s.account_id, a.city, a.postcode, a.country_code, s.peak_power_kw, s.has_battery, s.latitude,
               s.longitude, s.commissioned_on FROM fleet.site AS s JOIN account.address AS a USING (address_id)""",
    "landing.platform_device": """
        SELECT d.device_id, d.site_id, m.kind, m.manufacturer, d.model_code, d.serial_number, d.status,
               d.firmware_version, d.installed_on, d.last_seen_at
        FROM fleet.device AS d JOIN fleet.device_model AS m USING (model_code)""",
    "landing.platform_device_alert": """
        SELECT alert_id, device_id, code, severity, raised_at, cleared_at, details FROM fleet.device_alert""",
    "landing.platform_reading_daily": """
        SELECT site_id, reading_on, production_kwh, consumption_kwh, export_kwh, firmware_version, quality_flag,
               received_at FROM fleet.reading_daily""",
    LATE_TABLE: """
        SELECT session_id, user_id, client, started_at, ended_at, ip_address FROM app.login_session
        WHERE started_at < '{until}'""",
    "landing.platform_ticket": """
        SELECT t.ticket_id, t.account_id, a.handle, t.status, t.priority, t.channel, t.topic, t.opened_at,
               t.first_reply_at, t.solved_at, t.satisfaction
        FROM support.ticket AS t LEFT JOIN support.agent AS a USING (agent_id)""",
}


class LoadLog(NamedTuple):
    table_name: str
    day: date
    started_at: datetime
    finished_at: datetime | None
    row_count: int | None
    outcome: str
    message: str | None


def loaded_at(table: str, today: date) -> datetime:
    """When the table was last loaded: this morning, or the morning before where last night's load failed."""
    return midnight(today - DAY if table == LATE_TABLE else today) + LOAD_DELAY


def land(world: World, platform: extensions.connection, warehouse: extensions.connection) -> None:
    """Fill every table of the landing schema, and its log."""
    for table, query in FROM_PLATFORM.items():
        at = loaded_at(table, world.today)
        rows = query.format(until=midnight(at.date()))
        stamped = f"SELECT *, timestamptz '{at}' FROM ({rows}) AS rows"  # noqa: S608 - no text of others
        copy_query(platform, stamped, warehouse, table)
    for table, columns, values in _from_files(world):
        at = loaded_at(table, world.today)
        copy_rows(warehouse, table, [*columns, "_loaded_at"], ([*row, at] for row in values))
    _write_log(warehouse, world.today)


def _from_files(world: World) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    told = crm.tell(world)
    for name in ("campaign", "lead", "opportunity"):
        rows = told[name]
        yield f"landing.crm_{name}", rows[0]._fields, list(rows)
    charges = list(billing_export.charges(world))
    yield "landing.billing_charge", billing_export.Charge._fields, list(charges)
    events = [(event["event_id"], event["occurred_at"].date(), _payload(event)) for event in lake.app_events(world)]
    yield "landing.lake_app_event", ("event_id", "dt", "payload"), events


def _payload(event: dict[str, Any]) -> dict[str, Any]:
    return {"event_name": event["event_name"], "user": event["user"], "device": event["device"]}


def _write_log(warehouse: extensions.connection, today: date) -> None:
    """A line per table and night; the row counts are those of the last load."""
    with warehouse.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'landing' ORDER BY 1")
        tables = [f"landing.{name}" for (name,) in cursor.fetchall() if name != "load_log"]
    days = days_between(today - DAY * (LOG_DAYS - 1), today)
    entries = [_entry(table, day, today) for day in days for table in tables]
    copy_rows(warehouse, "landing.load_log", LoadLog._fields, entries)


def _entry(table: str, day: date, today: date) -> LoadLog:
    start = midnight(day) + LOAD_DELAY
    if table == LATE_TABLE and day == today:
        return LoadLog(table, day, start, None, None, "failed", "canceling statement due to statement timeout")
    return LoadLog(table, day, start, start + timedelta(seconds=40), None, "loaded", None)
