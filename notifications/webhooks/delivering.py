"""Sending what waits. An attempt is counted before it is made, so a worker that dies leaves it to be tried again."""

from __future__ import annotations

import time
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.secrets import UnreadableSecret
from notifications.models import Delivery, Webhook
from notifications.webhooks.bodies import body_of
from notifications.webhooks.feeds import Event, feeds
from notifications.webhooks.posting import Answer, post
from notifications.webhooks.retrying import MOST_ATTEMPTS, PATIENCE, wait_after
from notifications.webhooks.signing import headers

if TYPE_CHECKING:
    from collections.abc import Iterator

TEST: Final = "webhook.test"
AT_ONCE: Final = 50
SECONDS: Final = 45.0  # after which a webhook lets others have their turn
LEASE: Final = timedelta(seconds=90)
KEPT: Final = timedelta(days=30)  # of a delivery, whatever became of it
LONGEST: Final = 500
GONE: Final = "The receiver answered 410: it wants nothing more."
CLOSED: Final = "The account that it speaks for is closed."
FAILED: Final = "Nothing arrived for three days."


def waiting_webhooks() -> list[int]:
    """Webhooks that have something to be sent now and that no worker sends to."""
    free = Q(webhook__busy_until=None) | Q(webhook__busy_until__lt=timezone.now())
    return list(Delivery.objects.due().filter(free).order_by().values_list("webhook", flat=True).distinct())


def deliver(pk: int) -> int:
    """Send what is due to one webhook, the earliest first; returns how many arrived.

    Stops at the first that does not: whoever does not answer is left alone for a few seconds. One worker at a time.
    """
    if not _claim(pk):
        return 0
    arrived, until = 0, time.monotonic() + SECONDS
    try:
        for delivery in _due(pk):
            if not _deliver_one(delivery) or time.monotonic() > until:
                break
            arrived += 1
    finally:
        Webhook.objects.filter(pk=pk).update(busy_until=None)
    return arrived


def remove_old_deliveries() -> int:
    """Forget deliveries of what happened more than 30 days ago; returns how many."""
    removed, _ = Delivery.objects.filter(happened_at__lt=timezone.now() - KEPT).delete()
    return removed


def _claim(pk: int) -> bool:
    now = timezone.now()
    free = Webhook.objects.filter(Q(busy_until=None) | Q(busy_until__lt=now), pk=pk, off_at=None)
    return bool(free.update(busy_until=now + LEASE))


def _due(pk: int) -> Iterator[Delivery]:
    """One after the other, each counted as an attempt in the moment it is taken."""
    for _ in range(AT_ONCE):
        with transaction.atomic():
            due = Delivery.objects.due().filter(webhook=pk).select_for_update(skip_locked=True, of=("self",))
            delivery = due.select_related("webhook__speaks_for").first()
            if delivery is None:
                return
            delivery.attempts += 1
            again = timezone.now() + max(LEASE, wait_after(delivery.attempts))
            Delivery.objects.filter(pk=delivery.pk).update(attempts=delivery.attempts, due_at=again)
        yield delivery


def _deliver_one(delivery: Delivery) -> bool:
    """Whether the next may be sent: this one arrived, or nobody is to know of it."""
    webhook = delivery.webhook
    if not webhook.speaks_for.is_active:
        switch_off(webhook, CLOSED)
        return False
    event = _told(delivery)
    if event is None:
        _keep(delivery, Delivery.State.WITHHELD, Answer(None, ""))
        return True
    answer = _send(delivery, event)
    if answer.arrived:
        _keep(delivery, Delivery.State.ARRIVED, answer)
        Webhook.objects.filter(pk=webhook.pk).update(arrived_at=timezone.now(), failing_since=None)
    else:
        _fail(delivery, answer)
    return answer.arrived


def _told(delivery: Delivery) -> Event | None:
    """What the account may be told now, whatever it might have been told when it happened."""
    webhook = delivery.webhook
    if delivery.kind == TEST:
        return Event(TEST, delivery.happened_at, "A test from Concord.", {"message": "A test from Concord."})
    return feeds()[webhook.feed].tell(webhook.speaks_for, delivery.event, delivery.happened_at)


def _send(delivery: Delivery, event: Event) -> Answer:
    try:
        secrets = delivery.webhook.secrets
    except UnreadableSecret as error:
        return Answer(None, str(error))
    body, now = body_of(event, delivery.webhook.format), int(time.time())
    return post(secrets["url"], body, headers(delivery.message_id, now, body, keys_of(secrets, now)))


def keys_of(secrets: dict[str, Any], now: float) -> list[str]:
    """The key, and for a day after a change the one before."""
    before = [secrets["old_key"]] if secrets.get("old_until", 0) > now else []
    return [secrets["key"], *before]


def _fail(delivery: Delivery, answer: Answer) -> None:
    webhook, now = delivery.webhook, timezone.now()
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    if answer.status == HTTPStatus.GONE:
        _keep(delivery, Delivery.State.DEAD, answer)
        switch_off(webhook, GONE)
    elif delivery.attempts >= MOST_ATTEMPTS:
        _keep(delivery, Delivery.State.DEAD, answer)
    else:
        wait = wait_after(delivery.attempts, answer.retry_after)
        _keep(delivery, Delivery.State.WAITING, answer, due_at=now + wait)
    if webhook.failing_since and webhook.failing_since < now - PATIENCE:
        switch_off(webhook, FAILED)


def _keep(delivery: Delivery, state: Delivery.State, answer: Answer, **more: Any) -> None:
    told = answer.text.replace("\0", "").strip()[:LONGEST]
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, status=answer.status, answer=told, sent_at=timezone.now(), **more
    )


@transaction.atomic
def switch_off(webhook: Webhook, because: str) -> None:
    """Send nothing more to it until somebody switches it on, and tell whoever answers for it."""
    if Webhook.objects.filter(pk=webhook.pk, off_at=None).update(off_at=timezone.now(), off_because=because):
        webhook.refresh_from_db()
        feeds()[webhook.feed].switched_off(webhook)


def replay(deliveries: Any) -> int:
    """Have deliveries sent again, from their first attempt on; returns how many."""
    changed: int = deliveries.exclude(state=Delivery.State.WAITING).update(
        state=Delivery.State.WAITING, attempts=0, due_at=timezone.now()
    )
    return changed
