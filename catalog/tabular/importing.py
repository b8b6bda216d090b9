"""Tables on their way in: what a file would change, and changing it, all or nothing, as one edit."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from catalog.curation.outcome import Refused
from catalog.curation.services import edit_many
from catalog.models import Edit
from catalog.tabular.staging import Columns, Line, differing, sorted_columns, staged
from catalog.vocabulary.making import MADE_HERE, begin_word
from core.tabular.collections import Kind
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from catalog.curation.staging import Row
    from core.tabular.collections import Collection, Column
    from core.tabular.reading import Given
    from permissions.models import User

SHOWN = 500  # differences and refusals that are told one by one; all are counted
LOCK = 7_205_733  # two imports wait for each other: the second sees what the first did


class Difference(NamedTuple):
    """A cell that changes."""

    line: int
    key: str
    column: str
    before: str
    after: str


class Refusal(NamedTuple):
    """Why a row is not taken; `column` is empty for what is about the whole row."""

    line: int
    column: str
    reason: str


@dataclass
class Plan:
    """What a file changes, or would. `digest` stands for all of it; `edit` is what was done."""

    rows: int = 0
    changed: int = 0
    made: int = 0  # of those changed
    refused: int = 0
    differences: list[Difference] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    digest: str = ""
    edit: Edit | None = None

    @property
    def unchanged(self) -> int:
        return self.rows - self.changed - self.refused


class NotTaken(Exception):
    """Nothing was changed; `plan` says why."""

    def __init__(self, plan: Plan, reason: str) -> None:
        super().__init__(reason)
        self.plan = plan


def plan_import(*, actor: User, collection: Collection, given: Given) -> Plan:
    """Return what an import would do: it is done, and undone. Raises `core.tabular.reading.Unreadable`."""
    with transaction.atomic():
        plan = _imported(actor, collection, given, why="", origin=Edit.Origin.IMPORT)
        transaction.set_rollback(True)
    plan.edit = None
    return plan


def import_table(
    *, actor: User, collection: Collection, given: Given, why: str = "", origin: str = Edit.Origin.IMPORT,
    agreed: str = "",
) -> Plan:  # fmt: skip
    """Make the table what a file says, all of it or nothing, as one edit; rows that it leaves out stay.

    `agreed` is the digest of what somebody looked at. Raises `Unreadable`, and `NotTaken` where a row is refused or
    something else than what was agreed to would be done.
    """
    with transaction.atomic():
        plan = _imported(actor, collection, given, why=why, origin=origin)
        if plan.refused:
            raise NotTaken(plan, f"Nothing was changed: {plan.refused:,} of {plan.rows:,} rows cannot be taken.")
        if agreed and agreed != plan.digest:
            raise NotTaken(plan, "Nothing was changed: this is not what you agreed to any more. Look again.")
    return plan


def import_within(edit: Edit, *, actor: User, collection: Collection, given: Given) -> Plan:
    """Import as a part of an edit that `catalog.curation.editing` began; whoever began it looks at what is refused."""
    return _imported(actor, collection, given, within=edit)


def _imported(
    actor: User, collection: Collection, given: Given, *, why: str = "", origin: str = Edit.Origin.IMPORT,
    within: Edit | None = None,
) -> Plan:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    columns = sorted_columns(collection, given.columns)
    plan = Plan(ignored=columns.ignored)
    with staged(actor, collection, given, columns) as plan.rows:
        changes = _Changes(plan, collection, columns, actor)
        rows = changes.rows(differing(actor, collection, columns))
        try:
            with transaction.atomic():
                done = edit_many(actor=actor, kind=collection.edits, rows=rows, why=why, origin=origin, within=within)
            plan.edit, plan.changed = done.edit, done.changed + plan.made
        except Refused as refused:
            changes.refuse_also(refused)
    plan.digest = changes.digest.hexdigest()
    return plan


class _Changes:
    """Makes rows for `edit_many` of lines that differ, and tells the plan of each."""

    def __init__(self, plan: Plan, collection: Collection, columns: Columns, actor: User) -> None:
        self._plan, self._collection, self._columns, self._actor = plan, collection, columns.written, actor
        self._lines = array("q")  # of the rows given on, by their place
        self._names = {column.fact: column.name for column in columns.written}
        self.digest = sha256()

    def rows(self, lines: Iterator[Line]) -> Iterator[Row]:
        for line in lines:
            if reason := self._misplaced(line):
                self._refuse(line.number, "", reason)
                continue
            if line.pk is None:
                yield from self._made(line)
                continue
            cells = zip(self._columns, line.given, line.now, line.who, strict=True)
            changed = [cell for cell in cells if not _same(*cell[:3])]
            if emptied := [column for column, given, _, who in changed if who == "harvest" and not _text(given)]:
                self._refuse(line.number, emptied[0].name, "The source says this. Write another text instead.")
            elif changed:
                self._tell(line, changed)
                yield line.pk, {column.fact: _value(column, given) for column, given, _, _ in changed}

    def _misplaced(self, line: Line) -> str:
        if line.twice:
            return "This row stands in the file more than once."
        if line.pk is not None or (self._collection.edits in MADE_HERE and may_manage_rules(self._actor)):
            return ""
        return f"There is no such {self._collection.edits}."

    def _made(self, line: Line) -> Iterator[Row]:
        """A word that is not there yet: made, and then written as any other row."""
        values = {
            str(column.fact): _value(column, cell)
            for column, cell in zip(self._columns, line.given, strict=True)
            if _text(cell)
        }
        try:
            made = begin_word(actor=self._actor, kind=self._collection.edits, slug=line.key, values=values)
        except Refused as refused:
            for one in refused.refusals:
                self._refuse(line.number, self._names.get(one.fact, ""), one.reason)
            return
        self._plan.made += 1
        given = [column for column in self._columns if column.fact in values]
        self._tell(line, [(column, str(values[str(column.fact)]), "", "") for column in given])
        yield made.pk, values

    def _tell(self, line: Line, changed: list[tuple[Column, str, str, str]]) -> None:
        self._lines.append(line.number)
        for column, given, now, _ in changed:
            self.digest.update(repr((line.pk, column.name, now, given)).encode())
            if len(self._plan.differences) < SHOWN:
                self._plan.differences.append(Difference(line.number, line.key, column.name, now, given))

    def _refuse(self, line: int, column: str, reason: str) -> None:
        self._plan.refused += 1
        self.digest.update(repr((line, reason)).encode())
        if len(self._plan.refusals) < SHOWN:
            self._plan.refusals.append(Refusal(line, column, reason))

    def refuse_also(self, refused: Refused) -> None:
        """Tell what the service refused, by line and column."""
        places = {one.place for one in refused.refusals}
        whole = refused.count == len(refused.refusals)
        before = self._plan.refused
        for one in refused.refusals:
            line = self._lines[one.place] if one.place < len(self._lines) else 0
            self._refuse(line, self._names.get(one.fact, ""), one.reason)
        self._plan.refused = before + (len(places) if whole else refused.count)
        self._plan.changed = max(0, len(self._lines) - len(places))


def _same(column: Column, given: str, now: str) -> bool:
    """Whether both say the same: spreadsheets write other ends of lines, and names in another order."""
    if column.kind is Kind.NAMES:
        return set(_names(given)) == set(_names(now))
    return _text(given) == _text(now)


def _text(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def _names(cell: str) -> list[str]:
    return cell.replace(",", " ").split()


def _value(column: Column, cell: str) -> Any:
    return _names(cell) if column.kind is Kind.NAMES else cell
