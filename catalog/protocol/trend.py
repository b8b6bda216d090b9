"""How complete the data of each domain is, and was: a row a domain and day, written by one statement."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import CompletenessDay, Dataset, Domain
from core.humane import percent
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import predicate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from permissions.access import Viewer

DAYS = 90
WIDTH, HEIGHT = 120, 24  # of the picture

_NOTE = """
    INSERT INTO catalog_completenessday AS known (day, domain_id, datasets, complete, asked, met)
    SELECT %s, coalesce(d.domain_id, s.domain_id), count(*), count(*) FILTER (WHERE c.missing = '{}'), sum(c.asked),
        sum(c.asked - cardinality(c.missing))
    FROM catalog_completeness c
    JOIN catalog_dataset d ON d.id = c.dataset_id JOIN catalog_source s ON s.id = d.source_id
    WHERE c.asked > 0 AND d.archived_at IS NULL GROUP BY 2
    ON CONFLICT ON CONSTRAINT completeness_once_a_day DO UPDATE
    SET datasets = excluded.datasets, complete = excluded.complete, asked = excluded.asked, met = excluded.met
"""


class Line(NamedTuple):
    """A domain (none: datasets of no domain) with its days, the latest last."""

    domain: Domain | None
    days: list[CompletenessDay]

    @property
    def now(self) -> CompletenessDay:
        return self.days[-1]

    @property
    def before(self) -> CompletenessDay:
        """About a month ago, or the first day that is known."""
        month = self.now.day - timedelta(days=30)
        return next((one for one in reversed(self.days) if one.day <= month), self.days[0])

    @property
    def gained(self) -> float:
        """In points of a hundred since `before`."""
        return round((self.now.share - self.before.share) * 100, 1)

    @property
    def told(self) -> str:
        """The picture in words."""
        first, last = self.days[0], self.now
        return f"From {percent(first.share)} on {first.day:%-d %B} to {percent(last.share)} now"

    @property
    def points(self) -> str:
        """The line of the picture."""
        return drawn([(one.day, one.share) for one in self.days])


def note_day(day: date | None = None) -> int:
    """Write down how complete every domain is today; returns how many domains there are. Again replaces."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [day or timezone.localdate()])
        return int(cursor.rowcount)


def lines_for(viewer: Viewer) -> list[Line]:
    """The domains of which the viewer may read every dataset: counts would tell of the others. The worst first."""
    closed = _domains_with_something_closed(viewer)
    known = {one.pk: one for one in Domain.objects.open_to(viewer, Level.READ)}
    since = timezone.localdate() - timedelta(days=DAYS)
    days: defaultdict[int | None, list[CompletenessDay]] = defaultdict(list)
    for one in CompletenessDay.objects.filter(day__gte=since).order_by("day"):
        if one.domain_id not in closed and (one.domain_id is None or one.domain_id in known):
            days[one.domain_id].append(one)
    lines = [Line(known[pk] if pk is not None else None, found) for pk, found in days.items()]
    return sorted(lines, key=lambda line: (line.now.share, str(line.domain or "")))


def _domains_with_something_closed(viewer: Viewer) -> set[int | None]:
    denials = denials_of(viewer)
    if denials.empty:
        return set()
    closed = Dataset.objects.present().exclude(predicate(denials, Level.READ, ("labels",)))
    effective = closed.annotate(effective=Coalesce(F("domain"), F("source__domain"))).order_by()
    return set(effective.values_list("effective", flat=True).distinct())


def drawn(shares: Sequence[tuple[date, float]]) -> str:
    """Points of a line in a picture `WIDTH` by `HEIGHT`: days from left to right, all of them a share of one."""
    first, last = shares[0][0], shares[-1][0]
    days = max((last - first).days, 1)
    if first == last:
        level = HEIGHT - shares[0][1] * HEIGHT
        return f"0,{level:.1f} {WIDTH},{level:.1f}"
    return " ".join(
        f"{(day - first).days / days * WIDTH:.1f},{HEIGHT - share * HEIGHT:.1f}" for day, share in shares
    )  # fmt: skip
