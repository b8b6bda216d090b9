"""Telling those downstream that a harvest found a change which breaks readers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse

from catalog.closed import closed_fields_of
from catalog.models import Dataset, SchemaVersion
from catalog.news import as_news, hides_breaking
from lineage.closures import Bounds, Direction, walk
from lineage.impact import Effect, impact_of
from lineage.models import Node
from notifications.models import Notice
from notifications.services import tell
from permissions.gate import may
from permissions.levels import Level
from permissions.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from catalog.models import Source

KIND = "breaking_upstream"
MOST_VERSIONS = 100  # of one harvest
MOST_PEOPLE = 200  # told of one change
LOOKED_AT = Bounds(depth=20, nodes=5_000, seconds=2.0)


def announce_breaking(source: Source, since: datetime) -> int:
    """Tell stewards and owners downstream of the breaking changes of `source` since then; returns how many notices.

    Each person is told only of what they may read now, and what the notice names is looked at again when it is shown.
    Nobody is told twice of one version.
    """
    versions = SchemaVersion.objects.filter(
        dataset__source=source, number__gt=1, created_at__gte=since, change_class=SchemaVersion.ChangeClass.BREAKING
    )
    chosen = versions.select_related("dataset__node").defer("fields").order_by("pk")[:MOST_VERSIONS]
    return sum(_announce(version) for version in chosen)


def _announce(version: SchemaVersion) -> int:
    node = getattr(version.dataset, "node", None)
    if node is None:
        return 0
    mine = _answering(node)
    named, plain = (
        Q(subject="schema_version", subject_id=version.pk), Q(subject="dataset_text", subject_id=version.dataset_id),
    )  # fmt: skip
    told = Notice.objects.filter(named | plain, kind=KIND, created_at__gte=version.created_at)
    already = set(told.values_list("person_id", flat=True))
    people = User.objects.filter(pk__in=[pk for pk in mine if pk not in already], is_active=True)[:MOST_PEOPLE]
    return tell(notice for person in people for notice in _notices(version, node, person, mine[person.pk]))


def _answering(node: Node) -> dict[int, set[int]]:
    """Who answers for which datasets downstream, by the people's ids, whoever may see what."""
    found = walk(None, [node.pk], Direction.DOWN, LOOKED_AT)
    datasets = Dataset.objects.filter(node__in=[pk for pk, ring in found.rings.items() if ring])
    people: defaultdict[int, set[int]] = defaultdict(set)
    for pk, *answering in datasets.filter(Q(steward__isnull=False) | Q(owner__isnull=False)).values_list(
        "pk", "steward", "owner"
    ):
        for person in filter(None, answering):
            people[person].add(pk)
    return people


def _notices(version: SchemaVersion, node: Node, person: User, mine: set[int]) -> Iterator[Notice]:
    """What one person is told, who answers for the datasets `mine`: nothing where nothing of theirs is hit."""
    dataset = version.dataset
    if not may(dataset, person, Level.READ):
        return
    closed = closed_fields_of(person, dataset)
    news = as_news(version, closed)
    columns = sorted(
        {change.before if change.kind == "renamed" else change.path for change in news.changes if change.breaking}
    )
    hit = {pk for column in columns for pk in _hit(person, node, column)} & mine
    if not hit:
        return
    # Fields are named where the notice can be taken back with any of them: where all that breaks is open.
    whole = not hides_breaking(version, closed)
    subject, pk = ("schema_version", version.pk) if whole else ("dataset_text", dataset.pk)
    what = _named(columns) if whole else ""
    yield Notice(
        person=person, kind=KIND, title=f"{dataset.name} has changed so that readers break{what}"[:300],
        detail=f"{len(hit)} dataset{'s' if len(hit) > 1 else ''} that you answer for may be hit.",
        url=reverse("lineage:impact", args=[dataset.pk]), subject=subject, subject_id=pk,
    )  # fmt: skip


def _named(columns: list[Any]) -> str:
    more = f" and {len(columns) - 3} more" if len(columns) > 3 else ""
    return f": {', '.join(map(str, columns[:3]))}{more}"


def _hit(person: User, node: Node, column: Any) -> Iterable[int]:
    found = impact_of(person, node, str(column))
    return [hit.card.dataset for hit in found.hits if hit.effect != Effect.NONE and hit.card.dataset]
