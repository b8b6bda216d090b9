"""Screenshots are pictures and nothing else; deputies, announcements, reviews and ready answers."""

from __future__ import annotations

import zlib
from datetime import timedelta
from io import BytesIO
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalog.models import Dataset
from feedback.around import announce, be_away
from feedback.images import MOST_BYTES, NotAnImage, read_picture
from feedback.models import Absence, Attachment, ReadyAnswer, Review, Ticket
from feedback.services import report
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.factories import RuleFactory, TicketFactory


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    to = BytesIO()
    Image.new("RGB", size, "red").save(to, form, **more)
    return to.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 by 50,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_are_written_anew(form: str) -> None:
    found = read_picture(BytesIO(picture(form) + b"<script>alert(1)</script>"))
    assert (found.width, found.height) == (40, 20)
    assert found.kind == ("image/jpeg" if form == "JPEG" else "image/png")
    assert b"script" not in found.content


def test_what_a_camera_says_beside_the_pixels_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Where I live"
    assert b"Where I live" in (given := picture("JPEG", exif=exif))
    assert b"Where I live" not in read_picture(BytesIO(given)).content


def test_large_pictures_are_made_smaller() -> None:
    found = read_picture(BytesIO(picture(size=(4_000, 100))))
    assert (found.width, found.height) == (2_560, 64)


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", picture()[:40], b"%PDF-1.7", bomb(),
             picture("TIFF"), b"0" * (MOST_BYTES + 1)],
    ids=["nothing", "svg", "cut", "pdf", "bomb", "tiff", "large"],
)  # fmt: skip
def test_what_is_no_picture_is_not_taken(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        read_picture(BytesIO(data))


@pytest.fixture
def ticket(customers: Dataset) -> Ticket:
    return TicketFactory.create(dataset=customers)


def attached(client: Client, ticket: Ticket, data: bytes, name: str = "shot.png") -> None:
    client.post(reverse("feedback:attach", args=[ticket.pk]), {"file": SimpleUploadedFile(name, data)})


def test_a_screenshot_is_served_as_a_picture_and_nothing_else(as_bob: Client, ticket: Ticket) -> None:
    attached(as_bob, ticket, picture(), 'sh"><script>.html')
    made = Attachment.objects.get()
    answer = as_bob.get(made.get_absolute_url())
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script>" not in made.name
    assert made.get_absolute_url() in as_bob.get(ticket.get_absolute_url()).content.decode()


def test_what_is_none_is_said_and_not_kept(as_bob: Client, ticket: Ticket) -> None:
    attached(as_bob, ticket, b"<html>", "shot.png")
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("level", ["sample", "read", "discover"])
def test_who_may_not_see_values_sees_no_screenshot(level: str, as_bob: Client, ticket: Ticket, charlie: User) -> None:
    attached(as_bob, ticket, picture())
    RuleFactory.create(label="source:crm", level=level, people=[charlie])
    client = signed_in(charlie)
    expected = 404 if level == "discover" else 403
    assert client.get(Attachment.objects.get().get_absolute_url()).status_code == expected
    assert client.post(reverse("feedback:attach", args=[ticket.pk]), {"file": SimpleUploadedFile("a.png", picture())}
                       ).status_code == expected  # fmt: skip


def test_tickets_go_to_whoever_stands_in(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    today = timezone.now().date()
    be_away(actor=alice, deputy=charlie, first_day=today, last_day=today)
    assert report(actor=bob, dataset=customers, kind="wrong", severity="minor", title="Wrong one").assignee == charlie
    Absence.objects.update(first_day=today - timedelta(days=9), last_day=today - timedelta(days=3))
    assert report(actor=bob, dataset=customers, kind="wrong", severity="minor", title="Wrong two").assignee == alice


def test_a_deputy_who_may_not_read_it_is_passed_over(
    customers: Dataset, alice: User, bob: User, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    today = timezone.now().date()
    be_away(actor=alice, deputy=charlie, first_day=today, last_day=today)
    assert report(actor=bob, dataset=customers, kind="wrong", severity="minor", title="Wrong one").assignee == alice


def test_one_is_away_once_at_a_time(as_alice: Client, alice: User, bob: User) -> None:
    given = {"deputy": "bob", "first_day": "2030-07-01", "last_day": "2030-07-20"}
    assert as_alice.post(reverse("feedback:absence"), given).status_code == 302
    page = as_alice.post(reverse("feedback:absence"), given | {"first_day": "2030-07-20", "last_day": "2030-07-21"})
    assert b"You are away at that time already." in page.content
    assert as_alice.post(reverse("feedback:absence"), given | {"deputy": "alice"}).status_code == 422


def test_an_announcement_stands_on_every_page_of_it_until_it_ends(
    as_alice: Client, as_bob: Client, customers: Dataset, alice: User
) -> None:
    given = {"text": "No load on Sunday.", "until": (timezone.now() + timedelta(days=2)).date().isoformat()}
    assert as_bob.post(reverse("feedback:announce", args=[customers.pk]), given).status_code == 403
    as_alice.post(reverse("feedback:announce", args=[customers.pk]), given)
    assert b"No load on Sunday." in as_bob.get(customers.get_absolute_url()).content
    later = announce(actor=alice, thing=customers, text="Something old", ends_at=timezone.now() + timedelta(days=1))
    type(later).objects.update(starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now())
    assert b"No load on Sunday." not in as_bob.get(customers.get_absolute_url()).content


def test_a_review_is_said_once_and_taken_down_with_a_reason(
    as_alice: Client, as_bob: Client, customers: Dataset
) -> None:
    address = reverse("feedback:reviews", args=[customers.pk])
    as_bob.post(address, {"stars": "2", "sentence": "Half of it is empty."})
    as_bob.post(address, {"stars": "5", "sentence": "All of the buyers, at last."})
    one = Review.objects.get()
    assert b"All of the buyers" in as_alice.get(address).content
    hide = reverse("feedback:review_hide", args=[one.pk])
    assert as_bob.post(hide, {"because": "Mine"}).status_code == 403
    as_alice.post(hide, {"because": "It names a customer."})
    assert b"All of the buyers" not in as_alice.get(address).content
    assert b"It names a customer." in as_bob.get(address).content
    assert as_bob.post(address, {"stars": "5", "sentence": "All of the buyers, again."}).status_code == 422


def test_a_ready_answer_is_offered_to_who_triages(as_alice: Client, as_bob: Client, ticket: Ticket) -> None:
    words = ReadyAnswer.objects.create(name="Ask since when", body="Since when do you see it?")
    address = f"{ticket.get_absolute_url()}?answer={words.pk}"
    assert b"Since when do you see it?" in as_alice.get(address).content
    assert b"Since when do you see it?" not in as_bob.get(address).content
