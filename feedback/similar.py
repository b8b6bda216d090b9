"""Tickets that may tell of the same thing: shown while somebody writes, so that nobody reports it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from catalog.models import Dataset
from feedback.models import Ticket
from lineage.models import Edge

if TYPE_CHECKING:
    from permissions.models import User

LOOKED_AT = 300  # open tickets that are compared
LEAST_ALIKE = 55  # of 100
MOST = 5


def similar_tickets(viewer: User, dataset: Dataset, title: str) -> list[Ticket]:
    """Return open tickets of a dataset, and of what it reads from, whose titles are like `title`; best first.

    Of a title of less than three letters, the latest of the dataset.
    """
    upstream = Edge.objects.current().visible_to(viewer).filter(downstream__dataset=dataset)
    datasets = [dataset.pk, *upstream.exclude(upstream__dataset=None).values_list("upstream__dataset", flat=True)]
    open_ones = Ticket.objects.readable_by(viewer).unresolved().filter(dataset__in=datasets)
    latest = list(open_ones.for_lists().order_by("-updated_at", "-pk")[:LOOKED_AT])
    if len(title.strip()) < 3:
        return [ticket for ticket in latest if ticket.dataset_id == dataset.pk][:MOST]
    texts = {ticket.pk: f"{ticket.title} {ticket.field.path if ticket.field else ''}" for ticket in latest}
    found = process.extract(
        title[:200], texts, scorer=fuzz.token_set_ratio, score_cutoff=LEAST_ALIKE, limit=MOST,
        processor=lambda text: text.casefold(),
    )  # fmt: skip
    by_id = {ticket.pk: ticket for ticket in latest}
    return [by_id[pk] for _, _, pk in found]
