"""Accepting and refusing, with labels in step, everything on record, and no way to open a thing for oneself."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from catalog.classifying.deciding import MOST, NothingToDecide, classify, decide, undo
from catalog.classifying.reading import suggested_to
from catalog.curation.outcome import Refused
from catalog.models import Change, DatasetGrant, Edit, Field, FieldClassification
from notifications.models import Notice
from permissions.models import AuditEntry, User
from tests.classifying.conftest import Table
from tests.classifying.making import again, labels_of, suggest
from tests.factories import ClassificationFactory, ExceptionFactory, FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db
REASON = "Codes of shops, not of people."


def on(person: User) -> Any:
    person = again(person)
    return {"actor": person, "marks": suggested_to(person)}


def refuse(person: User) -> Edit:
    return decide(**on(person), accept=False, reason=REASON)


def test_accepting_confirms_and_keeps_what_is_closed(email: Field, mark: FieldClassification, alice: User) -> None:
    decide(**on(alice), accept=True, reason="")
    mark.refresh_from_db()
    assert (mark.state, mark.origin, mark.decided_by) == ("confirmed", "human", alice)
    assert labels_of(email) == ["class:pii", "class:pii.contact"]


def test_refusing_takes_the_labels_away_in_the_same_step(email: Field, mark: FieldClassification, alice: User) -> None:
    refuse(alice)
    mark.refresh_from_db()
    assert (mark.state, mark.decided_by) == ("rejected", alice)
    assert labels_of(email) == []


def test_what_another_classification_closes_stays_closed(email: Field, alice: User) -> None:
    suggest(email, "pii.birth", "date of birth")
    marks = suggested_to(alice).filter(classification__slug="pii.contact")
    decide(actor=alice, marks=marks, accept=False, reason=REASON)
    assert labels_of(email) == ["class:pii", "class:pii.birth"]


def test_a_refusal_says_why(mark: FieldClassification, alice: User) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        decide(**on(alice), accept=False, reason="  ")
    mark.refresh_from_db()
    assert mark.state == "suggested"


def test_it_is_on_record_by_dataset_and_in_history(table: Table, alice: User) -> None:
    for name in ("people", "leads"):
        table(name, "email", "mail")
    edit = refuse(alice)
    entries = AuditEntry.objects.filter(action="classification.refused").order_by("thing_name")
    assert [(one.thing_name, (one.after or {})["fields"], one.note) for one in entries] == [
        ("crm.leads", ["email", "mail"], REASON), ("crm.people", ["email", "mail"], REASON),
    ]  # fmt: skip
    assert Change.objects.filter(edit=edit, fact="classifications").count() == 4
    assert (edit.why, edit.actor) == (REASON, alice)


@pytest.mark.parametrize("level", ["sample", "read", "discover"])
def test_who_is_stopped_by_it_does_not_refuse_it(level: str, email: Field, alice: User) -> None:
    """A rule on *sample* leaves it to be read; one above closes it whole, and there is nothing to decide."""
    RuleFactory.create(label="class:pii", level=level, people=[alice])
    with pytest.raises(Refused if level == "sample" else NothingToDecide):
        refuse(alice)
    assert labels_of(email) == ["class:pii", "class:pii.contact"]


def test_none_of_it_is_refused_where_one_may_not_be(table: Table, alice: User) -> None:
    dataset = table("people", "email")
    other = FieldFactory.create(dataset=dataset, name="pay")
    suggest(other, "salary", "income")
    RuleFactory.create(label="class:salary", level="sample", people=[alice])
    with pytest.raises(Refused):
        refuse(alice)
    assert set(FieldClassification.objects.values_list("state", flat=True)) == {"suggested"}
    assert not Edit.objects.exists()


def test_who_curates_and_is_stopped_confirms_all_the_same(mark: FieldClassification, alice: User) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    decide(**on(alice), accept=True, reason="")
    mark.refresh_from_db()
    assert mark.state == "confirmed"


def test_who_does_not_curate_decides_on_nothing(mark: FieldClassification, bob: User) -> None:
    with pytest.raises(NothingToDecide):
        refuse(bob)
    with pytest.raises(Refused):
        classify(actor=bob, pairs=[(mark.field_id, "pii.contact")], confirm=False, reason=REASON)
    mark.refresh_from_db()
    assert mark.state == "suggested"


def test_the_owner_of_the_rule_is_told_that_it_closes_less(email: Field, alice: User, bob: User, charlie: User) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[charlie], owner=bob)
    RuleFactory.create(label="class:secret", level="sample", people=[charlie], owner=charlie)
    refuse(alice)
    (notice,) = Notice.objects.all()
    assert (notice.person, notice.title) == (bob, "Your rule on class:pii closes fewer fields")
    assert REASON in notice.detail
    assert email.path not in notice.title + notice.detail


def test_a_field_is_classified_by_hand_and_the_mark_removed(email: Field, alice: User) -> None:
    ClassificationFactory.create(slug="secret")
    classify(actor=alice, pairs=[(email.pk, "secret")], confirm=True, reason="")
    assert labels_of(email) == ["class:pii", "class:pii.contact", "class:secret"]
    classify(actor=alice, pairs=[(email.pk, "secret")], confirm=False, reason=REASON)
    assert labels_of(email) == ["class:pii", "class:pii.contact"]


def test_undo_makes_all_as_it_was(email: Field, mark: FieldClassification, alice: User) -> None:
    before = FieldClassification.objects.filter(pk=mark.pk).values().get()
    undo(actor=alice, edit=refuse(alice))
    assert FieldClassification.objects.filter(pk=mark.pk).values().get() == before
    assert labels_of(email) == ["class:pii", "class:pii.contact"]


def test_undo_takes_away_what_was_added_by_hand(email: Field, alice: User) -> None:
    ClassificationFactory.create(slug="secret")
    edit = classify(actor=alice, pairs=[(email.pk, "secret")], confirm=True, reason="")
    undo(actor=alice, edit=edit)
    assert labels_of(email) == ["class:pii", "class:pii.contact"]


def test_undo_opens_nothing_to_who_is_stopped(email: Field, alice: User) -> None:
    ClassificationFactory.create(slug="secret")
    edit = classify(actor=alice, pairs=[(email.pk, "secret")], confirm=True, reason="")
    RuleFactory.create(label="class:secret", level="sample", people=[alice])
    with pytest.raises(Refused):
        undo(actor=again(alice), edit=edit)
    assert "class:secret" in labels_of(email)


def test_what_was_decided_again_is_not_undone(email: Field, alice: User) -> None:
    edit = refuse(alice)
    classify(actor=alice, pairs=[(email.pk, "pii.contact")], confirm=True, reason="")
    with pytest.raises(ValidationError, match="again"):
        undo(actor=alice, edit=edit)
    assert email.classified.get().state == "confirmed"


def test_only_who_may_decide_on_all_of_it_undoes(table: Table, alice: User, bob: User) -> None:
    for name in ("people", "leads"):
        DatasetGrant.objects.create(thing=table(name, "email"), duty="curate", person=bob)
    edit = refuse(alice)
    RuleFactory.create(label="dataset:crm.leads", level="read", people=[bob])
    with pytest.raises(NothingToDecide):
        undo(actor=again(bob), edit=edit)
    undo(actor=alice, edit=edit)


def test_too_many_at_once_are_refused_before_any_is_touched(email: Field, alice: User) -> None:
    pairs = [(email.pk, f"class{n}") for n in range(MOST + 1)]
    with pytest.raises(ValidationError, match="Narrow"):
        classify(actor=alice, pairs=pairs, confirm=True, reason="")


def test_an_exception_from_the_rule_does_not_let_one_take_it_away(email: Field, alice: User) -> None:
    """It lets somebody read values for a purpose, not decide what others may."""
    rule = RuleFactory.create(label="class:pii", level="sample", people=[alice])
    ExceptionFactory.create(rule=rule, person=alice, label="dataset:crm.people")
    with pytest.raises(Refused):
        refuse(alice)
    assert labels_of(email) != []
