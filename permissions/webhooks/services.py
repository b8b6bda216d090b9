"""Making, changing and ending webhooks: administrators do, and none learns by one what is hidden from them."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from notifications.models import Delivery, Webhook
from notifications.webhooks import delivering
from notifications.webhooks.places import Place, Refused, checked, place_of
from notifications.webhooks.signing import new_key
from permissions.appointing import require_administrator
from permissions.audit import record
from permissions.models import User
from permissions.tokens.services import may_make_tokens_of
from permissions.webhooks.record import NAME, head, topics

MOST: Final = 100
OLD_KEY_HOLDS: Final = timedelta(days=1)
SPEAK: Final = "A webhook speaks for you, or for a service account: else it could tell you what is hidden from you."


class NewKey(NamedTuple):
    """A webhook and its key, which is known only now."""

    webhook: Webhook
    key: str


def create_webhook(
    *,
    actor: User,
    name: str,
    url: str,
    topics: Collection[str],
    format: str = "json",  # noqa: A002 - as the API calls it
    speaks_for: User | None = None,
) -> NewKey:
    """Make a webhook that is told what happens from now on, as far as `speaks_for`, by default `actor`, may know.

    Raises `PermissionDenied`, `ValidationError`.
    """
    require_administrator(actor)
    account = speaks_for or actor
    require_voice(actor, account)
    place, key = _reachable(url), new_key()
    webhook = Webhook(name=name.strip(), host=place.shown, format=format, feed=NAME, topics=sorted(set(topics)))
    webhook.speaks_for, webhook.owner = account, actor
    webhook.secrets = {"url": url, "key": key}
    with transaction.atomic():
        if Webhook.objects.count() >= MOST:
            raise ValidationError(f"There are {MOST} webhooks already. Remove those that nothing reads.")
        webhook.position = head()
        _save(webhook)
        record("webhook.created", actor=actor, thing=webhook, after=told(webhook))
    return NewKey(webhook, key)


def change_webhook(
    *,
    actor: User,
    webhook: Webhook,
    name: str,
    topics: Collection[str],
    format: str,  # noqa: A002 - as the API calls it
    url: str = "",
) -> Webhook:
    """Change what it is told and where; no `url` keeps the address. Raises `PermissionDenied`, `ValidationError`."""
    require_administrator(actor)
    require_voice(actor, webhook.speaks_for)
    place = _reachable(url) if url else None
    with transaction.atomic():
        found = Webhook.objects.select_for_update().get(pk=webhook.pk)
        before = told(found)
        found.name, found.topics, found.format = name.strip(), sorted(set(topics)), format
        if place:
            found.host, found.secrets = place.shown, found.secrets | {"url": url}
        _save(found)
        record("webhook.changed", actor=actor, thing=found, before=before, after=told(found))
    return found


@transaction.atomic
def change_key(*, actor: User, webhook: Webhook) -> NewKey:
    """Give it another key. For a day bodies are signed with the old one as well, so that the receiver can follow."""
    require_administrator(actor)
    require_voice(actor, webhook.speaks_for)
    found, key = Webhook.objects.select_for_update().get(pk=webhook.pk), new_key()
    old = {"old_key": found.secrets["key"], "old_until": time.time() + OLD_KEY_HOLDS.total_seconds()}
    found.secrets = {"url": found.secrets["url"], "key": key} | old
    found.save(update_fields=["sealed"])
    record("webhook.key_changed", actor=actor, thing=found)
    return NewKey(found, key)


@transaction.atomic
def switch_webhook(*, actor: User, webhook: Webhook, on: bool) -> None:
    """Stop it, or have it go on from where it stopped: what happened meanwhile is sent then."""
    require_administrator(actor)
    if on:
        values: dict[str, Any] = {"off_at": None, "off_because": "", "failing_since": None}
        changed = Webhook.objects.filter(pk=webhook.pk, off_at__isnull=False).update(**values)
    else:
        values = {"off_at": timezone.now(), "off_because": f"Switched off by {actor}."}
        changed = Webhook.objects.filter(pk=webhook.pk, off_at=None).update(**values)
    if changed:
        record(f"webhook.switched_{'on' if on else 'off'}", actor=actor, thing=webhook)


@transaction.atomic
def remove_webhook(*, actor: User, webhook: Webhook) -> None:
    """Forget it with its deliveries; the record keeps that it was."""
    require_administrator(actor)
    record("webhook.removed", actor=actor, thing=webhook, before=told(webhook))
    webhook.delete()


@transaction.atomic
def send_test(*, actor: User, webhook: Webhook) -> Delivery:
    """Have it sent something that tells nothing."""
    require_administrator(actor)
    return Delivery.objects.create(webhook=webhook, kind=delivering.TEST)


@transaction.atomic
def replay(*, actor: User, webhook: Webhook, delivery: Delivery | None = None) -> int:
    """Have one delivery sent again, or all that were given up; returns how many. They are checked anew as they go."""
    require_administrator(actor)
    chosen = {"pk": delivery.pk} if delivery else {"state": Delivery.State.DEAD}
    count = delivering.replay(webhook.deliveries.filter(**chosen))
    if count:
        record("webhook.replayed", actor=actor, thing=webhook, after={"deliveries": count})
    return count


def require_voice(actor: User, account: User) -> None:
    """Raise `PermissionDenied` unless `actor` could as well make a token of the account."""
    if not may_make_tokens_of(actor, account):
        raise PermissionDenied(SPEAK)


def told(webhook: Webhook) -> dict[str, Any]:
    """What the record keeps of one: nothing of its address but the host."""
    plain = {name: getattr(webhook, name) for name in ("name", "host", "format", "topics")}
    return plain | {"speaks_for": webhook.speaks_for.username}


def _reachable(url: str) -> Place:
    try:
        place = place_of(url)
        checked(place)
    except Refused as error:
        raise ValidationError({"url": str(error)}) from error
    return place


def _save(webhook: Webhook) -> None:
    if unknown := [topic for topic in webhook.topics if topic not in topics()]:
        raise ValidationError({"topics": f"There are no events of {', '.join(unknown)}."})
    if not webhook.speaks_for.is_active:
        raise ValidationError({"speaks_for": f"The account of {webhook.speaks_for} is closed."})
    webhook.full_clean()
    webhook.save()
