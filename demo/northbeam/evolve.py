"""The second act: release 5.4 of the platform changes schemas, and the warehouse and the CRM follow.

A column goes (breaking), columns come, a type changes, a table comes and a forgotten one goes, a CSV file gains a
column. Harvest before and after to see the history.
"""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

from psycopg2 import extensions

from demo.northbeam.billing_export import write_csv
from demo.northbeam.scripts import FOLDER

RELEASE = FOLDER / "evolve"


def evolve_database(connection: extensions.connection, name: str) -> None:
    """Apply the release to the `platform` or the `warehouse`. Raises where it was applied before."""
    with connection.cursor() as cursor:
        cursor.execute((RELEASE / f"{name}.sql").read_text())


def evolve_crm(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript((RELEASE / "crm.sql").read_text())


def evolve_billing_export(folder: Path) -> None:
    """The provider adds the network of the card to the latest month of charges."""
    latest = max(folder.glob("charges/month=*/charges.csv"))
    with latest.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    brands = ("visa", "mastercard", "")
    write_csv(latest, [*header, "card_network"], [[*row, brands[len(row[0] + row[2]) % 3]] for row in rows])


def is_evolved(connection: extensions.connection) -> bool:
    """Whether the platform has had the release."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('app.survey_answer') IS NOT NULL")
        row = cursor.fetchone()
    return bool(row and row[0])
