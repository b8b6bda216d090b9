"""What of the catalog notices may be about, and to whom it is open now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.closed import closed_fields
from catalog.models import Dataset, Domain, SavedSearchMatch, SchemaVersion, Source
from catalog.news import hides_breaking
from notifications.often import Often
from notifications.subjects import Subject
from notifications.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Collection

    from permissions.models import User


def datasets(person: User, ids: Collection[int]) -> set[int]:
    """Datasets that the person may know of."""
    return set(Dataset.objects.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True))


def dataset_texts(person: User, ids: Collection[int]) -> set[int]:
    """Datasets that the person may read about: notices that say more of one than its name."""
    return set(Dataset.objects.readable_by(person).filter(pk__in=ids).values_list("pk", flat=True))


def schema_versions(person: User, ids: Collection[int]) -> set[int]:
    """Versions all of whose breaking changes the person may read about."""
    readable = Dataset.objects.readable_by(person)
    versions = list(
        SchemaVersion.objects.filter(pk__in=ids, dataset__in=readable).select_related("dataset").defer("fields")
    )
    closed = closed_fields(person, {version.dataset for version in versions})
    return {one.pk for one in versions if not hides_breaking(one, closed[one.dataset_id])}


def sources(person: User, ids: Collection[int]) -> set[int]:
    """Sources that the person may know of."""
    return set(Source.objects.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True))


def domains(person: User, ids: Collection[int]) -> set[int]:
    """Domains that the person may know of."""
    return set(Domain.objects.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True))


def saved_searches(person: User, ids: Collection[int]) -> set[int]:
    """The person's searches that found something new which they may still know of."""
    visible = Dataset.objects.visible_to(person)
    open_ones = SavedSearchMatch.objects.filter(search__in=ids, search__person=person, dataset__in=visible)
    return set(open_ones.values_list("search_id", flat=True).distinct())


TOPICS = (
    Topic("searches", "New matches of your saved searches", frozenset({"new_match", "new_matches"})),
    Topic(
        "breaking", "Changes that break what reads from data of yours", frozenset({"breaking_upstream"}), Often.AT_ONCE
    ),
    Topic("suggestions", "Suggestions for data of yours, and what becomes of yours", frozenset({"suggestion"})),
)
SUBJECTS = (
    Subject("dataset", datasets), Subject("source", sources), Subject("domain", domains),
    Subject("saved_search", saved_searches), Subject("dataset_text", dataset_texts),
    Subject("schema_version", schema_versions),
)  # fmt: skip
