"""Which labels lie within what somebody was granted to manage the rules of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from catalog.labels import dataset_label
from catalog.models import Dataset, Domain, Source
from permissions.holding import condition
from permissions.models import Duty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from permissions.models import User

MANAGE = Duty.MANAGE_RULES
ENDS = {"source": "", "path": "/", "dataset": ".", "field": "."}  # what follows the source's short name, in a label


def within(person: User, labels: Collection[str]) -> set[str]:
    """Return the labels that close nothing but what the person manages the rules of, as far as they may know.

    A label names a place: a domain, a source or part of one, or the datasets of that key. What is hidden from the
    person is answered as what is not there: by the source that it would be in.
    """
    domains = [label for label in labels if label.startswith("domain:")]
    in_sources = [label for label in labels if label.partition(":")[0] in ENDS]
    found = _of_domains(person, domains) | _of_sources(person, in_sources)
    placed = _of_datasets(person, [label for label in in_sources if label.startswith(("dataset:", "field:"))])
    whole = [label for label in found if label.startswith(("source:", "path:"))]
    kept = {label for label in found if placed.get(label, True)} - _reaching_out(person, whole)
    return kept | {label for label, theirs in placed.items() if theirs}


def _of_domains(person: User, labels: Iterable[str]) -> set[str]:
    slugs = {label.removeprefix("domain:"): label for label in labels}
    kept = Domain.objects.writable_by(person, MANAGE).filter(slug__in=slugs).values_list("slug", flat=True)
    return {slugs[slug] for slug in kept} if slugs else set()


def _of_sources(person: User, labels: Iterable[str]) -> set[str]:
    """The labels of sources that they manage, and of whatever is in them."""
    slugs = {label: _slug(label) for label in labels}
    wanted = set(slugs.values())
    rows = Source.objects.writable_by(person, MANAGE).filter(slug__in=wanted)
    kept = set(rows.values_list("slug", flat=True)) if wanted else set()
    return {label for label, slug in slugs.items() if slug in kept}


def _slug(label: str) -> str:
    """The short name of the source that a label lies in: it holds neither dots nor slashes."""
    prefix, _, value = label.partition(":")
    end = ENDS[prefix]
    return value.partition(end)[0] if end else value


def _of_datasets(person: User, labels: Iterable[str]) -> dict[str, bool]:
    """For each label that names datasets the person may know of, whether they manage all of these."""
    named = {label: set(_datasets_named(label)) for label in labels}
    wanted = sorted(set[str]().union(*named.values()))
    if not wanted:
        return {}
    known = Dataset.objects.visible_to(person).filter(labels__overlap=wanted)
    kept = set(known.filter(condition(person, MANAGE, Dataset)).values_list("pk", flat=True))
    carriers: defaultdict[str, set[int]] = defaultdict(set)
    for pk, carried in known.values_list("pk", "labels"):
        for one in carried:
            carriers[one].add(pk)
    places = {label: set[int]().union(*(carriers[one] for one in ones)) for label, ones in named.items()}
    return {label: ids <= kept for label, ids in places.items() if ids}


def _datasets_named(label: str) -> Iterator[str]:
    """The labels of the datasets that a label names: names may hold the mark before a field's path themselves."""
    if label.startswith("dataset:"):
        yield label
        return
    parts = label.removeprefix("field:").split("#")
    yield from (dataset_label("#".join(parts[:at])) for at in range(1, len(parts)))


def _reaching_out(person: User, labels: Iterable[str]) -> set[str]:
    """Those of sources and paths that some dataset carries which is elsewhere: in a domain of its own."""
    wanted = sorted(labels)
    if not wanted:
        return set()
    elsewhere = Dataset.objects.visible_to(person).exclude(condition(person, MANAGE, Dataset))
    counts = {f"l{at}": Count("pk", filter=Q(labels__contains=[label])) for at, label in enumerate(wanted)}
    found = elsewhere.filter(labels__overlap=wanted).order_by().aggregate(**counts)
    return {label for at, label in enumerate(wanted) if found[f"l{at}"]}
