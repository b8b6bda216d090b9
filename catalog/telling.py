"""Telling people what becomes of datasets: whoever answers for them, and whoever follows them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from catalog.models import Follow
from core.discovery import collect
from notifications.models import Notice
from notifications.services import tell
from permissions.gate import may
from permissions.levels import Level
from permissions.models import User

if TYPE_CHECKING:
    from catalog.models import Dataset

# What an app above offers as ``affected.DOWNSTREAM``: who answers for what is made of a dataset, by id.
Downstream = Callable[["Dataset"], Iterable[int]]
MOST_TOLD = 500  # of one dataset
SUBJECT = "dataset_text"  # a notice that says more than its name, and is gone for who may not read about it any more


def follow(*, actor: User, dataset: Dataset) -> None:
    """Hear of it from now on."""
    Follow.objects.get_or_create(person=actor, dataset=dataset)


def unfollow(*, actor: User, dataset: Dataset) -> None:
    """Hear of it no more."""
    Follow.objects.filter(person=actor, dataset=dataset).delete()


def answering(dataset: Dataset) -> set[int]:
    """Its owner and steward; whom to ask, where it has neither."""
    named = {pk for pk in (dataset.owner_id, dataset.steward_id) if pk}
    whom = dataset.responsible
    return named or ({whom.pk} if isinstance(whom, User) else set())


def followers(dataset: Dataset) -> set[int]:
    """Whoever follows it."""
    return set(Follow.objects.filter(dataset=dataset).values_list("person_id", flat=True)[:MOST_TOLD])


def downstream(dataset: Dataset) -> set[int]:
    """Who answers for what is made of it, as far as the apps above know."""
    return {pk for found in collect("affected", "DOWNSTREAM") for pk in found(dataset)}


def tell_of(
    dataset: Dataset, people: Collection[int], *, kind: str, title: str, detail: str = "", besides: User | None = None,
    again_after: timedelta | None = None, url: str = "",
) -> int:  # fmt: skip
    """Put a notice about a dataset into the inboxes of those of `people` who may read it; returns how many.

    With `again_after`, whoever was told the same within that time is not told again.
    """
    known = Notice.objects.filter(kind=kind, subject=SUBJECT, subject_id=dataset.pk)
    told = (
        set(known.filter(created_at__gte=timezone.now() - again_after).values_list("person_id", flat=True))
        if again_after
        else set()
    )
    if besides is not None:
        told.add(besides.pk)
    wanted = User.objects.filter(pk__in=[pk for pk in people if pk not in told], is_active=True)[:MOST_TOLD]
    return tell(
        Notice(
            person=person, kind=kind, title=title[:300], detail=" ".join(detail.split())[:300],
            url=url or dataset.get_absolute_url(), subject=SUBJECT, subject_id=dataset.pk,
        )
        for person in wanted
        if may(dataset, person, Level.READ)
    )  # fmt: skip
