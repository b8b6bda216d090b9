"""What a rule would do to those who use the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Dataset, Field, SavedSearch, SavedSearchMatch, Visit
from permissions.levels import Level
from permissions.rules.carriers import carrying_by_itself
from permissions.rules.effects import Effect, Proposal

RECENT = timedelta(days=30)


def _readers(proposal: Proposal) -> Iterator[Effect]:
    """Those of the stopped people who opened any of it lately."""
    opened = Visit.objects.filter(_closed(proposal), at__gte=timezone.now() - RECENT, person__in=proposal.people)
    readers = opened.values("person").distinct().count()
    if readers:
        yield Effect(f"{readers:,} of them opened these in the last 30 days")


def _searches(proposal: Proposal) -> Iterator[Effect]:
    """Saved searches that told one of the stopped people of any of it, and would no more."""
    if proposal.level != Level.DISCOVER:
        return
    told = SavedSearchMatch.objects.filter(_closed(proposal), search__person__in=proposal.people)
    searches = told.exclude(search__notify=SavedSearch.Notify.NEVER).values("search").distinct().count()
    if searches:
        yield Effect(f"{searches:,} saved {'search' if searches == 1 else 'searches'} with notices found some of these")


def _closed(proposal: Proposal) -> Q:
    """Datasets that it closes, and those with a field that it closes."""
    datasets: QuerySet[Dataset] = carrying_by_itself(Dataset, proposal.label).visible_to(proposal.viewer)
    fields: QuerySet[Field] = carrying_by_itself(Field, proposal.label).visible_to(proposal.viewer)
    return Q(dataset__in=datasets.values("pk")) | Q(dataset__in=fields.values("dataset"))


EFFECTS = (_readers, _searches)
