"""From feeds to deliveries: each webhook keeps its place in its feed, so nothing is left out and nothing told twice."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from notifications.models import Delivery, Webhook
from notifications.webhooks.feeds import feeds

AT_ONCE: Final = 500
BATCHES: Final = 20
MOST_WAITING: Final = 10_000  # of one webhook: the feed waits meanwhile


def fill_all() -> int:
    """Make deliveries of what happened since; returns how many."""
    return sum(_fill(pk) for pk in Webhook.objects.filter(off_at=None).values_list("pk", flat=True))


def _fill(pk: int) -> int:
    made = 0
    for _ in range(BATCHES):
        count, more = _fill_batch(pk)
        made += count
        if not more:
            break
    return made


@transaction.atomic
def _fill_batch(pk: int) -> tuple[int, bool]:
    """Make the next deliveries and keep the place; nothing while another worker does so."""
    webhook = Webhook.objects.select_for_update(skip_locked=True).filter(pk=pk, off_at=None).first()
    if webhook is None or webhook.feed not in feeds() or _is_full(webhook):
        return 0, False
    batch = feeds()[webhook.feed].after(webhook.position, webhook.topics, AT_ONCE)
    if batch.position == webhook.position:
        return 0, False
    made = [Delivery(webhook=webhook, event=one.event, kind=one.kind, happened_at=one.at) for one in batch.happenings]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    Webhook.objects.filter(pk=pk).update(position=batch.position)
    return len(made), len(made) == AT_ONCE


def _is_full(webhook: Webhook) -> bool:
    waiting = webhook.deliveries.filter(state=Delivery.State.WAITING)
    return len(waiting.values_list("pk")[:MOST_WAITING]) == MOST_WAITING
