"""A receiver, and webhooks that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network

import pytest
from pytest_django.fixtures import Settings

from notifications.models import Delivery, Webhook
from notifications.webhooks.delivering import deliver
from notifications.webhooks.filling import fill_all
from permissions.audit.sealing import seal
from permissions.models import User
from permissions.webhooks.services import create_webhook
from tests.webhooks.receiver import Receiver

Make = Callable[..., Webhook]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def make(receiver: Receiver, root: User) -> Make:
    def make(path: str = "/ok", topics: tuple[str, ...] = ("team", "grant"), **more: object) -> Webhook:
        seal()
        wish = {"name": f"to {path}", "url": receiver.url(path), "topics": topics} | more
        return create_webhook(actor=root, **wish).webhook  # type: ignore[arg-type]

    return make


def tell(*webhooks: Webhook) -> None:
    """What the worker does every few seconds."""
    seal()
    fill_all()
    for webhook in webhooks:
        deliver(webhook.pk)


def only(webhook: Webhook) -> Delivery:
    return webhook.deliveries.get()
