"""The council room: the agenda that makes itself, seats, meetings, the calendar; and where words are used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from catalog.models import Dataset
from definitions.agenda import agenda_for
from definitions.answers import definitions as answers_to
from definitions.calendar import key_for
from definitions.days import today
from definitions.drafting import Text, save_draft
from definitions.models import Binding, Conflict, Meaning, Meeting, Proposal, Seat, Unproven
from definitions.proposing import propose
from permissions.models import Role, User
from tests.cast import signed_in
from tests.definitions.factories import DefinitionFactory, SeatFactory
from tests.factories import DatasetFactory, DomainFactory, RoleFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db
LATE = today() - timedelta(days=3)


@pytest.fixture
def member(alice: User) -> User:
    RoleFactory.create(person=alice, role=Role.COUNCIL)
    return User.objects.get(pk=alice.pk)


def text(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


def proposed(author: User, name: str = "Churn") -> Proposal:
    word = DefinitionFactory.create(name=name, author=author)
    save_draft(actor=author, definition=word, text=Text("Said better."))
    return propose(actor=author, definition=word, reason="Nobody counts it alike.")


def test_the_agenda_puts_first_what_closes_first_and_then_what_is_broken(member: User, bob: User) -> None:
    DefinitionFactory.create(name="Due", review_on=LATE)
    DefinitionFactory.create(name="Not due", review_on=today() + timedelta(days=200))
    broken = DefinitionFactory.create(name="Broken", bindings=[DatasetFactory.create()])
    Unproven.objects.create(definition=broken, binding=Binding.objects.get(), reason="A column went.")
    closing, later = proposed(bob, "Closing"), proposed(bob, "Later")
    Proposal.objects.filter(pk=closing.pk).update(closes_at=timezone.now() + timedelta(hours=3))
    rule = RuleFactory.create(label="tag:gold", review_on=LATE, at_review="nag")
    Conflict.objects.create(kind="same_name", one=broken, other=closing.definition)
    refs = [item.ref for item in agenda_for(member)]
    assert refs[:2] == [f"proposal:{closing.pk}", f"unproven:{broken.pk}"]
    assert {refs[2], refs[3]} == {f"proposal:{later.pk}", f"conflict:{Conflict.objects.get().pk}"}
    assert refs[4].startswith("review:")
    assert refs[5:] == [f"rule:{rule.pk}"]


def test_the_agenda_tells_nobody_of_what_they_may_not_read(member: User, bob: User) -> None:
    proposed(bob)
    local = DefinitionFactory.create(name="Hidden", domain=DomainFactory.create(slug="finance"), review_on=LATE)
    Conflict.objects.create(kind="same_name", one=local, other=DefinitionFactory.create())
    RuleFactory.create(label="domain:finance", level="discover", people=[member])
    assert [item.kind for item in agenda_for(User.objects.get(pk=member.pk))] == ["proposal"]
    page = signed_in(UserFactory.create()).get(reverse("definitions:council"))
    assert "Churn" not in text(page)


def test_a_meeting_goes_through_the_agenda_and_leaves_minutes(member: User, bob: User) -> None:
    proposal, client = proposed(bob), signed_in(member)
    page = client.post(reverse("definitions:meet"), follow=True)
    meeting = Meeting.objects.get()
    assert "Churn" in text(page)
    assert reverse("definitions:tally", args=[proposal.pk]) in text(page)
    given = {"body": "We **wait** for Legal.", "item": f"proposal:{proposal.pk}"}
    page = client.post(reverse("definitions:note", args=[meeting.pk]), given, follow=True)
    assert "<strong>wait</strong>" in text(page)
    Proposal.objects.filter(pk=proposal.pk).update(
        state="approved", decided_at=timezone.now(), outcome="2 approve_, 0 object."
    )
    client.post(reverse("definitions:end_meeting", args=[meeting.pk]))
    minutes = client.get(reverse("definitions:minutes", args=[meeting.pk]))
    assert minutes["Content-Type"].startswith("text/markdown")
    assert "Present: Alice Archer" in text(minutes)
    assert "approved. 2 approve\\_, 0 object." in text(minutes)
    assert "We **wait** for Legal." in text(minutes)
    client.post(reverse("definitions:note", args=[meeting.pk]), given)
    assert meeting.notes.count() == 1
    outsider = signed_in(UserFactory.create()).get(meeting.get_absolute_url())
    assert "for Legal" not in text(outsider)


def test_only_members_open_meetings_and_give_seats(as_bob: Client, bob: User) -> None:
    given = {"represents": "Finance", "person": "bob", "begins_on": "2026-01-01"}
    for address in ("definitions:meet", "definitions:seats", "definitions:rule"):
        body = given | {"kind": "new", "method": "majority", "quorum": 1, "days": 1}
        assert as_bob.post(reverse(address), body).status_code == 403
    assert not Seat.objects.exists()


def test_a_seat_is_given_and_changed_on_record(member: User, bob: User) -> None:
    client = signed_in(member)
    given = {"represents": "Finance", "person": "bob", "deputy": "bob", "begins_on": "2026-01-01"}
    assert client.post(reverse("definitions:seats"), given).status_code == 422
    client.post(reverse("definitions:seats"), given | {"deputy": "@alice"})
    seat = Seat.objects.get()
    assert (seat.person, seat.deputy) == (bob, member)
    client.post(reverse("definitions:seat", args=[seat.pk]), given | {"deputy": "", "ends_on": "2026-06-30"})
    seat.refresh_from_db()
    assert (seat.deputy, str(seat.ends_on)) == (None, "2026-06-30")


def test_a_rule_of_deciding_holds_for_what_is_proposed_later(member: User, bob: User) -> None:
    before = proposed(bob)
    body = {"kind": "version", "method": "consent", "quorum": "80", "days": "3", "required": "Legal, Finance"}
    signed_in(member).post(reverse("definitions:rule"), body)
    after = proposed(bob, "Other")
    assert (before.method, after.method, after.quorum, after.required) == (
        "majority",
        "consent",
        80,
        ["Legal", "Finance"],
    )


def test_the_calendar_is_read_by_its_secret_address_alone(member: User, bob: User, client: Client) -> None:
    proposed(bob)
    DefinitionFactory.create(name="Account", review_on=LATE)
    address = reverse("definitions:calendar")
    found = Calendar.from_ical(client.get(address, {"key": key_for(member)}).content)
    assert {str(event["summary"]) for event in found.walk("VEVENT")} == {"Vote closes: Churn", "Review: Account"}
    stranger = Calendar.from_ical(client.get(address, {"key": key_for(UserFactory.create())}).content)
    assert {str(event["summary"]) for event in stranger.walk("VEVENT")} == {"Review: Account"}
    key = key_for(member)
    member.set_password("another one altogether")
    member.save()
    for wrong in (key, "", "made-up", f"{key}x"):
        assert client.get(address, {"key": wrong}).status_code == 404


def test_a_search_is_answered_by_what_its_word_means(as_bob: Client, bob: User) -> None:
    DefinitionFactory.create(name="Active customer", statement="Pays **now**.", synonyms=["paying account"])
    DefinitionFactory.create(name="Active customer", slug="draft", status="draft")
    for query in ("active customer", "how many active customers", "Paying account", "active cust"):
        assert [one.text for one in answers_to(bob, query)] == ["Pays now."]
    assert list(answers_to(bob, "ac")) == []
    assert list(answers_to(bob, "revenue")) == []
    assert "Pays now." in text(as_bob.get("/search/?q=active+customer"))
    assert "term, v1" in text(as_bob.get(reverse("catalog:suggest"), {"q": "active cus"}))
    assert 'href="/definitions/active-customer/"' in text(as_bob.get(reverse("core:palette"), {"q": "active cus"}))


def test_those_who_curate_say_what_data_means(customers: Dataset, as_alice: Client, as_bob: Client) -> None:
    word = DefinitionFactory.create(name="Address")
    address = reverse("definitions:link", args=[customers.pk])
    given = {"definition": "address", "field": "email"}
    assert as_bob.post(address, given).status_code == 403
    assert as_alice.post(address, given | {"field": "nothing"}).status_code == 422
    assert as_alice.post(address, given | {"definition": "nothing"}).status_code == 422
    as_alice.post(address, given)
    field = customers.fields.get(path="email")
    for page in (
        reverse("definitions:dataset", args=[customers.pk]),
        reverse("definitions:field", args=[customers.pk, field.pk]),
    ):
        assert word.get_absolute_url() in text(as_bob.get(page))
    assert field.get_absolute_url() in text(as_bob.get(word.get_absolute_url()))
    as_alice.post(reverse("definitions:unlink", args=[customers.pk, Meaning.objects.get().pk]))
    assert not Meaning.objects.exists()


def test_a_link_to_hidden_data_is_not_told_of(customers: Dataset, as_charlie: Client) -> None:
    word = DefinitionFactory.create(name="Address")
    Meaning.objects.create(definition=word, dataset=customers, field=customers.fields.get(path="email"))
    assert "email" not in text(as_charlie.get(word.get_absolute_url()))


def test_the_room_asks_the_database_as_often_however_much_waits(member: User, bob: User) -> None:
    client, room = signed_in(member), reverse("definitions:council")

    def asked() -> int:
        client.get(room)
        with CaptureQueriesContext(connection) as queries:
            client.get(room)
        return len(queries)

    proposed(bob)
    SeatFactory.create()
    few = asked()
    for n in range(4):
        proposed(bob, f"Word {n}")
        DefinitionFactory.create(review_on=LATE)
        SeatFactory.create()
    assert asked() <= few <= 25
