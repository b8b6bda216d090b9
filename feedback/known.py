"""Known problems: open tickets of datasets, and of what they come from, until somebody confirms that they are gone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from feedback.kinds import PROBLEMS, Priority
from feedback.models import Announcement, Ticket
from feedback.workflow import OPEN
from lineage.models import Node
from permissions.access import denials_of
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from permissions.models import User

DEPTH = 5
ANNOUNCED = -1  # in place of steps
MOST_ABOVE = 5_000  # steps looked at for all datasets together, nearest first
OF_ONE = 5  # problems of one dataset upstream

_PROBLEMS = """
WITH RECURSIVE above (start, node, depth) AS (
    SELECT n.dataset_id, n.id, 0 FROM lineage_node n WHERE n.dataset_id = ANY(%s)
    UNION
    SELECT a.start, e.upstream_id, a.depth + 1 FROM above a
    JOIN lineage_edge e ON e.downstream_id = a.node AND e.closed_at IS NULL
    WHERE a.depth < %s {among}
), near (start, depth, dataset) AS MATERIALIZED (
    SELECT a.start, min(a.depth), n.dataset_id FROM (SELECT * FROM above LIMIT %s) AS a
    JOIN lineage_node n ON n.id = a.node AND n.dataset_id <> a.start
    GROUP BY a.start, n.dataset_id
    UNION ALL SELECT d, 0, d FROM unnest(%s::bigint[]) AS d
)
SELECT near.start, near.depth, t.id, t.priority FROM near CROSS JOIN LATERAL (
    SELECT id, priority FROM feedback_ticket t
    WHERE t.dataset_id = near.dataset AND t.state = ANY(%s) AND t.kind = ANY(%s) AND t.priority <= %s
    ORDER BY t.priority, t.updated_at DESC, t.id DESC LIMIT %s
) AS t
UNION ALL
SELECT d.id, -1, a.id, 0 FROM feedback_announcement a JOIN catalog_dataset d ON d.id = ANY(%s)
JOIN catalog_source s ON s.id = d.source_id
WHERE a.starts_at <= clock_timestamp() AND a.ends_at > clock_timestamp()
    AND (a.dataset_id = d.id OR a.domain_id = coalesce(d.domain_id, s.domain_id))
ORDER BY 1, 4, 2, 3 DESC
"""


class Known(NamedTuple):
    """The open problems of a dataset, and of what it comes from: most urgent first.

    `closed` counts those upstream of which the viewer may read no more than that somebody works on them. What is hidden
    from them, or lies behind what is, is not told of at all.
    """

    own: tuple[Ticket, ...] = ()
    upstream: tuple[Ticket, ...] = ()
    closed: int = 0
    announced: tuple[Announcement, ...] = ()  # on the dataset, or on its domain, now


class _Problem(NamedTuple):
    """A problem, so many steps up; or an announcement on the dataset itself, where `depth` is `ANNOUNCED`."""

    start: int
    depth: int
    ticket: int
    priority: int


def known_problems(viewer: User, datasets: Collection[int]) -> dict[int, Known]:
    """Return what is known against some datasets that the viewer may read, of those with anything against them.

    What is announced comes along. One query where there is nothing, six at most, however many datasets. A problem
    is named where both it and the way to it are open to the viewer.
    """
    ids = list(datasets)
    rows = _problems(ids)
    if not rows:
        return {}
    announced = _announced([one for one in rows if one.depth == ANNOUNCED])
    known = _known_problems(viewer, ids, [one for one in rows if one.depth != ANNOUNCED])
    return {pk: known.get(pk, Known())._replace(announced=announced.get(pk, ())) for pk in {*known, *announced}}


def _announced(rows: Collection[_Problem]) -> dict[int, tuple[Announcement, ...]]:
    if not rows:
        return {}
    found = Announcement.objects.in_bulk({one.ticket for one in rows})
    by_start: defaultdict[int, tuple[Announcement, ...]] = defaultdict(tuple)
    for one in rows:
        by_start[one.start] += (found[one.ticket],)
    return by_start


def _known_problems(viewer: User, ids: list[int], found: list[_Problem]) -> dict[int, Known]:
    if not found:
        return {}
    open_ways = found
    if not denials_of(viewer).empty:
        found, open_ways = (
            [one for one in _problems(ids, viewer, level) if one.depth != ANNOUNCED]
            for level in (Level.DISCOVER, Level.READ)
        )
    ways = {(one.start, one.ticket) for one in open_ways}
    wanted = {one.ticket for one in found}
    tickets = {one.pk: one for one in Ticket.objects.readable_by(viewer).for_lists().filter(pk__in=wanted)}
    known = _known_of(viewer, wanted - tickets.keys()) | tickets.keys()
    found = [one for one in found if one.ticket in known]
    by_start: defaultdict[int, list[_Problem]] = defaultdict(list)
    for one in found:
        by_start[one.start].append(one)
    told = {start: _known(problems, ways, tickets) for start, problems in by_start.items()}
    return {start: known for start, known in told.items() if known != Known()}


def _known_of(viewer: User, ids: Collection[int]) -> set[int]:
    if not ids:
        return set()
    return set(Ticket.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def _known(problems: Iterable[_Problem], ways: set[tuple[int, int]], tickets: dict[int, Ticket]) -> Known:
    """What is closed of the dataset itself, as of a closed field of it, is not told at all."""
    own, upstream, closed = [], [], 0
    for one in problems:
        ticket = tickets.get(one.ticket)
        if one.depth == 0:
            own += [ticket] if ticket else []
        elif ticket and (one.start, one.ticket) in ways:
            upstream.append(ticket)
        else:
            closed += 1
    return Known(tuple(own), tuple(upstream), closed)


def _problems(datasets: list[int], viewer: User | None = None, level: Level = Level.READ) -> list[_Problem]:
    """Problems above some datasets; along what is open to a viewer at `level`, where one is given."""
    among, among_params = "", ()
    if viewer is not None and denials_of(viewer).at(level):
        statement, among_params = Node.objects.open_to(viewer, level).order_by().values("pk").query.sql_with_params()
        among = f"AND e.upstream_id IN ({statement})"
    states, kinds = [one.value for one in OPEN], [one.value for one in PROBLEMS]
    params: Any = [datasets, DEPTH, *among_params, MOST_ABOVE, datasets, states, kinds, Priority.NORMAL.value, OF_ONE]
    params.append(datasets)
    with connection.cursor() as cursor:
        cursor.execute(_PROBLEMS.format(among=among), params)
        return [_Problem(*row) for row in cursor.fetchall()]
