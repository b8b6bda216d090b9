"""``manage.py table datasets --format parquet --as ada -o datasets.parquet``, and ``--from datasets.csv`` back."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from catalog.tabular.importing import NotTaken, Plan, import_table, plan_import
from core.api.problems import BadParameters, errors_of
from core.tabular.asking import query_of, split
from core.tabular.collections import Collection, collections, find_collection
from core.tabular.reading import Unreadable, format_of, read_table
from core.tabular.writing import FORMATS, TooMuch
from permissions.models import User
from permissions.tabular.exporting import table_for

if TYPE_CHECKING:
    from argparse import ArgumentParser


LONGEST_SHOWN = 80  # characters of a cell


class Command(BaseCommand):
    help = (
        "Writes a table, as far as a person may know of it, or with --from brings one back; without a name, says which "
        "there are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="The table, as datasets or fields.")
        parser.add_argument("narrowed", nargs="*", metavar="FILTER", help="As source=crm; the API's parameters.")
        parser.add_argument("--format", choices=list(FORMATS), default="csv")
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="Whose eyes to read with.")
        parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="A file to bring back.")
        parser.add_argument("--dry-run", action="store_true", help="Say what that would change, and change nothing.")
        parser.add_argument("--why", default="", help="Kept with the change.")
        parser.add_argument("-o", "--output", type=Path, help="Where it goes; else it is printed.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] is None:
            for one in collections().values():
                self.stdout.write(f"{one.name:16}{one.about}")
            return
        person = found_person(options["username"])
        collection = found_table(person, options["name"])
        if options["source"]:
            self._bring(person, collection, options)
            return
        _, wanted = split(read_wanted(collection, options["narrowed"]))
        try:
            table = table_for(person, collection, wanted, FORMATS[options["format"]])
        except TooMuch as error:
            raise CommandError(str(error)) from error
        with table.file:
            self._write(table.file, options["output"])
        if options["output"]:
            self.stdout.write(f"{table.rows:,} rows of {collection.name}, as {person.username} may know of them.")

    def _bring(self, person: User, collection: Collection, options: dict[str, Any]) -> None:
        """Make the table what a file says, all of it or nothing."""
        if not collection.edits:
            raise CommandError(f"The table “{collection.name}” is only taken away.")
        try:
            with options["source"].open("rb") as file:
                given = read_table(file, format_of(options["source"].name))
                asked: dict[str, Any] = {"actor": person, "collection": collection, "given": given}
                dry = options["dry_run"]
                plan = plan_import(**asked) if dry else import_table(**asked, why=options["why"])
        except (OSError, Unreadable) as error:
            raise CommandError(str(error)) from error
        except NotTaken as error:
            self._tell(error.plan)
            raise CommandError(str(error)) from error
        self._tell(plan)
        if plan.refused:
            raise CommandError("Nothing would be changed.")

    def _tell(self, plan: Plan) -> None:
        for one in plan.differences:
            self.stdout.write(f"{one.key} {one.column}: {_short(one.before)} → {_short(one.after)}")
        for refusal in plan.refusals:
            self.stdout.write(f"line {refusal.line:,} {refusal.column}: {refusal.reason}")
        self.stdout.write(f"{plan.changed:,} changed, {plan.unchanged:,} unchanged, {plan.refused:,} refused")

    def _write(self, file: Any, output: Path | None) -> None:
        if output is None:
            shutil.copyfileobj(file, sys.stdout.buffer)
            return
        try:
            with output.open("wb") as out:
                shutil.copyfileobj(file, out)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")


def found_person(username: str | None) -> User:
    """The person whose eyes and hands a command uses. Raises `CommandError`."""
    if not username:
        raise CommandError("Name a person with --as USERNAME: a table holds what they may know of.")
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no active person “{username}”.")
    return person


def found_table(person: User, name: str) -> Collection:
    """The collection so called. Raises `CommandError`."""
    found = find_collection(person, name)
    if found is None:
        raise CommandError(f"There is no table “{name}”. Known are: {', '.join(collections())}.")
    return found


def read_wanted(collection: Collection, pairs: list[str]) -> dict[str, Any]:
    """What narrows a table, from pairs as source=crm. Raises `CommandError`."""
    query = QueryDict(mutable=True)
    for pair in pairs:
        name, _, value = pair.partition("=")
        query.appendlist(name, value)
    try:
        return query_of(collection).read(query)
    except BadParameters as error:
        raise CommandError(
            " ".join(f"{one.get('parameter', '')}: {one['detail']}" for one in errors_of(error))
        ) from error
