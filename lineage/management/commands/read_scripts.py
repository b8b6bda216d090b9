"""Reads a folder of SQL scripts for its lineage."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import Source
from lineage.models import Edge
from lineage.scripts import read_folder


class Command(BaseCommand):
    help = "Reads every .sql below a folder as a job that runs in a source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="short name of the source")
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--origin", choices=[Edge.Origin.SCRIPT, Edge.Origin.QUERY_LOG], default=Edge.Origin.SCRIPT,
            help="query_log for queries that were found in a log",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(slug=options["source"]).first()
        if source is None:
            raise CommandError(f"There is no source {options['source']}.")
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']} is no folder.")
        found = read_folder(source, options["folder"], origin=options["origin"])
        for problem in found.problems:
            self.stderr.write(problem)
        self.stdout.write(f"{found.read} scripts read, {len(found.problems)} problems, {found.closed} jobs closed.")
