"""The pages on which suggestions are looked through and decided on."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import DatasetGrant, Edit, Field, FieldClassification
from permissions.models import User
from tests.cast import signed_in
from tests.classifying.conftest import Table
from tests.classifying.making import labels_of
from tests.factories import ClassificationFactory, RuleFactory

pytestmark = pytest.mark.django_db
LIST = "/classifications/suggested/"


def text(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return str(response.content.decode())


def key(newest: int, called: str = "email") -> str:
    return json.dumps(["pii.contact", "e-mail", called, newest])


def decide(client: Client, query: str = "", **told: object) -> str:
    response = client.post(f"{LIST}decide/{query}", told, follow=True)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_list_groups_what_is_alike_with_its_evidence(table: Table, as_alice: Client) -> None:
    table("people", "email"), table("leads", "email")
    shown = text(as_alice, LIST)
    assert "in 2 datasets" in shown
    assert "column name says email" in shown


def test_who_curates_nothing_has_nothing_to_decide(email: Field, as_bob: Client) -> None:
    shown = text(as_bob, LIST)
    assert "Nothing to decide" in shown
    assert "email" not in shown


def test_a_group_opens_into_its_fields(email: Field, mark: FieldClassification, as_alice: Client) -> None:
    shown = text(as_alice, f"{LIST}fields/", group=key(mark.pk))
    assert f'value="{mark.pk}"' in shown
    assert email.get_absolute_url() in shown
    assert as_alice.get(f"{LIST}fields/", {"group": "[1]"}).status_code == 404


def test_a_group_is_refused_with_an_undo(email: Field, mark: FieldClassification, as_alice: Client) -> None:
    shown = decide(as_alice, group=key(mark.pk), answer="refuse", reason="Codes.")
    undo = reverse("catalog:undo_classes", args=[Edit.objects.get().pk])
    assert "Refused on 1 field." in shown
    assert undo in shown
    as_alice.post(undo)
    mark.refresh_from_db()
    assert mark.state == "suggested"
    assert labels_of(email) != []


def test_what_is_filtered_out_is_not_decided(table: Table, as_alice: Client) -> None:
    marks = [table(name, "email").fields.get().classified.get() for name in ("people", "leads")]
    decide(as_alice, "?q=leads", group=key(marks[1].pk), answer="accept")
    assert [FieldClassification.objects.get(pk=mark.pk).state for mark in marks] == ["suggested", "confirmed"]


def test_single_fields_are_chosen(table: Table, as_alice: Client) -> None:
    dataset = table("people", "email", "mail")
    chosen = dataset.fields.get(path="mail").classified.get()
    decide(as_alice, mark=str(chosen.pk), answer="accept")
    assert dict(dataset.fields.values_list("path", "classified__state")) == {"email": "suggested", "mail": "confirmed"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"answer": "accept"}, "Choose what you decide on"),
        ({"answer": "refuse", "mark": "1"}, "Somebody else decided"),
        ({"answer": "maybe", "mark": "1"}, "valid choice"),
        ({"answer": "accept", "group": "[[[["}, "Choose what you decide on"),
        ({"answer": "accept", "group": '["a", "b", "c", true]'}, "Somebody else decided"),
    ],
)
def test_what_cannot_be_decided_says_why(told: dict[str, str], words: str, email: Field, as_alice: Client) -> None:
    assert words in decide(as_alice, "", **told)


def test_a_refusal_needs_a_reason(email: Field, mark: FieldClassification, as_alice: Client) -> None:
    assert "Say why" in decide(as_alice, group=key(mark.pk), answer="refuse")
    mark.refresh_from_db()
    assert mark.state == "suggested"


def test_who_is_stopped_by_it_is_told_that_the_rule_stands(
    mark: FieldClassification, alice: User, as_alice: Client
) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    assert "A rule closes this to you" in decide(as_alice, group=key(mark.pk), answer="refuse", reason="Codes.")
    mark.refresh_from_db()
    assert mark.state == "suggested"


def test_the_field_page_lets_those_decide_who_curate(email: Field, as_alice: Client, as_bob: Client) -> None:
    assert "classify/" in text(as_alice, email.get_absolute_url())
    assert "classify/" not in text(as_bob, email.get_absolute_url())


def test_a_field_is_said_to_be_something_and_not(email: Field, as_alice: Client, as_bob: Client) -> None:
    ClassificationFactory.create(slug="secret", name="Secret")
    url = reverse("catalog:classify_field", args=[email.dataset_id, email.pk])
    assert as_bob.post(url, {"classification": "secret", "answer": "accept"}).status_code == 403
    as_alice.post(url, {"classification": "secret", "answer": "accept"})
    as_alice.post(url, {"classification": "pii.contact", "answer": "refuse", "reason": "A code."})
    assert labels_of(email) == ["class:secret"]
    shown = text(as_alice, email.get_absolute_url())
    assert "Said not to be" in shown
    assert "Said not to be" not in text(as_bob, email.get_absolute_url())


def test_undoing_what_is_not_ones_own_to_decide_is_undoing_nothing(
    mark: FieldClassification, as_alice: Client, bob: User
) -> None:
    decide(as_alice, group=key(mark.pk), answer="accept")
    undo = reverse("catalog:undo_classes", args=[Edit.objects.get().pk])
    assert signed_in(bob).post(undo).status_code == 404
    DatasetGrant.objects.create(thing=mark.field.dataset, duty="curate", person=bob)
    assert signed_in(bob).post(undo).status_code == 302


def test_what_is_withheld_is_taken_up_from_its_page(mark: FieldClassification, email: Field, as_alice: Client) -> None:
    FieldClassification.objects.update(state="withheld")
    assert "Suggest again" in text(as_alice, "/classifications/withheld/")
    told = {"source": "crm", "name": "email", "category": "e-mail"}
    assert as_alice.post("/classifications/withheld/again/", told).status_code == 302
    assert as_alice.post("/classifications/withheld/again/", told).status_code == 404
    mark.refresh_from_db()
    assert mark.state == "suggested"
