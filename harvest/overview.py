"""Sources at a glance, each as far as one person may know of it, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from catalog.counting import groups_of, summed
from harvest.connectors.base import ConnectorError
from harvest.connectors.registry import connector_for
from harvest.looks import KindLook, look_of_kind
from harvest.models import Run, Schedule
from harvest.schedules import describe_cron, next_time
from harvest.seen import partly_closed
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from catalog.models import Source
    from permissions.access import Viewer

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Timetable:
    """When a source is harvested by itself; `due` is None where its schedule is paused."""

    cron: str
    words: str
    due: datetime | None


@dataclass(frozen=True)
class SourceLine:
    """A source in a list. What is closed to the viewer is None or empty."""

    source: Source
    look: KindLook
    location: str
    datasets: int
    run: Run | None
    timetable: Timetable | None
    problems: int | None
    readable: bool


def lines_of(sources: Iterable[Source], viewer: Viewer) -> list[SourceLine]:
    """The sources as lines, in the order given."""
    listed = list(sources)
    ids = [source.pk for source in listed]
    counts = _datasets(viewer)
    runs = _last_runs(ids)
    times = {one.source_id: one for one in Schedule.objects.filter(source__in=ids).select_related("task")}
    blind = partly_closed(ids, viewer)
    return [
        _line(source, viewer, counts.get(source.pk, 0), runs.get(source.pk), times.get(source.pk), source.pk in blind)
        for source in listed
    ]


def _line(
    source: Source, viewer: Viewer, datasets: int, run: Run | None, schedule: Schedule | None, blind: bool
) -> SourceLine:
    readable = may(source, viewer, Level.READ)
    return SourceLine(
        source=source,
        look=look_of_kind(source.kind),
        location=location_of(source) if readable else "",
        datasets=datasets,
        run=run if readable else None,
        timetable=timetable_of(schedule) if readable and schedule and not source.retired_at else None,
        problems=run.problem_count if readable and run and not blind else None,
        readable=readable,
    )


def timetable_of(schedule: Schedule) -> Timetable:
    """A schedule in words, with the next time it is due."""
    due = next_time(schedule.cron, timezone.now()) if schedule.task.enabled else None
    return Timetable(schedule.cron, describe_cron(schedule.cron), due)


def location_of(source: Source) -> str:
    """Where a source is, without any secret; "" where its connector is not installed or its settings are old."""
    try:
        config_class = connector_for(source.kind).Config
        return config_class.model_construct(None, **source.config).location()  # without its secrets it is not valid
    except (ConnectorError, AttributeError, TypeError, ValueError):
        return ""


def _datasets(viewer: Viewer) -> dict[int | None, int]:
    groups = groups_of(viewer, timezone.now() - WEEK)  # as the page to browse counts them, so that both share the work
    return {source: sums.held for source, sums in summed(groups, lambda group: group.source).items()}


def _last_runs(ids: list[int]) -> dict[int, Run]:
    """The last real run of each source, or its last dry one while it has no other."""
    last = Run.objects.filter(source__in=ids).order_by("source_id", "dry", "-created_at", "-pk").distinct("source_id")
    return {run.source_id: run for run in last.defer("diff")}
