"""Rows on their way in: checked and cleaned by the thousand, then a parameter when few, a temporary table when many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection

from catalog.curation.outcome import Refusal, Refused
from core.copying import copy_lines, encode_row

if TYPE_CHECKING:
    from catalog.curation.kinds import Kind
    from permissions.models import User

Given = Mapping[str, Any]
Row = tuple[int | None, Given]  # the thing's id, and values by fact

BATCH = 5_000
FEW = 500  # rows that are one parameter
MOST_REFUSALS = 1_000
_FEW = "(SELECT * FROM jsonb_to_recordset(%(rows)s) AS few(thing_id bigint, given jsonb))"
_MANY = "stage_edit"


@dataclass
class Staged:
    """Rows of `thing_id` and `given`, cleaned values by fact, as SQL: `relation` with `parameters`."""

    rows: int = 0
    facts: set[str] = field(default_factory=set)
    held: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    sent: bool = False

    @property
    def relation(self) -> str:
        return _MANY if self.sent else _FEW

    @property
    def parameters(self) -> dict[str, Any]:
        return {} if self.sent else {"rows": json.dumps([{"thing_id": pk, "given": given} for pk, given in self.held])}

    def add(self, thing_id: int, given: dict[str, Any]) -> None:
        self.held.append((thing_id, given))
        self.facts |= {name.lstrip("+-") for name in given}
        self.rows += 1
        if len(self.held) >= (BATCH if self.sent else FEW + 1):
            self.send()

    def send(self) -> None:
        """Move what is held to the temporary table."""
        if not self.sent:
            with connection.cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE stage_edit (thing_id bigint, given jsonb)")
            self.sent = True
        copy_lines(_MANY, "thing_id, given", (encode_row(row) for row in self.held))
        self.held.clear()

    def finish(self) -> None:
        if self.sent:
            self.send()
            with connection.cursor() as cursor:
                cursor.execute("CREATE INDEX ON stage_edit (thing_id); ANALYZE stage_edit")


@contextmanager
def staged(kind: Kind, rows: Iterable[Row], actor: User) -> Iterator[Staged]:
    """Check and clean rows for `actor`. Raises `Refused` when any of them cannot be written."""
    stage, checker = Staged(), _Checker(kind, actor)
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        for thing_id, given in checker.check(batch):
            if not checker.count:
                stage.add(thing_id, given)
    if checker.count:
        drop(stage)
        raise Refused(checker.refusals, checker.count)
    stage.finish()
    yield stage
    drop(stage)


def drop(stage: Staged) -> None:
    if stage.sent:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE stage_edit")


class _Checker:
    """Tells what may be written from what may not, batch by batch."""

    def __init__(self, kind: Kind, actor: User) -> None:
        self._kind, self._actor = kind, actor
        self._seen: dict[int, int] = {}
        self._place = 0
        self.refusals: list[Refusal] = []
        self.count = 0

    def check(self, batch: list[Row]) -> list[tuple[int, dict[str, Any]]]:
        """Return the rows of a batch that can be written, cleaned."""
        start, self._place = self._place, self._place + len(batch)
        ids = {pk for pk, _ in batch if pk is not None}
        known = self._kind.known(self._actor, ids)
        fine = [
            (place, pk, dict(given))
            for place, (pk, given) in enumerate(batch, start)
            if pk is not None and self._is_known(place, pk, known)
        ]
        for place, (pk, _) in enumerate(batch, start):
            if pk is None:
                self._absent(place)
        self._refuse_unknown_facts(fine)
        self._require_duties(fine)
        self._clean(fine)
        return [(pk, given) for _, pk, given in fine]

    def _is_known(self, place: int, pk: int, known: set[int]) -> bool:
        if pk not in known:
            self._absent(place)
            return False
        if pk in self._seen:
            self._refuse(place, "", f"It stands in row {self._seen[pk] + 1:,} already.")
            return False
        self._seen[pk] = place
        return True

    def _absent(self, place: int) -> None:
        self._refuse(place, "", f"There is no such {self._kind.name}.")

    def _refuse_unknown_facts(self, rows: list[tuple[int, int, dict[str, Any]]]) -> None:
        for place, _, given in rows:
            for name in [one for one in given if not self._is_fact(one)]:
                del given[name]
                self._refuse(place, name, f"There is no such fact of a {self._kind.name}.")

    def _is_fact(self, name: str) -> bool:
        fact = self._kind.facts.get(name.lstrip("+-"))
        return fact is not None and fact.stated and (fact.members or name == fact.name)

    def _require_duties(self, rows: list[tuple[int, int, dict[str, Any]]]) -> None:
        facts = self._kind.facts
        asked = {(facts[name.lstrip("+-")].duty, facts[name.lstrip("+-")].labels) for _, _, row in rows for name in row}
        for duty, labels in sorted(asked):
            named = {one.name for one in facts.values() if (one.duty, one.labels) == (duty, labels)}
            concerned = {pk: place for place, pk, given in rows if named & {one.lstrip("+-") for one in given}}
            allowed = self._kind.writable_ids(self._actor, duty, concerned, labels=labels)
            for place in (place for pk, place in concerned.items() if pk not in allowed):
                self._refuse(place, "", f"You may not {duty.label} this {self._kind.name}.")

    def _clean(self, rows: list[tuple[int, int, dict[str, Any]]]) -> None:
        for name in sorted({name for _, _, given in rows for name in given}):
            concerned = [(place, given) for place, _, given in rows if name in given]
            cleaner = self._kind.facts[name.lstrip("+-")].cleaner
            values = cleaner.clean_many([given[name] for _, given in concerned], self._actor)
            for (place, given), value in zip(concerned, values, strict=True):
                if isinstance(value, ValidationError):
                    self._refuse(place, name.lstrip("+-"), " ".join(value.messages))
                else:
                    given[name] = value

    def _refuse(self, place: int, fact: str, reason: str) -> None:
        self.count += 1
        if len(self.refusals) < MOST_REFUSALS:
            self.refusals.append(Refusal(place, fact, reason))
