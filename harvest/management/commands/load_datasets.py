"""``manage.py load_datasets datasets.jsonl.gz --source portal``"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from catalog.models import Source
from harvest import pushed, pushed_lines
from harvest.services import AlreadyActive, NotPossible


class Command(BaseCommand):
    help = "Registers the datasets of a file, one JSON object a line, in a source that is filled by hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON lines, plain or gzipped")
        parser.add_argument("--source", help="short name of the source; else the file's name; made where there is none")
        parser.add_argument("--name", help="what to call a source that is made")
        parser.add_argument("--skip-bad", action="store_true", help="leave bad lines out instead of writing nothing")
        parser.add_argument("--replace", action="store_true", help="archive what the file does not hold")

    def handle(self, *args: Any, **options: Any) -> None:
        started, file = perf_counter(), options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        source, made = _source(options["source"] or file.name.partition(".")[0], options["name"])
        try:
            loaded = pushed.load(source, file, skip_bad=options["skip_bad"], replace=options["replace"])
        except (pushed_lines.BadFile, pushed.Busy, AlreadyActive, NotPossible, OSError, EOFError) as error:
            if made:
                source.delete()
            raise CommandError(_refusal(error)) from None
        self._tell(source, loaded, perf_counter() - started)

    def _tell(self, source: Source, loaded: pushed.Loaded, seconds: float) -> None:
        run, counts = loaded.run, loaded.counts
        for bad in loaded.bad[: pushed_lines.MOST_TOLD]:
            self.stderr.write(self.style.WARNING(f"Left out {bad}"))
        if loaded.ignored:
            self.stderr.write(f"Not kept, for they mean nothing here: {', '.join(sorted(loaded.ignored))}.")
        if loaded.repeated:
            self.stderr.write(f"Named twice, the first was kept: {', '.join(loaded.repeated[:10])}.")
        self.stdout.write(
            f"{source.slug}: {run.datasets_read:,} datasets, {run.fields_read:,} fields in {seconds:.1f} s; "
            f"{counts.added:,} added, {counts.changed:,} changed, {counts.archived:,} archived, "
            f"{counts.restored:,} brought back, {len(loaded.bad):,} lines left out"
        )


def _source(wanted: str, name: str | None) -> tuple[Source, bool]:
    """Return the source to fill, and whether it was made for this."""
    slug = slugify(wanted)
    if not slug:
        raise CommandError("Name the source with --source, in letters, digits and dashes.")
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        return Source.objects.create(slug=slug, name=name or wanted, kind=pushed.KIND, samples=False), True
    if found.kind != pushed.KIND:
        raise CommandError(f"“{slug}” is harvested ({found.kind}) and cannot be filled from a file. Choose another.")
    return found, False


def _refusal(error: Exception) -> str:
    nothing = "Nothing was written. Correct them, or leave them out with --skip-bad."
    if isinstance(error, pushed_lines.BadFile):
        return f"{error}\n{nothing}"
    return str(error)
