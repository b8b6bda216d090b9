"""Webhooks over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from notifications.models import Delivery, Webhook
from permissions.models import AuditEntry, Role, User
from tests.api.conftest import JSON, every, program, read
from tests.cast import signed_in
from tests.factories import RoleFactory, UserFactory
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(root: User) -> Client:
    return program(root, "read", "write")


def post(client: Client, path: str, told: Any = None) -> Any:
    return client.post(f"/api/v1/{path}", told or {}, content_type=JSON)


def patch(client: Client, path: str, told: Any, tag: str = "*") -> Any:
    return client.patch(f"/api/v1/{path}", told, content_type=JSON, headers={"If-Match": tag} if tag else {})


def wish(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"name": "Platform", "url": receiver.url("/ok?token=hush"), "topics": ["rule", "grant"]} | more


def test_one_is_made_with_a_key_that_is_told_once(admin: Client, receiver: Receiver) -> None:
    made = post(admin, "webhooks", wish(receiver))
    assert made.status_code == 201, made.content
    assert made.json()["key"].startswith("whsec_")
    told = read(admin, f"webhooks/{made.json()['id']}")
    assert (told["state"], told["topics"], told["speaks_for"]["username"]) == ("new", ["grant", "rule"], "root")
    assert "key" not in told
    assert "hush" not in str(told)
    assert [one["name"] for one in every(admin, "webhooks", limit=1)] == ["Platform"]
    assert "hush" not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"url": "http://10.0.0.1/x"}, "#/url"),
        ({"url": "https://localhost.invalid./"}, "#/url"),
        ({"url": "ftp://example.org"}, "#/url"),
        ({"topics": ["read"]}, "#/topics"),
        ({"topics": []}, "#/topics"),
        ({"topics": ["a\0"]}, "#/topics/0"),
        ({"topics": ["\ud800"]}, "#/topics/0"),
        ({"name": "a\0b"}, "#/name"),
        ({"format": "xml"}, "#/format"),
        ({"speaks_for": "nobody"}, "#/speaks_for"),
        ({"position": 0}, "#/position"),
        ({"owner": "alice"}, "#/owner"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_by_its_place(
    admin: Client, alice: User, receiver: Receiver, more: dict[str, Any], pointer: str
) -> None:
    answer = post(admin, "webhooks", wish(receiver, **more))
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Webhook.objects.exists()


def test_others_neither_see_nor_make_any(admin: Client, alice: User, receiver: Receiver, root: User) -> None:
    made = post(admin, "webhooks", wish(receiver)).json()["id"]
    client = program(alice, "read", "write")
    for path in ("webhooks", f"webhooks/{made}", f"webhooks/{made}/deliveries"):
        read(client, path, 403)
    assert post(client, "webhooks", wish(receiver)).status_code == 403
    assert post(client, f"webhooks/{made}/key").status_code == 403
    assert client.delete(f"/api/v1/webhooks/{made}").status_code == 403
    assert post(program(root), "webhooks", wish(receiver, name="b")).status_code == 403  # a token that only reads


def test_it_is_changed_in_the_state_that_was_read(admin: Client, receiver: Receiver) -> None:
    path = f"webhooks/{post(admin, 'webhooks', wish(receiver)).json()['id']}"
    tag = admin.get(f"/api/v1/{path}")["ETag"]
    assert patch(admin, path, {"on": False}, "").status_code == 428
    assert patch(admin, path, {"on": False}, tag).json()["state"] == "off"
    assert patch(admin, path, {"on": True}, tag).status_code == 412
    kept = Webhook.objects.get().secrets["url"]
    assert patch(admin, path, {"name": "Other", "topics": ["team"], "on": True}).json()["topics"] == ["team"]
    assert Webhook.objects.get().secrets["url"] == kept
    assert patch(admin, path, {"url": "https://10.1.1.1/"}).status_code == 400
    assert admin.delete(f"/api/v1/{path}").status_code == 204
    read(admin, path, 404)


def test_another_administrator_stops_it_and_leads_it_nowhere_else(admin: Client, receiver: Receiver) -> None:
    """Who does so would be told what the one it speaks for may know."""
    path = f"webhooks/{post(admin, 'webhooks', wish(receiver)).json()['id']}"
    ruth = UserFactory.create(username="other")
    RoleFactory.create(person=ruth, role=Role.ADMINISTRATOR)
    other = program(ruth, "read", "write")
    assert patch(other, path, {"url": receiver.url("/mine")}).status_code == 403
    assert patch(other, path, {"topics": ["role"]}).status_code == 403
    assert post(other, f"{path}/key").status_code == 403
    assert post(other, "webhooks", wish(receiver, name="b", speaks_for="root")).status_code == 403
    assert patch(other, path, {"on": False}).status_code == 200
    Delivery.objects.create(webhook=Webhook.objects.get(), kind="rule.created", answer="an echo")
    assert [every(who, f"{path}/deliveries")[0]["answer"] for who in (admin, other)] == ["an echo", ""]
    shown = signed_in(ruth).get(f"/{path}/").content.decode()
    assert "rule.created" in shown
    assert "an echo" not in shown


def test_it_is_tried_and_sent_again(admin: Client, receiver: Receiver) -> None:
    pk = post(admin, "webhooks", wish(receiver)).json()["id"]
    tried = post(admin, f"webhooks/{pk}/test")
    assert (tried.status_code, tried.json()["kind"]) == (201, "webhook.test")
    Delivery.objects.update(state="dead", attempts=10)
    assert [one["state"] for one in every(admin, f"webhooks/{pk}/deliveries", state="dead")] == ["dead"]
    again = post(admin, f"webhooks/{pk}/deliveries/{tried.json()['id']}/replay").json()
    assert (again["state"], again["attempts"]) == ("waiting", 0)
    assert post(admin, f"webhooks/{pk}/deliveries/2000000000/replay").status_code == 404
    assert post(admin, f"webhooks/2000000000/deliveries/{tried.json()['id']}/replay").status_code == 404
