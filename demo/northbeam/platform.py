"""The product platform: the PostgreSQL database that the app, billing, fleet and help desk write."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from psycopg2 import extensions, sql

from demo.northbeam import customers, fleet, invoicing, subscriptions, support, usage
from demo.northbeam.chance import add_months, first_of_month
from demo.northbeam.copying import copy_rows
from demo.northbeam.flaws import back_to_trial, leave_while_paused, pause_without_a_log
from demo.northbeam.scripts import run_scripts
from demo.northbeam.world import World

Table = tuple[str, Iterable[tuple[Any, ...]]]


def build_platform(connection: extensions.connection, world: World) -> None:
    """Make every schema of the platform in an empty database and fill it."""
    run_scripts(connection, "platform")
    partition_readings(connection, world.first, world.today)
    for table, rows in tables(world):
        load(connection, table, rows)
    move_sequences(connection)


def partition_readings(connection: extensions.connection, first: date, today: date) -> None:
    """A partition a month, from the first reading to next month."""
    month, stop = first_of_month(first), add_months(first_of_month(today), 2)
    with connection.cursor() as cursor:
        while month < stop:
            name = sql.Identifier("fleet", f"reading_daily_{month:%Y_%m}")
            statement = sql.SQL("CREATE TABLE {} PARTITION OF fleet.reading_daily FOR VALUES FROM (%s) TO (%s)")
            cursor.execute(statement.format(name), [month, add_months(month, 1)])
            month = add_months(month, 1)


def load(connection: extensions.connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Copy named tuples into the table whose columns they name; nothing to do for none."""
    listed = list(rows)
    if listed:
        copy_rows(connection, table, listed[0]._fields, listed)  # type: ignore[attr-defined]


def move_sequences(connection: extensions.connection) -> None:
    """Let identities go on after the ids that were copied in."""
    identities = (
        "SELECT format('SELECT setval(%L, coalesce(max(%I), 1)) FROM %I.%I',"
        " pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name),"
        " column_name, table_schema, table_name)"
        " FROM information_schema.columns WHERE is_identity = 'YES'"
    )
    with connection.cursor() as cursor:
        cursor.execute(identities)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def tables(world: World) -> Iterator[Table]:
    """Every table with its rows, those that are referred to first."""
    yield from _account_tables(world)
    yield from _billing_tables(world)
    yield from _fleet_tables(world)
    yield from _support_tables(world)
    yield from _app_tables(world)


def _account_tables(world: World) -> Iterator[Table]:
    yield "account.account", world.accounts
    yield "account.app_user", world.users
    yield "account.address", world.addresses
    yield "account.consent", customers.record_consents(world.users, world.seed)
    yield "account.account_event", world.account_events


def _billing_tables(world: World) -> Iterator[Table]:
    yield "billing.plan", subscriptions.PLANS
    yield "billing.plan_price", subscriptions.price_list()
    yield "billing.discount", subscriptions.DISCOUNTS
    yield "billing.subscription", leave_while_paused(pause_without_a_log(world.subscriptions))
    yield "billing.subscription_event", back_to_trial(subscriptions.subscription_events(world.lives))
    yield "billing.payment_method", world.methods
    yield "billing.invoice", world.invoices
    yield "billing.invoice_line", invoicing.invoice_lines(world.invoices, world.lives, world.seed)
    yield "billing.payment", world.payments
    yield "billing.credit_note", invoicing.credit_notes(world.invoices, world.today, world.seed)


def _fleet_tables(world: World) -> Iterator[Table]:
    yield "fleet.installer", fleet.installers(world.seed, world.today)
    yield "fleet.grid_tariff", fleet.grid_tariffs()
    yield "fleet.site", world.sites
    yield "fleet.device_model", fleet.MODELS
    yield "fleet.firmware_release", fleet.firmware_releases(world.today)
    yield "fleet.device", world.devices
    yield "fleet.device_event", fleet.device_events(world.devices)
    yield "fleet.reading_daily", world.readings
    yield "fleet.device_alert", fleet.raise_alerts(world.devices, world.first, world.today, world.seed)


def _support_tables(world: World) -> Iterator[Table]:
    yield "support.agent", support.STAFF
    yield "support.ticket", world.tickets
    yield "support.ticket_event", support.ticket_events(world.tickets)
    yield "support.ticket_message", support.ticket_messages(world.tickets, world.users)
    yield "support.canned_reply", support.REPLIES


def _app_tables(world: World) -> Iterator[Table]:
    yield "app.login_session", world.sessions
    yield "app.feature_flag", usage.feature_flags(world.today)
    yield "app.flag_override", usage.flag_overrides(world.accounts, world.seed)
    yield "app.notification_preference", usage.preferences(world.users, world.seed)
    yield "app.api_key", usage.api_keys(world.accounts, world.today, world.seed)
    yield "app.savings_goal", usage.savings_goals(world.accounts, world.today, world.seed)
    yield "app.t_usr_x2", usage.cryptic_rows(world.users, world.today, world.seed)
    yield "app.tmp_migration_2024", usage.migrated_rows(world.accounts)
