"""Where a problem may come from: what its dataset reads from, and what speaks against each."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from catalog.closed import closed_fields
from catalog.models import Dataset, SchemaVersion
from catalog.news import as_news
from feedback.kinds import PROBLEMS
from feedback.models import Ticket
from lineage.models import Edge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from permissions.models import User

DEPTH = 5
MOST_CANDIDATES, MOST_FOUND = 20, 1_000
LATELY = timedelta(days=14)


class Candidate(NamedTuple):
    """A dataset upstream, how many steps away, and what makes it suspect."""

    dataset: Dataset
    distance: int
    signs: tuple[str, ...]
    tickets: tuple[Ticket, ...]


def upstream_candidates(viewer: User, dataset: Dataset) -> list[Candidate]:
    """Return datasets that `dataset` comes from and that the viewer may read, the most suspect and nearest first."""
    distances = {pk: step for pk, step in _above(viewer, [dataset.pk])[dataset.pk].items() if step}
    nearest = sorted(distances, key=lambda pk: (distances[pk], pk))[:MOST_FOUND]
    found = Dataset.objects.readable_by(viewer).with_context().filter(pk__in=nearest)
    by_id = {one.pk: one for one in found}
    tickets, changes = _open_tickets(viewer, by_id), _breaking_lately(viewer, by_id)
    candidates = [
        Candidate(one, distances[pk], tuple(_signs(tickets[pk], changes.get(pk))), tuple(tickets[pk]))
        for pk, one in by_id.items()
    ]
    return sorted(candidates, key=lambda one: (-len(one.signs), one.distance, one.dataset.name))[:MOST_CANDIDATES]


def _signs(tickets: list[Ticket], breaking: int | None) -> Iterable[str]:
    if tickets:
        yield f"{len(tickets)} open ticket{'' if len(tickets) == 1 else 's'}"
    if breaking is not None:
        yield f"its schema changed so that readers break, in version {breaking}"


def _above(viewer: User, datasets: Collection[int]) -> dict[int, dict[int, int]]:
    """How many steps upstream of each of `datasets` others are, along edges that the viewer may read of.

    One query a step for all of them together.
    """
    found: dict[int, dict[int, int]] = {pk: {pk: 0} for pk in datasets}
    reached: dict[int, set[int]] = {pk: {pk} for pk in datasets}  # by dataset of the frontier, from which starts
    for step in range(1, DEPTH + 1):
        edges = Edge.objects.current().readable_by(viewer).filter(downstream__dataset__in=list(reached))
        pairs = edges.exclude(upstream__dataset=None).values_list("downstream__dataset", "upstream__dataset")
        beyond: defaultdict[int, set[int]] = defaultdict(set)
        for down, up in pairs.distinct()[:MOST_FOUND]:
            for start in reached[down]:
                if up not in found[start]:
                    beyond[up].add(start)
        for up, starts in beyond.items():
            for start in starts:
                found[start][up] = step
        if not beyond:
            break
        reached = dict(beyond)
    return found


def _open_tickets(viewer: User, datasets: Collection[int]) -> dict[int, list[Ticket]]:
    found: defaultdict[int, list[Ticket]] = defaultdict(list)
    problems = Ticket.objects.readable_by(viewer).unresolved().filter(kind__in=PROBLEMS, dataset__in=list(datasets))
    for ticket in problems.order_by("priority", "-updated_at", "-pk"):
        found[ticket.dataset_id].append(ticket)
    return found


def _breaking_lately(viewer: User, datasets: Mapping[int, Dataset]) -> dict[int, int]:
    """The latest version of each dataset that broke readers by what the viewer may read of it."""
    versions = SchemaVersion.objects.filter(
        dataset__in=list(datasets), number__gt=1, created_at__gte=timezone.now() - LATELY,
        change_class=SchemaVersion.ChangeClass.BREAKING,
    ).defer("fields")  # fmt: skip
    closed = closed_fields(viewer, datasets.values())
    found = (as_news(one, closed[one.dataset_id]) for one in versions.order_by("number"))
    return {news.version.dataset_id: news.version.number for news in found if news.breaking}
