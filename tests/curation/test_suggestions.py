"""Anybody who may read suggests; those who may write decide."""

import pytest
from django.urls import reverse

from catalog.curation.outcome import Conflict, Refused
from catalog.curation.services import edit
from catalog.curation.suggesting import AlreadyDecided, accept, decline, suggest, to_decide, visible_suggestion
from catalog.models import Domain, Edit, Suggestion
from notifications.models import Notice
from notifications.subjects import still_open
from tests.cast import signed_in
from tests.factories import DomainFactory, FieldFactory, RuleFactory, TagFactory


def test_a_suggestion_is_taken_and_its_author_credited(alice, bob, customers):
    TagFactory.create(slug="gold")
    made = suggest(actor=bob, thing=customers, changes={"title": "Buyers", "tags": "gold"}, why="they buy")
    assert list(to_decide(alice)) == [made]
    assert Notice.objects.get(person=alice).url == made.get_absolute_url()
    accept(actor=alice, suggestion=made, answer="Thank you")
    customers.refresh_from_db()
    assert (customers.title, customers.tags.get().slug) == ("Buyers", "gold")
    written = Edit.objects.get()
    assert (written.actor, written.suggested_by, written.origin, written.why) == (alice, bob, "suggestion", "they buy")
    assert "Thank you" in Notice.objects.get(person=bob).detail
    with pytest.raises(AlreadyDecided):
        decline(actor=alice, suggestion=made, answer="no")


def test_it_is_declined_with_a_reason(alice, bob, customers):
    made = suggest(actor=bob, thing=customers, changes={"title": "Buyers"})
    decline(actor=alice, suggestion=made, answer="They do not all buy.")
    made.refresh_from_db()
    assert (made.state, made.answer) == ("declined", "They do not all buy.")
    customers.refresh_from_db()
    assert customers.title == ""


def test_it_is_taken_with_a_change(alice, bob, customers):
    made = suggest(actor=bob, thing=customers, changes={"title": "Buyers"})
    accept(actor=alice, suggestion=made, changes={"title": "Customers"})
    customers.refresh_from_db()
    assert customers.title == "Customers"


def test_who_may_not_write_does_not_decide(bob, charlie, customers):
    made = suggest(actor=bob, thing=customers, changes={"title": "Buyers"})
    with pytest.raises(Refused):
        accept(actor=charlie, suggestion=made)
    with pytest.raises(Refused):
        accept(actor=bob, suggestion=made)
    assert visible_suggestion(charlie, made.pk) is None
    assert Suggestion.objects.get().state == "open"


def test_what_others_wrote_meanwhile_is_not_written_over(alice, bob, customers):
    made = suggest(actor=bob, thing=customers, changes={"title": "Buyers"})
    edit(actor=alice, thing=customers, changes={"title": "Clients"})
    with pytest.raises(Conflict):
        accept(actor=alice, suggestion=made, base=0)
    assert Suggestion.objects.get().state == "open"


def test_nothing_wrong_nothing_new_and_nothing_unwanted_is_suggested(bob, customers):
    for changes, words in (({"steward": "nobody"}, "no person"), ({"title": ""}, "says so already")):
        with pytest.raises(Refused, match=words):
            suggest(actor=bob, thing=customers, changes=changes)
    customers.domain = DomainFactory.create(openness=Domain.Openness.STEWARDS)
    with pytest.raises(Refused, match="take no suggestions"):
        suggest(actor=bob, thing=customers, changes={"title": "Buyers"})


def test_the_pages_lead_from_the_reader_to_the_steward_and_back(as_alice, as_bob, bob, customers):
    url = reverse("catalog:suggest_change", args=[customers.pk])
    assert as_bob.get(reverse("catalog:dataset_edit", args=[customers.pk])).url == url
    assert as_bob.post(url, {"title": "Buyers", "initial-title": "", "why": "they buy"}).status_code == 302
    made = Suggestion.objects.get()
    assert made.given == {"title": "Buyers"}
    assert made.get_absolute_url() in as_alice.get(reverse("catalog:suggestions")).content.decode()
    page = as_alice.get(made.get_absolute_url())
    assert "<ins>Buyers</ins>" in page.content.decode()
    taken = {"choice": "accept", "title": "Buyers", "base": page.context["base"], "answer": "Thanks"}
    assert as_alice.post(made.get_absolute_url(), taken).status_code == 302
    assert "Thanks" in as_bob.get(reverse("catalog:my_suggestions")).content.decode()
    history = as_bob.get(reverse("catalog:dataset_changes", args=[customers.pk])).content.decode()
    assert "suggested by Bob Baker" in history


def test_a_suggestion_of_what_is_hidden_is_not_there(as_charlie, bob, customers):
    made = suggest(actor=bob, thing=customers, changes={"title": "Buyers"})
    assert as_charlie.get(made.get_absolute_url()).status_code == 404
    assert signed_in(bob).get(made.get_absolute_url()).status_code == 200


def test_a_suggestion_on_a_closed_field_is_neither_told_nor_counted(alice, bob, customers):
    field = FieldFactory.create(dataset=customers, name="pay", classified=["pay"], position=9)
    RuleFactory.create(label="class:pay", level="read", people=[alice])
    suggest(actor=bob, thing=field, changes={"description": "Gross"}, why="payroll says so")
    assert not Notice.objects.filter(person=alice).exists()
    assert not to_decide(alice).exists()


def test_why_something_was_suggested_is_taken_back_with_its_dataset(alice, bob, customers):
    suggest(actor=bob, thing=customers, changes={"title": "Buyers"}, why="they buy")
    notices = list(Notice.objects.filter(person=alice))
    assert still_open(alice, notices) == notices
    RuleFactory.create(label="source:crm", level="read", people=[alice])
    assert still_open(type(alice).objects.get(pk=alice.pk), notices) == []
