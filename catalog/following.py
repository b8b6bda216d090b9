"""Looks whether new datasets match the searches people saved, and tells them.

Each search keeps the position up to which changes were looked at; what the index has not followed yet is later than
its position, and is looked at the next time. So nothing is skipped, and nothing is told twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from catalog.forms import SearchForm
from catalog.models import Dataset, DatasetChange, SavedSearch, SavedSearchMatch
from catalog.search.among import index_position, matching
from catalog.search.feed import catch_up
from catalog.search.position import Position
from catalog.search.reader import NoIndex
from catalog.search.store import Busy
from notifications.models import Notice
from notifications.services import tell

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.models import User

log = logging.getLogger(__name__)

DAY = timedelta(hours=23, minutes=50)  # a check a minute late must not move the daily one on
BATCH = 10_000  # datasets asked about at a time
MOST_MATCHES = 1_000  # kept of one look
MOST_NOTICES = 5  # one each; more are told of in a single notice


def check_saved_searches() -> int:
    """Look at every search that is due; returns how many new matches were found. To be called outside a transaction."""
    try:
        _follow()
        position = index_position()
    except NoIndex:
        log.info("Saved searches wait: this machine's search index is being built.")
        return 0
    return sum(_look(pk, position) for pk in list(_due().values_list("pk", flat=True)))


def _follow() -> None:
    """A machine that runs no web process has nobody else to keep its index."""
    try:
        catch_up()
    except Busy:
        return


def _due() -> QuerySet[SavedSearch]:
    at_once = Q(notify=SavedSearch.Notify.AT_ONCE)
    daily = Q(notify=SavedSearch.Notify.DAILY, checked_at__lte=timezone.now() - DAY)
    return SavedSearch.objects.filter(at_once | daily, person__is_active=True).order_by("pk")


@transaction.atomic
def _look(pk: int, position: Position) -> int:
    """Look at one search, unless another process does; `position` is that of the index before this look."""
    search = SavedSearch.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if search is None:
        return 0
    found = _unknown(search, _matching(search, search.person))
    SavedSearchMatch.objects.bulk_create([SavedSearchMatch(search=search, dataset=one) for one in found])
    tell(_notices(search, found))
    SavedSearch.objects.filter(pk=pk).update(position=str(position), checked_at=timezone.now())
    return len(found)


def _matching(search: SavedSearch, person: User) -> Iterator[int]:
    form = SearchForm.read(QueryDict(search.query))
    new = Dataset.objects.visible_to(person).present().filter(first_seen_at__gte=search.created_at)
    if search.position:
        later = DatasetChange.objects.filter(Position.parse(search.position).later())
        new = new.filter(pk__in=later.values("dataset_id"))
    ids = new.order_by("pk").values_list("pk", flat=True).iterator(BATCH)
    while some := list(islice(ids, BATCH)):
        yield from matching(person, form.text("q"), form.filters(), some)


def _unknown(search: SavedSearch, matches: Iterable[int]) -> list[Dataset]:
    """Those that this search has not told of."""
    told = set(search.matches.values_list("dataset_id", flat=True))
    fresh = [pk for pk in matches if pk not in told][:MOST_MATCHES]
    return list(Dataset.objects.filter(pk__in=fresh).select_related("source", "container").order_by("pk"))


def _notices(search: SavedSearch, found: Sequence[Dataset]) -> list[Notice]:
    if len(found) > MOST_NOTICES:
        title = f"New datasets match “{search.name}”"
        address = search.get_absolute_url()
        return [
            Notice(
                person=search.person, kind="new_matches", title=title, url=address,
                subject="saved_search", subject_id=search.pk,
            )
        ]  # fmt: skip
    return [_notice(search, dataset) for dataset in found]


def _notice(search: SavedSearch, dataset: Dataset) -> Notice:
    name = (dataset.title or dataset.name)[:150]
    place = f"{dataset.source.name}, {dataset.container.path}" if dataset.container else dataset.source.name
    return Notice(
        person=search.person, kind="new_match", title=f"New: {name} matches “{search.name}”", detail=place[:300],
        url=dataset.get_absolute_url(), subject="dataset", subject_id=dataset.pk,
    )  # fmt: skip
