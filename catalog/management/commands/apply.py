"""``manage.py apply DIR --as ada --dry-run``, and ``--write`` the other way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from catalog.management.commands.table import found_person, read_wanted
from catalog.tabular.applying import Part, apply_folder
from catalog.tabular.as_code import DATASETS, read_folder, write_folder
from catalog.tabular.importing import NotTaken
from core.tabular.asking import split
from core.tabular.reading import Unreadable

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Makes what people say of data what a folder of YAML files says, all of it or nothing; or writes the folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("narrowed", nargs="*", metavar="FILTER", help="With --write: as source=crm.")
        parser.add_argument("--as", dest="username", metavar="USERNAME", required=True, help="Who does it.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
        parser.add_argument("--why", default="", help="Kept with the change.")
        parser.add_argument("--write", action="store_true", help="Write the folder from the catalog instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        person, folder = found_person(options["username"]), options["folder"]
        try:
            if options["write"]:
                _, wanted = split(read_wanted(DATASETS, options["narrowed"]))
                self.stdout.write(f"{write_folder(person, folder, wanted):,} files in {folder}")
                return
            said = read_folder(folder)
            parts = apply_folder(actor=person, said=said, why=options["why"], dry_run=options["dry_run"])
        except (OSError, Unreadable, NotTaken) as error:
            raise CommandError(str(error)) from error
        for part in parts:
            self._tell(part)
        if refused := sum(part.plan.refused for part in parts):
            raise CommandError(f"Nothing would be changed: {refused:,} refused.")
        changed, rows = sum(part.plan.changed for part in parts), sum(part.plan.rows for part in parts)
        self.stdout.write(f"{changed:,} changed, {rows - changed:,} unchanged")

    def _tell(self, part: Part) -> None:
        for one in part.plan.differences:
            self.stdout.write(f"{part.places[one.line - 1]}: {one.key} {one.column}: {one.before!r} → {one.after!r}")
        for refusal in part.plan.refusals:
            self.stdout.write(f"{part.places[refusal.line - 1]}: {refusal.column} {refusal.reason}")
