"""A renamed field: guessed, offered, and never silently a loss."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, Field, SchemaVersion
from catalog.schema_diff import FieldState, diff, to_json
from permissions.models import User
from tests.cast import signed_in
from tests.factories import FieldFactory, RuleFactory

OFFER = "Take over what was said of it"


@pytest.fixture
def renamed(customers: Dataset) -> Dataset:
    """``email`` became ``e_mail``, and somebody had described and classified it."""
    old = Field.objects.get(dataset=customers, path="email")
    old.human_description = "The address they confirmed."
    old.archived_at = timezone.now()
    old.save()
    FieldFactory.create(dataset=customers, name="e_mail", position=3)
    before = (FieldState("id", "text", "string", position=1), FieldState("email", "text", "string", position=3))
    after = (FieldState("id", "text", "string", position=1), FieldState("e_mail", "text", "string", position=3))
    changes = to_json(diff(before, after))
    assert [change["kind"] for change in changes] == ["renamed"]
    for number, told in ((1, []), (2, changes)):
        SchemaVersion.objects.create(dataset=customers, number=number, created_at=timezone.now(), changes=told)
    return customers


def _accept(client: Client, dataset: Dataset, path: str = "e_mail") -> int:
    return client.post(f"/datasets/{dataset.pk}/history/2/take-over/", {"path": path}).status_code


def test_who_answers_for_the_dataset_takes_the_words_over(as_alice: Client, renamed: Dataset) -> None:
    assert OFFER in as_alice.get(f"/datasets/{renamed.pk}/history/").content.decode()

    assert _accept(as_alice, renamed) == 302

    assert Field.objects.get(dataset=renamed, path="e_mail").human_description == "The address they confirmed."
    assert OFFER not in as_alice.get(f"/datasets/{renamed.pk}/history/").content.decode()


def test_words_of_the_new_field_are_never_replaced(as_alice: Client, renamed: Dataset) -> None:
    Field.objects.filter(path="e_mail").update(human_description="New words.")

    assert _accept(as_alice, renamed) == 404
    assert Field.objects.get(path="e_mail").human_description == "New words."


def test_readers_are_not_offered_it(as_bob: Client, renamed: Dataset) -> None:
    assert OFFER not in as_bob.get(f"/datasets/{renamed.pk}/history/").content.decode()
    assert _accept(as_bob, renamed) == 403


def test_to_whom_the_dataset_is_hidden_there_is_nothing(as_charlie: Client, renamed: Dataset) -> None:
    assert _accept(as_charlie, renamed) == 404


def test_a_field_that_is_closed_is_not_taken_over(renamed: Dataset, alice: User, bob: User) -> None:
    field = FieldFactory.create(dataset=renamed, name="other", classified=["pii"])
    Field.objects.filter(path="e_mail").update(labels=["class:pii"])
    RuleFactory.create(label="class:pii", level="read", owner=bob, people=[alice])

    assert _accept(signed_in(alice), renamed) == 404
    assert field.human_description == ""
