"""`manage.py demo`: the fictional company Northbeam, its systems, people and catalog."""

from argparse import ArgumentParser
from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo import story
from demo.harvesting import HarvestFailed
from demo.northbeam.build import Places, evolved
from demo.northbeam.server import DemoError
from demo.northbeam.world import SEED
from demo.places import places
from demo.registering import registered, strangers, unregister_sources


class Command(BaseCommand):
    help = "Build the fictional company Northbeam: real databases and files, harvested into this catalog, with people."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove what an earlier run built, and build anew")
        parser.add_argument("--sources-only", action="store_true", help="build the sources and leave the catalog alone")
        parser.add_argument("--first-act", action="store_true", help="stop before release 5.4 changes the schemas")
        parser.add_argument("--second-act", action="store_true", help="only apply release 5.4, and harvest again")
        parser.add_argument("--force", action="store_true", help="even where the catalog has other sources")
        parser.add_argument("--today", type=_day, default=None, metavar="YYYY-MM-DD", help="the day the history ends")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed makes another Northbeam")
        parser.add_argument("--prefix", default="northbeam", help="begins the names of databases and role")

    def handle(self, *args: Any, **options: Any) -> None:
        start = perf_counter()
        try:
            self._tell(places(options["prefix"]), options)
        except (DemoError, HarvestFailed) as error:
            raise CommandError(str(error)) from error
        self.say(f"Done in {perf_counter() - start:.0f} s.")

    def _tell(self, where: Places, options: dict[str, Any]) -> None:
        if not options["sources_only"]:
            self._refuse_strangers(force=options["force"])
        if options["second_act"]:
            self._second_act(where)
            return
        if options["reset"]:
            self._remove(where, options)
        if options["sources_only"]:
            self._build(where, options)
        else:
            self._play(where, options)

    def _play(self, where: Places, options: dict[str, Any]) -> None:
        """Both acts, or what is missing of them."""
        told = where.built() and story.is_told()
        if not told:
            self._build(where, options)
            story.fill_catalog(where, self.say)
            self.say("`manage.py changepassword rosa.delgado` lets you in as the administrator.")
        if not options["first_act"] and not evolved(where):
            story.second_act(where, self.say)
        elif told:
            self.say("Northbeam is here already. `manage.py demo --reset` builds it anew.")

    def _build(self, where: Places, options: dict[str, Any]) -> None:
        if where.built():
            self.say(f"The sources are here already: {where.folder}, {where.platform}, {where.warehouse}.")
            return
        self.say("Northbeam, a fictional company that sells solar monitoring:")
        story.build_northbeam(where, options["today"] or timezone.localdate(), options["seed"], self.say)

    def _second_act(self, where: Places) -> None:
        if not where.built() or not registered():
            raise CommandError("There is no Northbeam yet. Run `manage.py demo --first-act` first.")
        story.second_act(where, self.say)

    def _remove(self, where: Places, options: dict[str, Any]) -> None:
        if not options["sources_only"]:
            unregister_sources()
        story.remove(where)
        self.say("Removed the Northbeam that was here.")

    def _refuse_strangers(self, *, force: bool) -> None:
        others = ", ".join(source.name for source in strangers()[:5])
        if others and not force:
            raise CommandError(
                f"This catalog has sources of its own ({others}), and the demo would mix with them. Use an empty "
                "catalog, or --force."
            )

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _day(text: str) -> date:
    return date.fromisoformat(text)
