"""`manage.py harvest SOURCE|URL`: one harvest in the foreground."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from catalog.models import Source
from harvest import services
from harvest.connecting import split_config
from harvest.connectors.base import ConnectorError
from harvest.connectors.registry import connector_for_url
from harvest.engine import Busy, execute
from harvest.models import Run


class Command(BaseCommand):
    help = "Harvest a registered source, by its short name, or a database or folder by its URL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="short name of a source, or a URL such as postgresql://host/database")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
        parser.add_argument("--include", action="append", default=[], metavar="GLOB", help="only these datasets")
        parser.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="not these datasets")
        parser.add_argument("--name", default="", help="what to call a source registered from a URL")
        parser.add_argument("--confirm", action="store_true", help="agree to whatever has vanished")
        parser.add_argument("--no-samples", action="store_true", help="do not look at values (new sources)")
        parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        source, registered = self._source(options)
        try:
            run = self._run(source, options)
        finally:
            if registered and options["dry_run"]:
                source.delete()
        self._print(run, options["json"])
        if run.state != Run.State.SUCCEEDED:
            raise CommandError(run.message or f"The harvest ended as “{run.get_state_display()}”.")

    def _source(self, options: dict[str, Any]) -> tuple[Source, bool]:
        """Return the source and whether it was registered just now."""
        known = Source.objects.filter(slug=options["source"]).first()
        if known is None and not _is_url(options["source"]):
            names = ", ".join(Source.objects.values_list("slug", flat=True)[:20]) or "none yet"
            raise CommandError(f"There is no source “{options['source']}”. Give a URL, or one of: {names}.")
        if known is None:
            return self._from_url(options)
        if options["include"] or options["exclude"]:
            values = {"include": options["include"], "exclude": options["exclude"]}
            services.update_source(source=known, actor=None, **values)
        return known, False

    def _from_url(self, options: dict[str, Any]) -> tuple[Source, bool]:
        try:
            connector = connector_for_url(options["source"])
            config = connector.Config.from_url(options["source"])
        except (ConnectorError, ValueError) as error:
            raise CommandError(str(error)) from None
        shown, _ = split_config(config)
        known = Source.objects.filter(kind=connector.kind, config=shown, retired_at=None).first()
        if known:
            services.update_source(source=known, actor=None, config=config)
            return known, False
        source = services.register_source(
            actor=None,
            name=options["name"] or config.default_name(),
            kind=connector.kind,
            config=config,
            include=options["include"],
            exclude=options["exclude"],
            samples=not options["no_samples"],
        )
        return source, True

    def _run(self, source: Source, options: dict[str, Any]) -> Run:
        try:
            run = services.start_run(
                source=source, actor=None, trigger=Run.Trigger.COMMAND, dry=options["dry_run"], send_now=False
            )
        except services.AlreadyActive as error:
            raise CommandError(f"{error} Run {error.run.pk} is under way; cancel it or wait.") from None
        run.confirmed = options["confirm"]
        run.save(update_fields=["confirmed"])
        try:
            with _Bar(source, quiet=options["json"]) as watch:
                execute(run, watch)
        except Busy:
            raise CommandError("A worker is harvesting this source at this moment.") from None
        except KeyboardInterrupt:
            Run.objects.filter(pk=run.pk).update(state=Run.State.CANCELLED, message="Stopped from the keyboard.")
            raise CommandError("Stopped. What was already known is unchanged.") from None
        return run

    def _print(self, run: Run, as_json: bool) -> None:
        seconds = run.duration.total_seconds() if run.duration else 0.0
        if as_json:
            counters = {name: getattr(run, name) for name in _COUNTERS}
            outcome = {"run": run.pk, "source": run.source.slug, "state": run.state, "seconds": round(seconds, 3)}
            self.stdout.write(json.dumps(outcome | counters | {"message": run.message, "diff": run.diff}, default=str))
            return
        what = "would be" if run.dry else "were"
        unchanged = "; nothing had changed" if run.unchanged else ""
        self.stdout.write(f"{run.source.name}: {run.get_state_display()} in {seconds:.1f} s{unchanged}")
        self.stdout.write(
            f"  {run.datasets_read:,} datasets, {run.fields_read:,} fields read; {run.added:,} {what} added, "
            f"{run.changed:,} changed, {run.archived:,} archived, {run.restored:,} brought back"
        )
        for problem in run.problems.all()[:20]:
            self.stdout.write(self.style.WARNING(f"  {problem.object}: {problem.message}"))


_COUNTERS = (
    "dry", "unchanged", "datasets_read", "fields_read", "added", "changed", "archived", "restored", "profiled",
    "problem_count",
)  # fmt: skip


def _is_url(text: str) -> bool:
    return "://" in text or text.startswith(("/", "~", "."))


class _Bar:
    """A progress bar on the terminal, fed by the run's counters."""

    def __init__(self, source: Source, *, quiet: bool) -> None:
        console = Console(stderr=True, quiet=quiet)
        self._bar = Bar(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task(source.name, total=None)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def __call__(self, run: Run) -> None:
        profiling = run.phase == Run.Phase.PROFILE
        done, total = (run.profiled, run.to_profile) if profiling else (run.datasets_read, run.datasets_expected)
        label = f"{run.source.name}: {run.get_phase_display()}"
        self._bar.update(self._task, description=label, completed=done, total=total or None)
