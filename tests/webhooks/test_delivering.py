"""Sending: signed, once where it arrives, again where it does not, and never for ever."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from hmac import new as hmac

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import Delivery, Notice, Webhook
from notifications.webhooks import delivering, posting, retrying
from notifications.webhooks.delivering import deliver, remove_old_deliveries, waiting_webhooks
from notifications.webhooks.filling import fill_all
from permissions.audit import record
from permissions.audit.sealing import seal
from permissions.models import AuditEntry, Team, User
from permissions.teams import add_member, create_team
from permissions.webhooks.services import change_key, replay, switch_webhook
from tests.factories import UserFactory
from tests.webhooks.conftest import Make, only, tell
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


def happen(root: User, slug: str = "ops") -> Team:
    return create_team(actor=root, name=slug.title(), slug=slug)


def due_now(webhook: Webhook) -> None:
    webhook.deliveries.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_change_arrives_once_signed_and_told_whole(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make()
    happen(root)
    tell(webhook)
    tell(webhook)
    (got,) = receiver.got
    assert (got.told["type"], got.told["data"]["thing"]["name"]) == ("team.created", "Ops")
    assert got.told["data"]["actor"] == "root"
    assert got.headers["webhook-id"] == only(webhook).message_id
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 30
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = b64decode(webhook.secrets["key"].removeprefix("whsec_"))
    expected = b64encode(hmac(key, signed, sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert (only(webhook).state, only(webhook).status, only(webhook).attempts) == ("arrived", 204, 1)
    webhook.refresh_from_db()
    assert webhook.state == "working"


def test_signatures_are_as_the_standard_has_them() -> None:
    """The example of the Standard Webhooks specification."""
    from notifications.webhooks.signing import signature  # beside what it is held against

    body = b'{"test": 2432232314}'
    signed = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_chosen_changes_since_it_was_made_are_told(make: Make, receiver: Receiver, root: User) -> None:
    happen(root, "before")
    webhook = make(topics=("team",))
    record("role.given", actor=root, thing=root)
    record("read.denied", actor=root, thing=root)
    happen(root, "after")
    tell(webhook)
    assert [got.told["data"]["thing"]["name"] for got in receiver.got] == ["After"]


def test_what_does_not_arrive_is_sent_again_later_and_later(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make("/down")
    happen(root)
    tell(webhook)
    waits = []
    for _ in range(4):
        delivery = only(webhook)
        assert (delivery.state, delivery.status) == ("waiting", 500)
        assert delivery.sent_at is not None
        waits.append((delivery.due_at - delivery.sent_at).total_seconds())
        due_now(webhook)
        deliver(webhook.pk)
    assert [7 < waits[0] < 13, 29 < waits[1] < 51, 119 < waits[2] < 201] == [True] * 3
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    receiver.answers["/down"] = 200
    due_now(webhook)
    deliver(webhook.pk)
    assert (only(webhook).state, only(webhook).attempts) == ("arrived", 6)


def test_it_is_given_up_in_the_end_and_can_be_sent_again(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make("/down")
    happen(root)
    tell(webhook)
    for _ in range(retrying.MOST_ATTEMPTS):
        due_now(webhook)
        deliver(webhook.pk)
    assert (only(webhook).state, only(webhook).attempts) == ("dead", retrying.MOST_ATTEMPTS)
    assert len(receiver.got) == retrying.MOST_ATTEMPTS
    receiver.answers["/down"] = 200
    assert replay(actor=root, webhook=webhook) == 1
    deliver(webhook.pk)
    assert only(webhook).state == "arrived"


def test_a_receiver_that_asks_for_rest_is_left_alone(make: Make, root: User) -> None:
    webhook = make("/busy")
    happen(root)
    tell(webhook)
    assert only(webhook).due_at > timezone.now() + timedelta(minutes=29)


def test_nothing_follows_a_redirect(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make("/moved")
    happen(root)
    tell(webhook)
    assert [got.path for got in receiver.got] == ["/moved"]
    assert (only(webhook).state, only(webhook).status) == ("waiting", 302)


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_an_answer_that_does_not_end_is_cut_off(
    make: Make, root: User, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SECONDS", 1.0)
    webhook = make(path)
    happen(root)
    began = time.monotonic()
    tell(webhook)
    assert time.monotonic() - began < 15  # of the twenty that it would take
    assert any(words in only(webhook).answer for words in ("within 1 seconds", "timed out"))
    assert only(webhook).state == "waiting"


def test_of_a_huge_answer_little_is_read(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make("/huge")
    happen(root)
    tell(webhook)
    time.sleep(0.3)
    assert only(webhook).state == "arrived"
    assert len(only(webhook).answer) <= delivering.LONGEST
    assert receiver.sent_bytes < 50_000_000


def test_who_does_not_listen_at_all_is_tried_again(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make()
    receiver.shutdown()
    receiver.server_close()
    happen(root)
    tell(webhook)
    assert (only(webhook).state, only(webhook).status) == ("waiting", None)
    assert "refused" in only(webhook).answer


def test_one_that_fails_holds_up_no_other(make: Make, receiver: Receiver, root: User) -> None:
    bad, good = make("/down"), make("/ok")
    for slug in ("a", "b", "c"):
        happen(root, slug)
    tell(bad, good)
    assert [got.path for got in receiver.got].count("/down") == 1  # it is not asked thrice in a row
    assert good.deliveries.filter(state="arrived").count() == 3


def test_a_worker_that_dies_while_sending_loses_nothing(
    make: Make, receiver: Receiver, root: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = make()
    happen(root)

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "post", die)
        with pytest.raises(SystemExit):
            tell(webhook)
    assert (only(webhook).state, only(webhook).attempts) == ("waiting", 1)
    assert not Delivery.objects.due().exists()  # not before the dead one's time is over
    due_now(webhook)
    assert waiting_webhooks() == [webhook.pk]
    deliver(webhook.pk)
    assert only(webhook).state == "arrived"


def test_a_worker_that_dies_while_filling_neither_loses_nor_repeats(
    make: Make, root: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = make()
    happen(root)
    seal()
    with monkeypatch.context() as patched:
        patched.setattr(Delivery.objects, "bulk_create", _fail)
        with pytest.raises(RuntimeError):
            fill_all()
    assert fill_all() == 1
    Webhook.objects.update(position=0)  # as if the place had not been kept
    fill_all()
    assert webhook.deliveries.filter(kind="team.created").count() == 1


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError


def test_one_worker_at_a_time_sends_to_a_webhook(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make()
    happen(root)
    Webhook.objects.update(busy_until=timezone.now() + timedelta(minutes=1))
    tell(webhook)
    assert waiting_webhooks() == []
    assert receiver.got == []


def test_long_failure_switches_it_off_and_its_owner_is_told(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make("/down")
    happen(root)
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1))
    tell(webhook)
    webhook.refresh_from_db()
    assert (webhook.state, webhook.off_because) == ("off", delivering.FAILED)
    assert [notice.person for notice in Notice.objects.filter(kind="webhook_off")] == [root]
    assert AuditEntry.objects.filter(action="webhook.switched_off", actor_id=None).count() == 1
    happen(root, "meanwhile")
    tell(webhook)
    assert len(receiver.got) == 1
    receiver.answers["/down"] = 200
    switch_webhook(actor=root, webhook=webhook, on=True)
    due_now(webhook)
    tell(webhook)
    assert webhook.deliveries.filter(state="arrived").count() == 2


def test_a_receiver_that_is_gone_is_told_nothing_more(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make("/gone")
    happen(root)
    tell(webhook)
    webhook.refresh_from_db()
    assert (webhook.state, only(webhook).state) == ("off", "dead")


def test_a_new_key_signs_beside_the_old_one_for_a_day(make: Make, receiver: Receiver, root: User) -> None:
    webhook = make()
    made = change_key(actor=root, webhook=webhook)
    happen(root)
    tell(webhook)
    assert len(receiver.got[0].headers["webhook-signature"].split()) == 2
    secrets = made.webhook.secrets
    assert secrets["key"] == made.key
    assert delivering.keys_of(secrets, time.time() + 90_000) == [made.key]


@pytest.mark.parametrize("form", ["slack", "teams"])
def test_people_are_told_in_a_sentence_that_calls_nobody(make: Make, receiver: Receiver, root: User, form: str) -> None:
    webhook = make(format=form)
    create_team(actor=root, name="<!channel> & [x](http://evil)", slug="x")
    tell(webhook)
    text = json.dumps(receiver.got[0].told)
    assert "Team made: " in text
    if form == "slack":
        assert receiver.got[0].told["text"] == "Team made: &lt;!channel&gt; &amp; [x](http://evil) (by root)"
    else:
        assert receiver.got[0].told["attachments"][0]["content"]["body"][0]["type"] == "RichTextBlock"


def test_neither_address_nor_key_is_kept_in_the_clear(make: Make, root: User) -> None:
    webhook = make("/ok")
    key = webhook.secrets["key"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM notifications_webhook w")
        kept = cursor.fetchone()[0]
    assert "/ok" not in kept.replace("to /ok", "")
    assert key not in kept
    assert key not in str(list(AuditEntry.objects.values()))


def test_old_deliveries_are_forgotten(make: Make, root: User) -> None:
    webhook = make()
    happen(root)
    tell(webhook)
    webhook.deliveries.update(happened_at=timezone.now() - timedelta(days=31))
    assert remove_old_deliveries() == 1


def test_members_who_join_are_told_of(make: Make, receiver: Receiver, root: User) -> None:
    team = happen(root)
    webhook = make(topics=("team",))
    add_member(actor=root, team=team, person=UserFactory.create(username="dan"))
    tell(webhook)
    assert receiver.got[0].told["data"]["after"] == {"person": "dan"}
