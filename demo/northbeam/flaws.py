"""Flaws put in on purpose, as every company has some; docs/demo.md lists where a reader meets them.

Others live where they arise: readings without consumption in `readings`, the late load in `landing`.
"""

from demo.northbeam.subscriptions import Subscription

UNLOGGED_PAUSES = 3


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
