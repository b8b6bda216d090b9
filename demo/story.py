"""The demo from beginning to end: sources, people, harvest, curation, and the second act."""

from collections.abc import Callable
from datetime import date

from catalog.models import Dataset
from demo.council import settle_council
from demo.curation import curate, settle_domains
from demo.grants import settle_grants
from demo.harvesting import harvest
from demo.northbeam.build import Places, build_sources, evolve_sources, remove_sources
from demo.people import settle_people
from demo.pipelines import settle_pipelines
from demo.protocol import settle_protocol
from demo.registering import SOURCES, register_sources, registered
from demo.rules import settle_rules
from demo.states import settle_states
from demo.tickets import settle_tickets
from demo.vocabulary import settle_vocabulary

Say = Callable[[str], None]


def build_northbeam(places: Places, today: date, seed: int, say: Say) -> None:
    """Build the sources, saying what is done and how long it took."""
    build_sources(places, today, seed=seed, done=lambda step, seconds: say(f"  {step} ({seconds:.1f} s)"))


def fill_catalog(places: Places, say: Say) -> None:
    """Make people and words, register the sources, harvest them, and write what people wrote."""
    by_name = settle_people()
    words = settle_vocabulary(by_name)
    settle_rules(by_name)
    register_sources(places, by_name, words.domains)
    say(f"  {len(by_name)} people, {len(words.domains)} domains, 3 rules, {len(registered())} sources")
    harvest_all(say)
    say(f"  {settle_pipelines()} nightly jobs told of their runs")
    say(f"  people wrote about {curate(by_name, words)} datasets, and reported {settle_tickets(by_name)} problems")
    say(f"  and were given {settle_grants(by_name)} duties")
    say(f"  the council has 5 seats; {settle_council(by_name, words.domains)} words are defined")
    say(f"  {settle_states(by_name)} states of subscriptions are defined and counted")
    say(f"  {settle_protocol(by_name, words.domains)} lines of a metadata protocol")


def harvest_all(say: Say) -> None:
    for run in harvest(registered()):
        seconds = run.duration.total_seconds() if run.duration else 0.0
        outcome = f"{run.added} new, {run.changed} changed, {run.archived} archived"
        say(f"  harvested {run.source.name}: {run.datasets_read} datasets, {outcome} ({seconds:.1f} s)")


def second_act(places: Places, say: Say) -> None:
    """Apply release 5.4 to the sources and harvest again."""
    evolve_sources(places)
    say("Release 5.4 of the platform: a column goes, others come.")
    harvest_all(say)
    settle_domains()


def is_told() -> bool:
    """Whether the catalog holds all of the first act: every source harvested, and something written."""
    sources = registered()
    written = Dataset.objects.filter(source__in=sources).exclude(certified_at=None)
    return len(sources) == len(SOURCES) and written.exists()


def remove(places: Places) -> None:
    """Remove the databases, their reader and the files."""
    remove_sources(places)
