"""``manage.py reindex``"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand
from rich.progress import Progress

from catalog.search import conf
from catalog.search.feed import catch_up
from catalog.search.store import Busy, Store


class Command(BaseCommand):
    help = "Builds this machine's search index anew; searches use the old one until it is done."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        try:
            done = self._build()
        except Busy:
            Store(conf.folder(), conf.fingerprint()).ask_for_rebuild()
            self.stdout.write("A running server writes this index: it has been asked to build a new one.")
            return
        seconds = perf_counter() - started
        self.stdout.write(f"{done:,} datasets in {seconds:.1f} s ({done / seconds:,.0f} a second), in {conf.folder()}")

    def _build(self) -> int:
        with Progress(transient=True) as bar:
            task = bar.add_task("Datasets", total=None)
            return catch_up(
                rebuild=True, progress=lambda done, there_are: bar.update(task, completed=done, total=there_are)
            )
