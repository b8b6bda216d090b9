"""A SQLite source with subscriptions and their log, a workflow over it, and how to look at it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from catalog.models import Dataset, Source
from definitions.models import Transition, Workflow
from tests.definitions.factories import DefinitionFactory, StateFactory, WorkflowFactory
from tests.factories import DatasetFactory, FieldFactory, SourceFactory

SUBSCRIPTIONS = (("id", "integer"), ("status", "string"), ("paid", "string"))
LOG = (("subscription", "integer"), ("entered", "string"), ("at", "timestamp"))
STATES = ("trial", "active", "cancelled")


class Stage:
    """`subscription` and `subscription_log` in a file, registered and known to the catalog."""

    def __init__(self, folder: Path, name: str = "billing") -> None:
        self.file = folder / f"{name}.sqlite3"
        self.execute("create table subscription (id integer, status text, paid text)")
        self.execute("create table subscription_log (subscription integer, entered text, at timestamp)")
        self.source: Source = SourceFactory.create(
            name=name.capitalize(), kind="sqlalchemy", config={"url": f"sqlite:///{self.file}"}
        )
        self.subscription = self._dataset("subscription", SUBSCRIPTIONS)
        self.log = self._dataset("subscription_log", LOG)

    def _dataset(self, name: str, fields: tuple[tuple[str, str], ...]) -> Dataset:
        dataset: Dataset = DatasetFactory.create(source=self.source, path=name)
        for position, (field, kind) in enumerate(fields, 1):
            FieldFactory.create(dataset=dataset, name=field, type=kind, native_type=kind, position=position)
        return dataset

    def execute(self, statement: str, *rows: tuple[Any, ...]) -> None:
        connection = sqlite3.connect(self.file)
        with connection:
            if rows:
                connection.executemany(statement, rows)
            else:
                connection.execute(statement)
        connection.close()

    def add(self, *rows: tuple[Any, ...]) -> None:
        """Put in subscriptions: (id, status, paid)."""
        self.execute("insert into subscription values (?, ?, ?)", *rows)

    def enter(self, *rows: tuple[Any, ...]) -> None:
        """Put entries into the log: (subscription, entered, at)."""
        self.execute("insert into subscription_log values (?, ?, ?)", *rows)

    def workflow(self, *, logged: bool = True, criteria: dict[str, str] | None = None) -> Workflow:
        """A workflow trial → active → cancelled, bound to the subscriptions and, if `logged`, to their log."""
        made: Workflow = WorkflowFactory.create(slug="subscription", name="Subscription", key_fields=["id"])
        log = {
            "event_dataset": self.log, "event_key": ["subscription"], "event_state": "entered", "event_time": "at",
        }  # fmt: skip
        states = {}
        for name in STATES:
            binding = {
                "dataset": self.subscription,
                "key_fields": ["id"],
                "event_value": name,
                **(log if logged else {}),
            }
            text = (criteria or {}).get(name, f"status = '{name}'")
            definition = DefinitionFactory.create(
                name=f"{name} subscription", kind="state", criterion=text, bindings=[binding]
            )
            kind = {"trial": "initial", "cancelled": "final"}.get(name, "intermediate")
            states[name] = StateFactory.create(workflow=made, definition=definition, kind=kind)
        for before, after in (("trial", "active"), ("active", "cancelled"), ("trial", "cancelled")):
            Transition.objects.create(workflow=made, from_state=states[before], to_state=states[after])
        return made
