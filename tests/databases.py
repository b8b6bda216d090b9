"""Test databases are copies of one that was migrated once: migrating takes a minute, copying a second.

The template is named after what the migrations say, so that a change of theirs makes another; old ones are removed.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "concord_template_"
LOCK = 7_350_114
KEPT_DAYS = 2
SYSTEM = ("django", "django-pgtrigger", "django-celery-beat", "django-allauth")  # bring migrations of their own

_OLD = """
    SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s
        AND coalesce(shobj_description(oid, 'pg_database')::date, current_date) < current_date - %s
"""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Name the template before pytest-django makes the database."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = _template()


def _template() -> str:
    """Return the name of the migrated database, made where it is not there; one process makes it, others wait."""
    name = f"{PREFIX}{_digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _make(cursor, name)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _make(cursor: Any, name: str) -> None:
    run = cursor.execute
    run(_OLD, [PREFIX, name, KEPT_DAYS])
    for (old,) in cursor.fetchall():
        run(f'DROP DATABASE IF EXISTS "{old}"')
    run(f'DROP DATABASE IF EXISTS "{name}_half"')
    run(f'CREATE DATABASE "{name}_half"')
    _migrate(f"{name}_half")
    run(f'ALTER DATABASE "{name}_half" RENAME TO "{name}"')
    run(f"COMMENT ON DATABASE \"{name}\" IS '{_today(cursor)}'")


def _migrate(name: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _today(cursor: Any) -> str:
    cursor.execute("SELECT current_date::text")
    return str(cursor.fetchone()[0])


def _digest() -> str:
    told = sha256("".join(f"{one}{version(one)}" for one in SYSTEM).encode())
    told.update(" ".join(settings.INSTALLED_APPS).encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]
