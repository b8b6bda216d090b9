"""Mail: as soon as each chose, once, of what is still open to them, and ended by one click."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset
from feedback.services import report
from notifications.choosing import choose, mute
from notifications.mail import sending, unsubscribing
from notifications.mail.unsubscribing import token_for
from notifications.models import Mail, Notice
from notifications.often import Often, mailed_at
from notifications.services import remove_old, tell
from notifications.tasks import mail_notices
from permissions.models import User
from tests.factories import RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailed(bob: User) -> User:
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    bob.refresh_from_db()
    choose(actor=bob, chosen=[("searches", Often.AT_ONCE)])
    return bob


def told(person: User, title: str = "Something new", dataset: Dataset | None = None, **more: Any) -> int:
    about = {"subject": "dataset", "subject_id": dataset.pk} if dataset else {}
    return tell([Notice(person=person, kind="new_match", title=title, url="/browse/", **about, **more)])


@pytest.mark.parametrize(
    ("often", "expected"),
    [
        (Often.AT_ONCE, datetime(2026, 11, 20, 20, tzinfo=UTC)),
        (Often.DAILY, datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (Often.WEEKLY, datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (Often.NEVER, None),
    ],
)
def test_a_digest_goes_out_in_the_morning_of_its_reader(often: Often, expected: datetime | None) -> None:
    friday = datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert mailed_at(often, friday, ZoneInfo("Europe/Stockholm")) == expected


def test_what_is_due_together_is_one_mail(mailed: User) -> None:
    told(mailed, "First")
    told(mailed, "Second")
    assert [mail_notices(), mail_notices()] == [1, 0]
    (message,) = outbox.outbox
    assert (message.to, message.subject) == (["bob@example.org"], "Second and 1 more")
    assert "First" in f"{message.subject}{message.body}"
    assert "http" in f"{message.subject}{message.body}"


def test_the_same_is_told_a_person_once(mailed: User) -> None:
    for _ in range(3):
        told(mailed, key="failed:42")
    mail_notices()
    assert Notice.objects.filter(person=mailed).count() == len(outbox.outbox) == 1


def test_what_was_closed_meanwhile_is_left_out(mailed: User, customers: Dataset) -> None:
    told(mailed, "New: customers", customers)
    told(mailed, "New: harmless")
    RuleFactory.create(label="source:crm", level="discover", people=[mailed])
    mail_notices()
    (message,) = outbox.outbox
    assert "customers" not in message.subject + f"{message.subject}{message.body}"


def test_nothing_is_sent_where_nothing_is_left_or_somebody_has_gone(mailed: User, customers: Dataset) -> None:
    told(mailed, "New: customers", customers)
    User.objects.filter(pk=mailed.pk).update(is_active=False)
    mail_notices()
    assert outbox.outbox == []
    assert Mail.objects.get().state == "withheld"


def test_what_is_muted_is_told_nowhere(mailed: User, customers: Dataset) -> None:
    mute(actor=mailed, subject="dataset", subject_id=customers.pk)
    assert told(mailed, "New: customers", customers) == 0
    mute(actor=mailed, subject="dataset", subject_id=customers.pk, on=False)
    assert told(mailed, "New: customers", customers) == 1


def test_a_title_cannot_add_headers(mailed: User, customers: Dataset, alice: User) -> None:
    Dataset.objects.filter(pk=customers.pk).update(owner=mailed)
    evil = "Empty\r\nBcc: everybody@example.org\n\nHello\x00"
    report(actor=alice, dataset=Dataset.objects.with_context().get(pk=customers.pk), kind="wrong", severity="minor",
           title=evil.replace("\x00", ""))  # fmt: skip
    mail_notices()
    (message,) = outbox.outbox
    raw = message.message()
    assert raw["Subject"] == "Yours to look at: Empty Bcc: everybody@example.org Hello"
    assert raw["Bcc"] is None


def test_an_address_with_headers_in_it_gets_nothing(mailed: User) -> None:
    User.objects.filter(pk=mailed.pk).update(email="bob@example.org\nBcc: everybody@example.org")
    told(User.objects.get(pk=mailed.pk))
    mail_notices()
    assert outbox.outbox == []
    assert Mail.objects.get().state == "dead"


def test_a_server_that_is_away_gets_the_same_mail_later(mailed: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def open(self) -> None: ...
        def close(self) -> None: ...
        def send_messages(self, messages: object) -> int:
            raise smtplib.SMTPServerDisconnected("Away.")

    told(mailed)
    monkeypatch.setattr(sending, "get_connection", Away)
    assert mail_notices() == 0
    monkeypatch.undo()
    before = Mail.objects.get()
    assert (before.state, before.attempts) == ("waiting", 1)
    assert before.due_at > timezone.now()
    Mail.objects.update(due_at=timezone.now())
    assert mail_notices() == 1
    assert before.pk.hex in outbox.outbox[0].message()["Message-ID"]


def test_one_click_ends_mail_of_that_kind_without_signing_in(mailed: User) -> None:
    told(mailed)
    mail_notices()
    headers = outbox.outbox[0].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(headers["List-Unsubscribe"].strip("<>").replace("\n", "").replace(" ", ""))
    address = f"{link.path}?{link.query}"
    client = Client(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    told(mailed)
    assert mail_notices() == 1  # looking ended nothing
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    told(mailed)
    assert mail_notices() == 0
    assert client.post(f"{address}x").status_code == 404


@pytest.mark.parametrize("wrong", ["", "of another", "for another purpose", "too old"])
def test_a_link_that_nobody_signed_for_it_ends_no_mail(
    wrong: str, mailed: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [mailed.pk, ["searches"]]
    signed = token_for(mailed, ["searches"])
    if wrong == "of another":
        signed = ":".join([signed.split(":")[0], *token_for(alice, ["searches"]).split(":")[1:]])
    elif wrong == "for another purpose":
        signed = signing.dumps(said, salt="another purpose")
    elif wrong == "too old":
        monkeypatch.setattr(unsubscribing, "LASTS", timedelta(seconds=-1))
    address = reverse("notifications:unsubscribe", query={"t": signed if wrong else ""})
    client = Client(enforce_csrf_checks=True)
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    told(mailed)
    assert mail_notices() == 1


def test_choices_are_made_on_their_page(as_bob: Client, bob: User, customers: Dataset) -> None:
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    assert "bob@example.org" in as_bob.get("/inbox/choices/").content.decode()
    as_bob.post("/inbox/choices/", {"searches": "never", "access": "nonsense"})
    bob.refresh_from_db()
    told(bob, "New: customers", customers)
    assert Notice.objects.get().mail_at is None
    as_bob.post("/inbox/mute/", {"subject": "dataset", "id": customers.pk})
    assert "New: customers" in as_bob.get("/inbox/choices/").content.decode()
    assert as_bob.post("/inbox/mute/", {"subject": "dataset", "id": "999999"}).status_code == 404


def test_old_mails_are_forgotten(mailed: User) -> None:
    long_ago = timezone.now() - timedelta(days=100)
    Mail.objects.create(person=mailed, state="sent", made_at=long_ago)
    waiting = Mail.objects.create(person=mailed, made_at=long_ago)
    remove_old()
    assert list(Mail.objects.all()) == [waiting]
