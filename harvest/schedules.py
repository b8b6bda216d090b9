"""Cron lines as rows that beat reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from celery.schedules import ParseException, crontab
from cron_descriptor import get_description
from cron_descriptor.Exception import FormatException
from django.core.exceptions import ValidationError
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from catalog.models import Source
from harvest.models import Schedule

PARTS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")


def parse_cron(line: str) -> dict[str, str]:
    """Return the five parts of a cron line. Raises `ValidationError` saying what is wrong."""
    words = line.split()
    if len(words) != len(PARTS):
        raise ValidationError("A schedule has five parts: minute, hour, day of month, month and day of week.")
    parts = dict(zip(PARTS, words, strict=True))
    try:
        crontab(**parts)
    except (ParseException, ValueError) as error:
        raise ValidationError(f"“{line}” is not a schedule: {error}") from None
    return parts


def describe_cron(line: str) -> str:
    """Return a cron line in words: “At 03:00 AM”."""
    try:
        return str(get_description(line))
    except FormatException:
        return line


def next_time(line: str, now: datetime) -> datetime:
    """When a cron line, in UTC, is due next after `now`."""
    times = crontab(**parse_cron(line), nowfun=lambda: now.astimezone(UTC))
    return now + times.remaining_estimate(now.astimezone(UTC))


def set_schedule(source: Source, line: str, *, enabled: bool = True) -> Schedule | None:
    """Harvest `source` by `line`, in UTC; an empty line ends its schedule. Raises `ValidationError`."""
    known = Schedule.objects.filter(source=source).select_related("task").first()
    if not line.strip():
        if known:
            known.delete()
            known.task.delete()
        return None
    times, _ = CrontabSchedule.objects.get_or_create(**parse_cron(line), timezone="UTC")
    task = known.task if known else PeriodicTask(name=f"harvest {source.pk}", task="harvest.scheduled")
    task.crontab, task.args, task.enabled = times, json.dumps([source.pk]), enabled
    task.save()
    schedule, _ = Schedule.objects.update_or_create(source=source, defaults={"cron": line.strip(), "task": task})
    return schedule


def pause_schedule(source: Source) -> None:
    """Keep the schedule of `source` and let it start nothing."""
    _switch(source, enabled=False)


def resume_schedule(source: Source) -> None:
    """Let the schedule of `source`, where it has one, start harvests."""
    _switch(source, enabled=True)


def _switch(source: Source, *, enabled: bool) -> None:
    paused = PeriodicTask.objects.filter(pk__in=Schedule.objects.filter(source=source).values("task"))
    for task in paused.exclude(enabled=enabled):
        task.enabled = enabled
        task.save()  # tells beat
