"""The pages of definitions, as those who write, read and vote use them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Dataset
from definitions.models import Definition, Proposal, Seat
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.definitions.factories import DefinitionFactory, SeatFactory, VersionFactory, publish
from tests.factories import DatasetFactory, DomainFactory, FieldFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db
NO_BINDING = {"bindings-TOTAL_FORMS": "0", "bindings-INITIAL_FORMS": "0"}


def text(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


def test_a_word_goes_from_a_form_to_what_is_in_force(customers: Dataset, alice: User, bob: User) -> None:
    seats = [SeatFactory.create(person=alice, represents="Finance"), SeatFactory.create(represents="Legal")]
    writer = signed_in(bob)
    given = {
        "name": "Active customer", "kind": "state", "scope": "enterprise", "statement": "Pays **now**.",
        "examples": "One\nTwo", "criterion": "email IS NOT NULL", "bindings-TOTAL_FORMS": "1",
        "bindings-INITIAL_FORMS": "0", "bindings-0-dataset": "crm.public.customers", "bindings-0-key_fields": "id",
    }  # fmt: skip
    page = writer.post(reverse("definitions:new"), given, follow=True)
    assert "<strong>now</strong>" in text(page)
    assert "Nobody has agreed on this yet" in text(page)
    slug = Definition.objects.get().slug
    assert reverse("definitions:definition", args=[slug]) not in text(
        signed_in(UserFactory.create()).get("/definitions/")
    )
    page = writer.post(reverse("definitions:propose", args=[slug]), {"reason": "Nobody counts it alike."}, follow=True)
    proposal = Proposal.objects.get()
    assert page.redirect_chain[-1][0] == proposal.get_absolute_url()
    for seat in seats:
        ballot = {"seat": seat.pk, "choice": "approve", "seen": "1"}
        page = signed_in(seat.person).post(reverse("definitions:vote", args=[proposal.pk]), ballot, follow=True)
    assert "Every seat has voted" in text(page)
    signed_in(alice).post(reverse("definitions:close", args=[proposal.pk]))
    page = signed_in(UserFactory.create()).get(reverse("definitions:definition", args=[slug]))
    assert "email IS NOT NULL" in text(page)
    assert "crm.public.customers" in text(page)
    assert "Approved" in text(page)


def test_a_draft_is_nothing_to_others(bob: User, as_alice: Client) -> None:
    draft = DefinitionFactory.create(name="Secret word", slug="secret-word", status="draft", author=bob)
    never = as_alice.get(reverse("definitions:definition", args=["never-was"]))
    for name in ("definition", "edit", "propose"):
        answer = as_alice.get(reverse(f"definitions:{name}", args=[draft.slug]))
        assert answer.status_code == never.status_code == 404
    assert as_alice.get(reverse("api:definition", args=[draft.slug])).status_code == 404
    for address in (reverse("definitions:index"), reverse("api:definitions"), "/search/?q=secret"):
        assert "Secret word" not in text(as_alice.get(address))
    assert "Secret word" in text(signed_in(bob).get(reverse("definitions:index")))


def test_a_new_version_in_review_changes_nothing_that_others_read(bob: User, as_alice: Client) -> None:
    word = DefinitionFactory.create(statement="The old text.")
    VersionFactory.create(definition=word, statement="The new text.", author=bob)
    page = text(as_alice.get(word.get_absolute_url()))
    assert "The old text." in page
    assert "v2" not in page
    assert as_alice.get(reverse("definitions:version", args=[word.slug, 2])).status_code == 404
    assert "The new text." in text(signed_in(bob).get(reverse("definitions:version", args=[word.slug, 2])))


def test_what_differs_is_shown_word_by_word(as_alice: Client) -> None:
    word = DefinitionFactory.create(statement="Pays every month.")
    publish(VersionFactory.create(definition=word, statement="Pays every year."))
    page = text(as_alice.get(reverse("definitions:diff", args=[word.slug]) + "?a=1&b=2"))
    assert "<del>month</del><ins>year</ins>" in page
    assert "This no longer holds" in text(as_alice.get(reverse("definitions:version", args=[word.slug, 1])))
    assert as_alice.get(reverse("definitions:diff", args=[word.slug])).status_code == 404


def test_a_criterion_over_closed_data_is_not_shown(customers: Dataset, as_charlie: Client, as_alice: Client) -> None:
    word = DefinitionFactory.create(criterion="email IS NOT NULL", bindings=[customers, DatasetFactory.create()])
    page = text(as_charlie.get(word.get_absolute_url()))
    assert "names data that is closed to you" in page
    assert "email" not in page
    assert "customers" not in page
    assert as_charlie.get(reverse("api:definition", args=[word.slug])).json()["text"]["criterion"] == ""
    assert "email IS NOT NULL" in text(as_alice.get(word.get_absolute_url()))
    assert signed_in(UserFactory.create()).get(reverse("definitions:edit", args=[word.slug])).status_code == 200
    assert as_charlie.get(reverse("definitions:edit", args=[word.slug])).status_code == 403


def test_a_closed_field_closes_the_expression(as_alice: Client, alice: User) -> None:
    dataset = DatasetFactory.create()
    FieldFactory.create(dataset=dataset, name="salary", classified=["pay"])
    word = DefinitionFactory.create(criterion="salary > 0", bindings=[dataset])
    RuleFactory.create(label="class:pay", level="read", people=[alice])
    assert "salary" not in text(as_alice.get(word.get_absolute_url()))


def test_a_rule_on_the_domain_says_why_it_is_closed(alice: User, as_alice: Client) -> None:
    word = DefinitionFactory.create(domain=DomainFactory.create(slug="finance"))
    rule: OptOutRule = RuleFactory.create(label="domain:finance", level="read", people=[alice])
    answer = as_alice.get(word.get_absolute_url())
    assert answer.status_code == 403
    assert rule.reason in text(answer)


def test_a_wrong_key_or_field_is_said_where_it_stands(customers: Dataset, as_bob: Client) -> None:
    given = {
        "name": "A word", "kind": "term", "scope": "enterprise", "statement": "Something.", "bindings-TOTAL_FORMS": "2",
        "bindings-INITIAL_FORMS": "0", "bindings-0-dataset": "crm.public.nothing",
        "bindings-1-dataset": customers.key, "bindings-1-key_fields": "id, number",
    }  # fmt: skip
    page = as_bob.post(reverse("definitions:new"), given)
    assert page.status_code == 422
    assert "You may read no dataset of this key." in text(page)
    assert "has no field number" in text(page)
    assert not Definition.objects.exists()


def test_an_objection_without_a_reason_loses_nothing(alice: User, bob: User) -> None:
    seat: Seat = SeatFactory.create(person=alice)
    word = DefinitionFactory.create(status="draft", author=bob)
    signed_in(bob).post(reverse("definitions:propose", args=[word.slug]), {"reason": "Nobody counts it alike."})
    address = reverse("definitions:vote", args=[Proposal.objects.get().pk])
    page = signed_in(alice).post(address, {"seat": seat.pk, "choice": "object", "seen": "1"})
    assert page.status_code == 422
    assert "Say why" in text(page)


def test_an_amendment_is_written_in_the_same_form(alice: User, bob: User) -> None:
    SeatFactory.create(person=alice)
    word = DefinitionFactory.create(status="draft", author=bob, statement="Pays.")
    signed_in(bob).post(reverse("definitions:propose", args=[word.slug]), {"reason": "Nobody counts it alike."})
    proposal = Proposal.objects.get()
    address = reverse("definitions:amend", args=[proposal.pk])
    client = signed_in(alice)
    assert "Pays." in text(client.get(address))
    given = {"statement": "Pays, or will.", "change_note": "Trials count.", "seen": "1", **NO_BINDING}
    page = client.post(address, given, follow=True)
    assert "Earlier votes were on another text" in text(page)
    assert "<ins>" not in text(page)
    assert client.post(address, given).status_code == 422


def test_votes_are_cast_by_programs_too(alice: User, bob: User) -> None:
    SeatFactory.create(person=alice, represents="Finance")
    word = DefinitionFactory.create(status="draft", author=bob)
    signed_in(bob).post(reverse("definitions:propose", args=[word.slug]), {"reason": "Nobody counts it alike."})
    address = reverse("api:proposal_votes", args=[Proposal.objects.get().pk])
    told = signed_in(alice).post(address, {"choice": "approve", "version": 1}, "application/json")
    assert told.status_code == 201
    assert told.json()["missing"] == []
    assert [one["choice"] for one in told.json()["ballots"]] == ["approve"]
    assert signed_in(alice).post(address, {"choice": "approve", "version": 2}, "application/json").status_code == 400
    assert (
        signed_in(UserFactory.create())
        .post(address, {"choice": "approve", "version": 1}, "application/json")
        .status_code
        == 404
    )


def test_pages_ask_the_database_as_often_however_much_there_is(alice: User, as_alice: Client) -> None:
    SeatFactory.create(person=alice, represents="Finance")
    word = DefinitionFactory.create(bindings=[DatasetFactory.create()], author=alice)
    draft = DefinitionFactory.create(status="draft", author=alice)
    as_alice.post(reverse("definitions:propose", args=[draft.slug]), {"reason": "Nobody counts it alike."})
    pages = [reverse("definitions:index"), word.get_absolute_url(), Proposal.objects.get().get_absolute_url()]

    def counts() -> list[int]:
        found = []
        for page in pages:
            as_alice.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert as_alice.get(page).status_code == 200
            found.append(len(queries))
        return found

    few = counts()
    publish(VersionFactory.create(definition=word, bindings=DatasetFactory.create_batch(3)))
    DefinitionFactory.create_batch(4, domain=DomainFactory.create())
    SeatFactory.create_batch(4)
    assert all(many <= one for many, one in zip(counts(), few, strict=True))
    assert max(few) <= 25
