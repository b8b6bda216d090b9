"""What tests of harvest pages share: a real database file, people with a role each, and runs done at once."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from catalog.models import Source
from harvest import services
from harvest.connectors.sql import SQLConnector
from harvest.engine import execute
from harvest.models import Run
from permissions.models import Role, RoleGrant, User
from tests.factories import UserFactory

CRM = """
    create table contacts (id integer primary key, email text, city text);
    insert into contacts (email, city) values ('ann@example.org', 'Oslo'), ('bo@example.org', 'Bergen');
    create table notes (id integer primary key, text text, about integer, kind text);
    create table orders_old (id integer primary key, customer_id integer, total real, placed text, state text);
"""


def make_file(folder: Path, script: str = CRM) -> Path:
    path = folder / "crm.db"
    change(path, script)
    return path


def change(path: Path, script: str) -> None:
    with sqlite3.connect(path) as database:
        database.executescript(script)
    database.close()


def register(path: Path, owner: User | None, **values: Any) -> Source:
    config = SQLConnector.Config.from_url(f"sqlite:///{path}")
    return services.register_source(actor=owner, kind="sqlalchemy", config=config, **{"name": "CRM file"} | values)


def harvest(source: Source, **values: Any) -> Run:
    """A run from its start to its end."""
    source.refresh_from_db()
    run = services.start_run(source=source, actor=source.owner, send_now=False, **values)
    return finish(run)


def finish(run: Run) -> Run:
    """Do what a worker would do with a queued run."""
    execute(run)
    run.refresh_from_db()
    return run


def engineer(username: str = "erin") -> User:
    """Somebody who may connect sources."""
    person = UserFactory.create(username=username)
    RoleGrant.objects.create(role=Role.ENGINEER, person=person)
    return person
