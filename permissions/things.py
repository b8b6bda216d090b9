"""What access can be asked for and explained: each app lists its kinds of things in ``things.py`` as ``KINDS``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from core.discovery import collect
from permissions.access import denials_of
from permissions.levels import Level

if TYPE_CHECKING:
    from permissions.access import Viewer
    from permissions.querysets import Guarded

NOTHING = "There is nothing at this address."


@dataclass(frozen=True)
class Thing:
    """One protected thing, as this app needs to know it.

    `label` is the narrowest label it carries, for an exception that is for nothing else. A rule stops the thing when
    it stops any of its `label_sets`: those of a nested field are its own and those of each field around it.
    `answering` are the people who own or steward it.
    """

    kind: str
    id: int
    title: str
    url: str
    label: str
    label_sets: tuple[frozenset[str], ...]
    answering: frozenset[int] = frozenset()
    word: str = ""  # what to call its kind: dataset
    around: Thing | None = None  # what it is a part of

    @property
    def ref(self) -> str:
        """How addresses name it: ``dataset:7``."""
        return f"{self.kind}:{self.id}"

    def narrowed_to(self, rule_label: str) -> Thing:
        """What an exception from a rule on `rule_label` has to be for, to open this: a rule that closes what is
        around it is not waived by naming a part."""
        within = self.around
        return within if within and (rule_label in within.labels or len(self.label_sets) > 1) else self

    @property
    def labels(self) -> frozenset[str]:
        """Every label in any of its sets."""
        return frozenset().union(*self.label_sets)


class Kind(NamedTuple):
    """A kind of things.

    `find` raises `Http404` for what is not there and for what the viewer may not know of alike. `known` returns which
    of some ids the viewer may know of, in a fixed number of queries. `suggest` returns what a text may mean, best
    first, an exact match alone. `carriers` returns how many things that the viewer may know of carry each of some
    labels; kinds that carry none of their own leave it out. `as_it_is` returns one whoever may know of it, for what
    Concord itself works out and tells nobody.
    """

    name: str
    model: type[Guarded]
    find: Callable[[Viewer, int], Thing]
    known: Callable[[Viewer, Collection[int]], set[int]]
    suggest: Callable[[Viewer, str], list[Thing]]
    plural: str
    as_it_is: Callable[[int], Thing | None]
    carriers: Callable[[Viewer, Collection[str]], dict[str, int]] | None = None


@cache
def kinds() -> dict[str, Kind]:
    """Every kind, by its name."""
    return {kind.name: kind for kind in collect("things", "KINDS")}


def find_thing(viewer: Viewer, ref: str) -> Thing:
    """Return what an address names. Raises `Http404`, alike for what is absent and what is hidden."""
    name, _, number = ref.partition(":")
    if name not in kinds() or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise Http404(NOTHING)
    return kinds()[name].find(viewer, int(number))


def thing_as_it_is(kind: str, pk: int) -> Thing | None:
    """Return a thing whoever may know of it, to work with and not to show; None when it is gone."""
    return kinds()[kind].as_it_is(pk) if kind in kinds() else None


def suggested(viewer: Viewer, text: str, most: int = 8) -> list[Thing]:
    """Return the things that a text may mean, an exact match alone."""
    found = [thing for kind in kinds().values() for thing in kind.suggest(viewer, text)]
    exact = [thing for thing in found if thing.title.casefold() == text.casefold()]
    return exact if len(exact) == 1 else found[:most]


def known_refs(viewer: Viewer, refs: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return which things the viewer may know of now, in a fixed number of queries for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, pk in refs:
        wanted[kind].add(pk)
    return {(kind, pk) for kind, ids in wanted.items() if kind in kinds() for pk in kinds()[kind].known(viewer, ids)}


def known_labels(viewer: Viewer, labels: Collection[str]) -> set[str]:
    """Return the labels that tell the viewer nothing new: nothing hidden from them, or something open, carries them."""
    wanted = set(labels)
    if not denials_of(viewer).at(Level.DISCOVER):
        return wanted
    counts = carriers_of(viewer, wanted)
    return {label for label in wanted if any(found.get(label) for found in counts.values())}


def carriers_of(viewer: Viewer, labels: Collection[str]) -> dict[str, dict[str, int]]:
    """Return how many things of each kind carry each label, of those the viewer may know of."""
    counted = {kind.name: kind.carriers for kind in kinds().values() if kind.carriers}
    return {name: carriers(viewer, labels) for name, carriers in counted.items()} if labels else {}


def request_url(row: Guarded, level: Level) -> str:
    """Return where to ask for access to a protected row at a level, or "" where that cannot be asked for."""
    asked = row.asked_as()
    kind = next((one.name for one in kinds().values() if isinstance(asked, one.model)), None)
    return ask_url(f"{kind}:{asked.pk}", level) if kind else ""


def ask_url(ref: str, level: Level) -> str:
    return f"{reverse('permissions:ask')}?{urlencode({'thing': ref, 'level': level.value})}"
