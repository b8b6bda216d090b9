"""What is refused again and again is not suggested again, where those who refused it could refuse it as well."""

from __future__ import annotations

import pytest
from django.utils import timezone

from catalog.classifying.deciding import decide, undo
from catalog.classifying.learning import suggest_again, withheld_for
from catalog.classifying.reading import suggested_to
from catalog.field_renames import FieldRename, accept_field_rename
from catalog.models import Dataset, Edit, Field, FieldClassification, Source
from harvest.recognition import recognise_personal_data
from permissions.models import User
from tests.classifying.making import again, labels_of
from tests.factories import DatasetFactory, FieldFactory, RuleFactory, SourceFactory

pytestmark = pytest.mark.django_db


def harvest(source: Source, name: str, *columns: str, **more: object) -> Dataset:
    dataset: Dataset = DatasetFactory.create(source=source, name=name, columns=columns or ["email"], **more)
    look(dataset)
    return dataset


def look(dataset: Dataset) -> None:
    recognise_personal_data(dataset, list(dataset.fields.present()), None)


def states(dataset: Dataset) -> dict[str, str]:
    return dict(dataset.fields.values_list("path", "classified__state"))


def refuse_all(person: User) -> list[Edit]:
    marks = suggested_to(again(person))
    edits = []
    for dataset in marks.order_by().values_list("field__dataset", flat=True).distinct():
        told = marks.filter(field__dataset=dataset)
        edits.append(decide(actor=again(person), marks=told, accept=False, reason="Codes."))
    return edits


@pytest.fixture
def refused(crm: Source, alice: User) -> list[Edit]:
    """Alice refused ``email`` in three tables of her source."""
    for name in ("a", "b", "c"):
        harvest(crm, name)
    return refuse_all(alice)


def test_a_refused_suggestion_is_not_made_again(crm: Source, alice: User) -> None:
    dataset = harvest(crm, "a")
    refuse_all(alice)
    look(dataset)
    assert states(dataset) == {"email": "rejected"}
    assert labels_of(dataset.fields.get()) == []


def test_not_even_when_the_field_went_and_came_back(crm: Source, alice: User) -> None:
    dataset = harvest(crm, "a")
    refuse_all(alice)
    dataset.fields.update(archived_at=timezone.now())
    dataset.fields.update(archived_at=None)
    look(dataset)
    assert states(dataset) == {"email": "rejected"}


def test_nor_under_the_name_it_was_renamed_to(crm: Source, alice: User) -> None:
    dataset = harvest(crm, "a")
    refuse_all(alice)
    old = dataset.fields.get()
    Field.objects.filter(pk=old.pk).update(archived_at=timezone.now())
    new = FieldFactory.create(dataset=dataset, name="e_mail")
    accept_field_rename(FieldRename(old, new))
    look(dataset)
    assert states(dataset)["e_mail"] == "rejected"


def test_three_datasets_teach_the_fourth(refused: object, crm: Source) -> None:
    fourth = harvest(crm, "d", "EMAIL", "phone")
    assert states(fourth) == {"EMAIL": "withheld", "phone": "suggested"}
    mark = FieldClassification.objects.get(state="withheld")
    assert mark.evidence[-1] == "refused in 3 datasets of CRM, and confirmed in none"
    assert labels_of(mark.field) == []


def test_two_are_not_enough(crm: Source, alice: User) -> None:
    harvest(crm, "a"), harvest(crm, "b")
    refuse_all(alice)
    assert states(harvest(crm, "c")) == {"email": "suggested"}


def test_other_sources_learn_nothing(refused: object, alice: User) -> None:
    assert states(harvest(SourceFactory.create(owner=alice), "d")) == {"email": "suggested"}


def test_one_confirmation_speaks_against(refused: object, crm: Source, alice: User) -> None:
    harvest(crm, "people")
    FieldClassification.objects.filter(field__dataset__name="people").update(state="suggested")
    decide(actor=again(alice), marks=suggested_to(again(alice)), accept=True, reason="")
    assert states(harvest(crm, "d")) == {"email": "suggested"}


def test_refusals_of_people_with_no_say_in_it_do_not_count(crm: Source, bob: User) -> None:
    """Bob owns three tables, and not the source: he cannot open the fourth by what he says of his own."""
    for name in ("a", "b", "c"):
        harvest(crm, name, owner=bob)
    refuse_all(bob)
    assert states(harvest(crm, "d")) == {"email": "suggested"}
    assert states(harvest(crm, "e", owner=bob)) == {"email": "withheld"}


def test_nor_those_of_somebody_whom_a_rule_stops_by_it(refused: object, crm: Source, alice: User) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    assert states(harvest(crm, "d")) == {"email": "suggested"}


def test_what_was_learned_is_forgotten_with_the_refusals(refused: list[Edit], crm: Source, alice: User) -> None:
    fourth = harvest(crm, "d")
    undo(actor=again(alice), edit=refused[0])
    look(fourth)
    assert states(fourth) == {"email": "suggested"}
    assert labels_of(fourth.fields.get()) == ["class:pii", "class:pii.contact"]


def test_it_is_shown_and_taken_up_again(refused: object, crm: Source, alice: User, bob: User) -> None:
    fourth = harvest(crm, "d")
    (one,) = withheld_for(again(alice))
    assert (one.source, one.called, one.category, one.fields) == ("crm", "email", "e-mail", 1)
    assert withheld_for(bob) == []
    assert suggest_again(actor=bob, source=crm, name="email", category=one.category) == 0
    assert suggest_again(actor=again(alice), source=crm, name="email", category=one.category) == 1
    assert labels_of(fourth.fields.get()) == ["class:pii", "class:pii.contact"]
    assert states(harvest(crm, "e")) == {"email": "suggested"}
    assert withheld_for(again(alice)) == []
