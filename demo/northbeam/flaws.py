"""Flaws put in on purpose, as every company has some; docs/demo.md lists where a reader meets them.

Others live where they arise: readings without consumption in `readings`, the late load in `landing`.
"""

from datetime import timedelta

from demo.northbeam.chance import DAY
from demo.northbeam.subscriptions import Subscription, SubscriptionEvent

UNLOGGED_PAUSES = 3
LEAVING_WHILE_PAUSED = 2


def pause_without_a_log(subscriptions: list[Subscription]) -> list[Subscription]:
    """Set three active subscriptions to paused as a script did, past the event log: the balance of states is off."""
    active = [subscription for subscription in subscriptions if subscription.status == "active"]
    paused = {subscription.subscription_id for subscription in active[: UNLOGGED_PAUSES * 10 : 10]}
    return [
        subscription._replace(status="paused", current_period=None)
        if subscription.subscription_id in paused
        else subscription
        for subscription in subscriptions
    ]


def leave_while_paused(subscriptions: list[Subscription]) -> list[Subscription]:
    """Write why they leave on two subscriptions that are paused: they are in two states at once."""
    paused = [one.subscription_id for one in subscriptions if one.status == "paused"][:LEAVING_WHILE_PAUSED]
    return [
        one._replace(cancel_reason="too_expensive") if one.subscription_id in paused else one for one in subscriptions
    ]


def back_to_trial(events: list[SubscriptionEvent]) -> list[SubscriptionEvent]:
    """Let an agent put one active subscription on trial again, which nobody may, and back two hours later."""
    last = {event.subscription_id: event for event in events}
    newest = max(event.occurred_at for event in events)
    chosen = next(one for one in last.values() if one.to_status == "active" and newest - one.occurred_at > 10 * DAY)
    at, number = chosen.occurred_at + 3 * DAY, events[-1].event_id
    there = SubscriptionEvent(number + 1, chosen.subscription_id, "active", "trial", at, "d.osei", "goodwill")
    back = SubscriptionEvent(
        number + 2, chosen.subscription_id, "trial", "active", at + timedelta(hours=2), "d.osei", None
    )
    return [*events, there, back]
