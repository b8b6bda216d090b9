"""A certificate needs a complete protocol, a person, a reason and an end; it goes when one of them does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.certifying import GRACE, NotComplete, certify, check_certificates, withdraw
from catalog.curation.services import edit
from catalog.curation.undo import undo_edit
from catalog.models import Completeness, Dataset, Edit, Protocol
from catalog.protocol.services import save_protocol
from catalog.telling import follow
from notifications.models import Notice
from permissions.models import AuditEntry, Role
from tests.api.conftest import JSON, program
from tests.factories import RoleFactory, UserFactory


@pytest.fixture
def protocol(bob):
    """Certified data has a title."""
    RoleFactory.create(role=Role.COUNCIL, person=bob)
    values = {"name": "Certified", "requires": ["title"], "certified": True}
    return save_protocol(actor=bob, protocol=Protocol(), values=values)


@pytest.fixture
def certified(alice, customers):
    certify(actor=alice, dataset=customers, note="Counted by hand.")
    return customers


def test_it_needs_all_that_is_asked_of_certified_data(protocol, alice, customers):
    with pytest.raises(NotComplete, match="a title"):
        certify(actor=alice, dataset=customers, note="Looks fine.")
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    certify(actor=alice, dataset=customers, note="Counted by hand.")
    customers.refresh_from_db()
    assert (customers.certified_by, customers.certification_note) == (alice, "Counted by hand.")
    assert customers.certified_until == timezone.localdate() + timedelta(days=365)
    assert Completeness.objects.get().asked == 1
    assert set(Edit.objects.latest("pk").changes.values_list("fact", flat=True)) == {
        "certified_at", "certified_by", "certification_note", "certified_until",
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="dataset.certified").exists()


def test_it_needs_a_reason_and_an_end_by_whom_curates_it(alice, charlie, customers):
    today = timezone.localdate()
    for note, until in (("", None), ("Fine", today), ("Fine", today + timedelta(days=1_000))):
        with pytest.raises(ValidationError):
            certify(actor=alice, dataset=customers, note=note, until=until)
    with pytest.raises(PermissionDenied):
        certify(actor=charlie, dataset=customers, note="Fine")
    Dataset.objects.update(lifecycle="deprecated")
    with pytest.raises(ValidationError):
        certify(actor=alice, dataset=customers, note="Fine")


def test_it_is_withdrawn_with_a_reason_which_followers_hear_and_undone(alice, certified):
    follower = UserFactory.create()
    follow(actor=follower, dataset=certified)
    with pytest.raises(ValidationError):
        withdraw(actor=alice, dataset=certified, why=" ")
    done = withdraw(actor=alice, dataset=certified, why="Counts are off.")
    assert Notice.objects.get().person == follower
    undo_edit(actor=alice, edit=done)
    certified.refresh_from_db()
    assert (certified.certified_by, certified.certification_note) == (alice, "Counted by hand.")


def test_it_ends_on_its_day_after_a_warning(alice, certified):
    Dataset.objects.update(certified_until=timezone.localdate() + timedelta(days=3))
    assert (check_certificates(), check_certificates()) == (0, 0)
    assert Notice.objects.get().kind == "certificate_ending"
    Dataset.objects.update(certified_until=timezone.localdate() - timedelta(days=1))
    assert check_certificates() == 1
    certified.refresh_from_db()
    assert (certified.certified_at, Edit.objects.latest("pk").origin) == (None, "system")
    assert set(Notice.objects.values_list("person__username", "kind")) == {
        ("alice", "certificate_ending"), ("alice", "certificate_withdrawn"),
    }  # fmt: skip


def test_what_becomes_incomplete_loses_it_after_a_while(protocol, alice, customers):
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    certify(actor=alice, dataset=customers, note="Counted by hand.")
    edit(actor=alice, thing=customers, changes={"title": ""})
    assert check_certificates() == 0
    assert "a title" in Notice.objects.get(kind="certificate_ending").detail
    Completeness.objects.update(since=timezone.now() - GRACE - timedelta(hours=1))
    assert check_certificates() == 1


def test_the_page_shows_what_is_missing_then_certifies_and_withdraws(protocol, as_alice, alice, customers):
    url = reverse("catalog:certify", args=[customers.pk])
    assert b"Not yet" in as_alice.get(url).content
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    assert as_alice.post(url, {"note": "", "until": "2027-01-01"}).status_code == 422
    until = timezone.localdate() + timedelta(days=30)
    assert as_alice.post(url, {"note": "Counted.", "until": until.isoformat()}).status_code == 302
    assert b"Counted." in as_alice.get(customers.get_absolute_url()).content
    as_alice.post(reverse("catalog:certificate_withdraw", args=[customers.pk]), {"why": "Counts are off."})
    customers.refresh_from_db()
    assert customers.certified_at is None


def test_programs_certify_and_withdraw(protocol, alice, customers):
    api, url = program(alice, "read", "write"), f"/api/v1/datasets/{customers.pk}/certificate"
    assert api.post(url, {"note": "Counted."}, content_type=JSON).status_code == 409
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    made = api.post(url, {"note": "Counted.", "until": until}, content_type=JSON)
    assert (made.status_code, made.json()["until"], made.json()["by"]["username"]) == (200, until, "alice")
    assert api.post(f"{url}/withdraw", {"why": ""}, content_type=JSON).status_code == 400
    assert api.post(f"{url}/withdraw", {"why": "Off."}, content_type=JSON).status_code == 200
    assert api.post(f"{url}/withdraw", {"why": "Off."}, content_type=JSON).status_code == 400
    assert api.post(f"{url}/withdraw", {"why": "Off."}, content_type=JSON).status_code == 400
