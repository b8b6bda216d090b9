"""What people chose to be told, how soon, and of what not at all."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from notifications.models.mails import Choice
from notifications.often import Often, mailed_at
from notifications.topics import Topic, topic_of, topics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from notifications.models import Notice


class Chosen(NamedTuple):
    """What one person chose."""

    topics: dict[str, Often]
    things: dict[tuple[str, int | None], Choice]

    def often(self, topic: Topic) -> Often:
        return self.topics.get(topic.name, topic.often)


def with_choices(notices: list[Notice]) -> list[Notice]:
    """Return those that their people want, with when each is to be mailed; one query for all of them."""
    chosen, now = _chosen({notice.person_id for notice in notices}), timezone.now()
    wanted = []
    for notice in notices:
        hers = chosen[notice.person_id]
        thing = hers.things.get((notice.subject, notice.subject_id)) if notice.subject else None
        if thing is not None and thing.muted:
            continue
        often = Often(thing.often) if thing is not None else hers.often(topic_of(notice.kind))
        notice.mail_at = mailed_at(often, now, zone_of(notice.person)) if notice.person.email else None
        wanted.append(notice)
    return wanted


def _chosen(people: Collection[int]) -> defaultdict[int, Chosen]:
    found: defaultdict[int, Chosen] = defaultdict(lambda: Chosen({}, {}))
    for choice in Choice.objects.filter(person__in=people):
        hers = found[choice.person_id]
        if choice.topic:
            hers.topics[choice.topic] = Often(choice.often)
        else:
            hers.things[choice.subject, choice.subject_id] = choice
    return found


def zone_of(person: Any) -> ZoneInfo | Any:
    """The time zone that somebody reads in."""
    try:
        return ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def choices_of(person: Any) -> list[tuple[Topic, Often]]:
    """Every topic with what the person chose for it, or what holds unless they do."""
    hers = _chosen([person.pk])[person.pk]
    return [(topic, hers.often(topic)) for topic in topics()]


def choose(*, actor: Any, chosen: Iterable[tuple[str, Often]]) -> None:
    """Have topics mailed so often from now on; those already waiting go out as they were."""
    for topic, often in chosen:
        Choice.objects.update_or_create(person=actor, topic=topic, subject="", defaults={"often": often.value})


def mute(*, actor: Any, subject: str, subject_id: int, on: bool = True) -> None:
    """Be told nothing of one thing any more, or again."""
    of = {"person": actor, "topic": "", "subject": subject, "subject_id": subject_id}
    if on:
        Choice.objects.update_or_create(**of, defaults={"often": Often.NEVER.value, "muted": True})
    else:
        Choice.objects.filter(**of).delete()


def muted_of(person: Any) -> list[Choice]:
    """The things that the person has muted."""
    return list(Choice.objects.filter(person=person, muted=True).order_by("-pk"))
