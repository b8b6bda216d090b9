"""The record as a feed: every change, in the order in which entries were sealed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from notifications.models import Notice
from notifications.services import tell as put_into_inboxes
from notifications.webhooks.feeds import Batch, Feed, Happening
from permissions.audit import record
from permissions.audit.actions import labels
from permissions.models import AuditEntry, AuditHead
from permissions.roles import administrators
from permissions.webhooks.telling import tell

if TYPE_CHECKING:
    from collections.abc import Collection

    from notifications.models import Webhook

NAME: Final = "record"
NO_CHANGES: Final = {"read", "sample", "export", "audit", "sign_in"}  # somebody looked, or came and went
REFUSED: Final = ".refused"
MOST_TOLD: Final = 20


@cache
def changes() -> dict[str, str]:
    """Every action by which something is otherwise than before, with its label."""
    return {
        name: label
        for name, label in labels().items()
        if name.partition(".")[0] not in NO_CHANGES and not name.endswith(REFUSED)
    }


@cache
def topics() -> dict[str, str]:
    """What may be chosen: the first words of actions, each with the labels of its actions."""
    found: dict[str, list[str]] = {}
    for name, label in changes().items():
        found.setdefault(name.partition(".")[0], []).append(label)
    return {topic: ", ".join(each) for topic, each in sorted(found.items())}


def head() -> int:
    """The number of the last sealed entry."""
    return AuditHead.objects.values_list("sequence", flat=True).first() or 0


def after(position: int, wanted: Collection[str], limit: int) -> Batch:
    """Return the next changes of some topics. All up to the head are there before it is read, as one sealer numbers."""
    last = head()
    actions = [name for name in changes() if name.partition(".")[0] in wanted]
    entries = AuditEntry.objects.filter(sequence__gt=position, sequence__lte=last, action__in=actions)
    found = list(entries.order_by("sequence").values_list("sequence", "id", "action", "at")[:limit])
    happenings = [Happening(pk, action, at) for _, pk, action, at in found]
    looked_at = found[-1][0] if len(found) == limit else None
    return Batch(happenings, looked_at or max(last, position))


def switched_off(webhook: Webhook) -> None:
    """Record that Concord itself switched one off, and tell its owner; administrators, where that account is closed."""
    record("webhook.switched_off", actor=None, thing=webhook, note=webhook.off_because)
    people = [webhook.owner] if webhook.owner.is_active else administrators()[:MOST_TOLD]
    put_into_inboxes(
        Notice(
            person=person, kind="webhook_off", title=f"The webhook “{webhook}” was switched off",
            detail=webhook.off_because, url=webhook.get_absolute_url(),
        )
        for person in people
    )  # fmt: skip


RECORD = Feed(NAME, topics, head, after, tell, switched_off)
