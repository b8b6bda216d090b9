"""The pages of webhooks: for administrators, and the key on one answer only."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from notifications.models import Delivery, Webhook
from permissions.models import User
from permissions.teams import create_team
from tests.cast import signed_in
from tests.factories import RoleFactory, UserFactory
from tests.webhooks.conftest import Make, only, tell
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_root(root: User) -> Client:
    return signed_in(root)


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_one_is_made_and_its_key_shown_once(as_root: Client, receiver: Receiver) -> None:
    assert "No webhook yet" in text(as_root, "/webhooks/")
    given = {"name": "Platform", "url": receiver.url("/ok?hush"), "format": "json", "topics": ["rule", "team"]}
    made = as_root.post("/webhooks/new/", given)
    webhook = Webhook.objects.get()
    assert webhook.secrets["key"] in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    shown = text(as_root, f"/webhooks/{webhook.pk}/")
    assert webhook.secrets["key"] not in shown
    assert "hush" not in shown + text(as_root, "/webhooks/") + text(as_root, f"/webhooks/{webhook.pk}/change/")


def test_an_address_inside_is_refused_beside_its_field(as_root: Client) -> None:
    given = {"name": "Platform", "url": "https://169.254.169.254/latest", "format": "json", "topics": ["rule"]}
    answer = as_root.post("/webhooks/new/", given)
    assert answer.status_code == 422
    assert "do not reach" in answer.content.decode()


def test_what_became_of_deliveries_is_shown_and_sent_again(
    as_root: Client, make: Make, receiver: Receiver, root: User
) -> None:
    webhook = make("/down")
    create_team(actor=root, name="Ops", slug="ops")
    tell(webhook)
    Delivery.objects.update(state="dead")
    shown = text(as_root, f"/webhooks/{webhook.pk}/?state=dead")
    assert "team.created" in shown
    assert "500" in shown
    receiver.answers["/down"] = 200
    as_root.post(f"/webhooks/{webhook.pk}/deliveries/{only(webhook).pk}/replay/")
    tell(webhook)
    assert only(webhook).state == "arrived"
    Delivery.objects.update(state="dead")
    as_root.post(f"/webhooks/{webhook.pk}/do/", {"do": "replay"})
    assert only(webhook).state == "waiting"


def test_it_is_tried_stopped_given_another_key_and_removed(as_root: Client, make: Make, receiver: Receiver) -> None:
    webhook = make()
    path, before = f"/webhooks/{webhook.pk}/", webhook.secrets["key"]
    as_root.post(f"{path}do/", {"do": "test"})
    tell(webhook)
    assert receiver.got[0].told["type"] == "webhook.test"
    as_root.post(f"{path}do/", {"do": "off"})
    assert "switched off" in text(as_root, path)
    as_root.post(f"{path}do/", {"do": "on"})
    another = as_root.post(f"{path}key/").content.decode()
    webhook.refresh_from_db()
    assert webhook.secrets["key"] in another
    assert webhook.secrets["key"] != before
    as_root.post(f"{path}change/", {"name": "Other", "url": "", "format": "slack", "topics": ["rule"]})
    assert re.search("Other", text(as_root, "/webhooks/"))
    as_root.post(f"{path}do/", {"do": "remove"})
    assert not Webhook.objects.exists()


def test_only_administrators_come_here_and_only_its_voice_changes_where_it_leads(
    make: Make, alice: User, receiver: Receiver
) -> None:
    path = f"/webhooks/{make().pk}/"
    other = UserFactory.create(username="other")
    RoleFactory.create(person=other)
    for page in ("/webhooks/", "/webhooks/new/", path, f"{path}change/"):
        assert signed_in(alice).get(page).status_code == 403
    for page in (f"{path}key/", f"{path}do/"):
        assert signed_in(alice).post(page, {"do": "remove"}).status_code == 403
    assert signed_in(other).get(path).status_code == 200
    assert signed_in(other).get(f"{path}change/").status_code == 403
    assert signed_in(other).post(f"{path}key/").status_code == 403


def test_a_page_asks_the_same_number_of_questions_however_much_was_sent(
    as_root: Client, make: Make, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    webhook = make()
    for _ in range(120):
        Delivery.objects.create(webhook=webhook, kind="rule.created")
    for page in ("/webhooks/", f"/webhooks/{webhook.pk}/"):
        with django_assert_max_num_queries(20):
            assert as_root.get(page).status_code == 200


def test_the_palette_leads_administrators_here(as_root: Client, alice: User) -> None:
    assert "/webhooks/" in text(as_root, "/palette/?q=webh")
    assert "/webhooks/" not in text(signed_in(alice), "/palette/?q=webh")
