"""The tour as one person may see it: each stop's addresses, found in the real catalog through the gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from catalog.closed import closed_fields_of
from catalog.models import Dataset
from demo.stops import QUESTION, STOPS, Role, Stop
from harvest.duties import may_register
from harvest.models import Run
from permissions.demo import demo_people
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from permissions.models import User


class Link(NamedTuple):
    title: str
    url: str


class Choice(NamedTuple):
    """Somebody else to be at a stop: a click away, or only named where nobody may switch."""

    role: Role
    a_click_away: bool


@dataclass(frozen=True)
class Sight:
    """One stop as the viewer finds it. Without `link` there is nothing they may know of."""

    stop: Stop
    number: int
    link: Link | None
    beside: tuple[Link, ...]
    closed: bool  # they may know of it, and a rule keeps it from them
    told: bool  # whether `stop.look` may be shown
    masked: int | None  # columns whose values are kept from them, where values are what the stop shows
    others: tuple[Choice, ...]
    seen: bool

    @property
    def masked_words(self) -> str:
        return f"{self.masked} column{'' if self.masked == 1 else 's'} masked for you"


class Guide:
    """Shows one person round. Reads the catalog in a fixed number of queries, whatever the number of stops."""

    def __init__(self, viewer: User) -> None:
        self.viewer = viewer

    def sights(self, seen: Collection[str]) -> list[Sight]:
        """Every stop, in order."""
        return [self._sight(stop, number, stop.slug in seen) for number, stop in enumerate(STOPS, 1)]

    def link(self, stop: Stop) -> Link | None:
        """Where the stop leads; nowhere when the viewer may not know of all that it shows."""
        datasets = [self.datasets[key] for key in stop.keys if key in self.datasets]
        if len(datasets) < len(stop.keys):
            return None
        if stop.page == "catalog:search":
            return Link(stop.link, f"{reverse(stop.page)}?{urlencode({'q': QUESTION})}")
        if stop.after_the_release and not self.changing_run:
            return None
        if stop.page == "harvest:run":
            return self._run_link(stop)
        title = datasets[0].title or datasets[0].name
        return Link(stop.link.format(title=title), reverse(stop.page, args=[datasets[0].pk]))

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """What the stops are about, as far as the viewer may know of it, by key."""
        keys = {key for stop in STOPS for key in stop.keys}
        return {dataset.key: dataset for dataset in Dataset.objects.visible_to(self.viewer).filter(key__in=keys)}

    @cached_property
    def changing_run(self) -> Run | None:
        """The last harvest of the system of record that changed anything it knew."""
        runs = Run.objects.readable_by(self.viewer).filter(
            source__slug="platform", state=Run.State.SUCCEEDED, dry=False
        )
        changing = runs.filter(Q(changed__gt=0) | Q(archived__gt=0))
        return changing.select_related("source").defer("diff").order_by("-created_at").first()

    @cached_property
    def connecting(self) -> Link | None:
        """Where the viewer connects sources of their own, if they may."""
        return Link("Connect your own", reverse("harvest:source_new")) if may_register(self.viewer) else None

    @cached_property
    def switchable(self) -> frozenset[str]:
        """The usernames that the viewer may become by a click."""
        return frozenset(demo_people().values_list("username", flat=True))

    def _sight(self, stop: Stop, number: int, seen: bool) -> Sight:
        link = self.link(stop)
        is_open = link is not None and all(self._may(key, Level.READ) for key in stop.keys)
        return Sight(
            stop=stop,
            number=number,
            link=link,
            beside=self._beside(stop) if is_open else (),
            closed=link is not None and not is_open,
            told=link is not None and all(self._may(key, stop.level) for key in stop.keys),
            masked=self._masked(stop) if is_open and stop.slug == "values" else None,
            others=tuple(self._others(stop)),
            seen=seen,
        )

    def _run_link(self, stop: Stop) -> Link | None:
        run = self.changing_run
        return Link(stop.link.format(source=run.source.name), run.get_absolute_url()) if run else None

    def _beside(self, stop: Stop) -> tuple[Link, ...]:
        """What else is worth a look at a stop."""
        if stop.slug == "origin":
            return (Link("Its SQL", f"{self.datasets[stop.keys[0]].get_absolute_url()}#sql-title"),)
        if stop.slug == "sources":
            sources = Link("All sources", reverse("harvest:sources"))
            return (sources, self.connecting) if self.connecting else (sources,)
        return ()

    def _may(self, key: str, level: Level) -> bool:
        return may(self.datasets[key], self.viewer, level)

    def _masked(self, stop: Stop) -> int:
        closed = closed_fields_of(self.viewer, self.datasets[stop.keys[0]])
        return len(closed.by_level.get(Level.SAMPLE, {}))

    def _others(self, stop: Stop) -> Iterator[Choice]:
        for role in stop.roles:
            if role.person.username != self.viewer.username:
                yield Choice(role, role.person.username in self.switchable)
