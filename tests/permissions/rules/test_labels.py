"""Labels of fields and of data products, and labels across renames."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalog.former import (
    FieldName,
    hold_datasets,
    hold_fields,
    part_datasets,
    part_fields,
    settle_dataset,
    settle_field,
)
from catalog.labels import field_label, refresh_dataset_labels
from catalog.models import Classification, DataProduct, Dataset, Domain, Field, FieldClassification, Source, Tag
from catalog.rule_labels import mark_named_fields
from permissions.levels import Level
from permissions.models import User
from permissions.rules.carriers import exists, suggest_labels
from permissions.rules.draft import Whom
from tests.factories import (
    ClassificationFactory,
    DataProductFactory,
    DatasetFactory,
    FieldFactory,
    SourceFactory,
    TagFactory,
    relabel,
)
from tests.permissions.rules.drafts import written

EMAIL = "field:crm.public.customers#email"


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def open_fields(person: User, dataset: Dataset, level: Level = Level.SAMPLE) -> set[str]:
    return set(Field.objects.open_to(fresh(person), level).filter(dataset=dataset).values_list("path", flat=True))


# --- fields


def test_a_rule_on_a_field_closes_that_field_alone(customers: Dataset, alice: User, charlie: User) -> None:
    written(alice, label=EMAIL)
    assert open_fields(charlie, customers) == {"id", "name"}
    assert Dataset.objects.sampleable_by(fresh(charlie)).get() == customers


def test_a_field_that_comes_later_is_closed_by_the_rule_that_names_it(
    customers: Dataset, alice: User, charlie: User
) -> None:
    written(alice, label=field_label(customers.key, "fax"))
    FieldFactory.create(dataset=customers, name="fax")
    mark_named_fields(f"f.dataset_id = {customers.pk}")
    assert open_fields(charlie, customers) == {"id", "name", "email"}


def test_fields_that_no_rule_names_carry_no_label_of_their_own(customers: Dataset, alice: User) -> None:
    written(alice, label=EMAIL)
    assert {field.path: field.labels for field in customers.fields.all()} == {"id": [], "name": [], "email": [EMAIL]}


def test_a_field_whose_name_holds_the_mark_is_found(crm: Source, alice: User) -> None:
    dataset = DatasetFactory.create(source=crm, name="a#b", columns=["c#d"])
    written(alice, label=field_label(dataset.key, "c#d"))
    assert dataset.fields.get().labels == ["field:crm.a#b#c#d"]


def test_a_field_with_a_very_long_name_is_found(crm: Source, alice: User) -> None:
    dataset = DatasetFactory.create(source=crm, name="n" * 300, columns=["c" * 400, "d" * 400])
    written(alice, label=field_label(dataset.key, "c" * 400))
    assert [bool(field.labels) for field in dataset.fields.order_by("path")] == [True, False]


# --- data products


def test_datasets_of_a_product_carry_its_label(customers: Dataset, alice: User, charlie: User) -> None:
    customers.product = DataProductFactory.create(slug="churn")
    customers.save()
    relabel(customers)
    assert "product:churn" in customers.labels
    written(alice, label="product:churn", level="discover")
    assert not Dataset.objects.visible_to(fresh(charlie)).exists()
    assert not DataProduct.objects.visible_to(fresh(charlie)).exists()


# --- renames of datasets


@pytest.fixture
def renamed(customers: Dataset) -> Dataset:
    """``customers`` went and ``clients`` came; nobody has said whether that is the same."""
    new = DatasetFactory.create(
        source=customers.source, container=customers.container, name="clients", columns=["email"]
    )
    Dataset.objects.filter(pk=customers.pk).update(archived_at=timezone.now())
    hold_datasets([(new.pk, customers.pk)])
    return new


def test_what_was_closed_stays_closed_while_a_rename_is_undecided(
    customers: Dataset, alice: User, charlie: User
) -> None:
    written(alice, label=f"dataset:{customers.key}", level="discover")
    new = DatasetFactory.create(source=customers.source, name="clients")
    hold_datasets([(new.pk, customers.pk)])
    assert not Dataset.objects.visible_to(fresh(charlie)).exists()


def test_tags_and_field_rules_of_the_old_one_hold_for_the_new_one(
    customers: Dataset, renamed: Dataset, alice: User, charlie: User
) -> None:
    written(alice, label=EMAIL)
    assert open_fields(charlie, renamed) == set()
    customers.tags.add(TagFactory.create(slug="secret"))
    refresh_dataset_labels("d.id = %s", [customers.pk])
    renamed.refresh_from_db()
    assert "tag:secret" in renamed.labels


def test_an_accepted_rename_keeps_the_name_and_leaves_the_rest(customers: Dataset, renamed: Dataset) -> None:
    customers.tags.add(TagFactory.create(slug="secret"))
    relabel(customers)
    settle_dataset(dataset=renamed.pk, former=customers.pk)
    renamed.refresh_from_db()
    assert f"dataset:{customers.key}" in renamed.labels
    assert "tag:secret" not in renamed.labels


def test_a_rejected_rename_leaves_nothing(customers: Dataset, renamed: Dataset) -> None:
    part_datasets([(renamed.pk, customers.pk)])
    renamed.refresh_from_db()
    assert f"dataset:{customers.key}" not in renamed.labels


def test_a_dataset_renamed_twice_answers_to_its_first_name(customers: Dataset, renamed: Dataset) -> None:
    settle_dataset(dataset=renamed.pk, former=customers.pk)
    third = DatasetFactory.create(source=customers.source, name="accounts")
    hold_datasets([(third.pk, renamed.pk)])
    settle_dataset(dataset=third.pk, former=renamed.pk)
    third.refresh_from_db()
    assert {f"dataset:{customers.key}", f"dataset:{renamed.key}"} <= set(third.labels)


# --- renames of fields


@pytest.fixture
def mail(customers: Dataset) -> Field:
    """``email`` became ``mail``, perhaps."""
    mail = FieldFactory.create(dataset=customers, name="mail")
    customers.fields.filter(path="email").update(archived_at=timezone.now())
    hold_fields([FieldName(customers.pk, "email", "mail")])
    return mail


def test_a_renamed_field_stays_closed_until_somebody_decides(
    customers: Dataset, mail: Field, alice: User, charlie: User
) -> None:
    written(alice, label=EMAIL)
    assert "mail" not in open_fields(charlie, customers)
    part_fields(field=mail.pk, former=customers.fields.get(path="email").pk)
    assert "mail" in open_fields(charlie, customers)


def test_an_accepted_field_keeps_the_rule_that_named_it(
    customers: Dataset, mail: Field, alice: User, charlie: User
) -> None:
    written(alice, label=EMAIL)
    settle_field(field=mail.pk, former=customers.fields.get(path="email").pk)
    assert "mail" not in open_fields(charlie, customers)


def test_a_name_that_comes_back_does_not_hold_itself_closed(customers: Dataset, mail: Field) -> None:
    email = customers.fields.get(path="email")
    hold_fields([FieldName(customers.pk, "mail", "email")])
    FieldClassification.objects.create(field=email, classification=ClassificationFactory.create(slug="pii"))
    hold_fields([FieldName(customers.pk, "mail", "email")])
    FieldClassification.objects.update(state="rejected")
    hold_fields([FieldName(customers.pk, "mail", "email")])
    email.refresh_from_db()
    assert email.labels == []


# --- short names


@pytest.mark.parametrize("model", [Source, Domain, DataProduct, Tag, Classification])
def test_nobody_changes_a_short_name(model: type, customers: Dataset) -> None:
    DataProductFactory.create(), TagFactory.create(), ClassificationFactory.create()
    with pytest.raises(DatabaseError, match="keep_slug"), transaction.atomic():
        model.objects.update(slug="other")  # type: ignore[attr-defined]


# --- choosing


def test_labels_are_suggested_as_one_types(customers: Dataset, alice: User) -> None:
    TagFactory.create(slug="unused")
    assert "source:crm" in {hint.label for hint in suggest_labels(alice, "crm")}
    assert [hint.label for hint in suggest_labels(alice, "path:pub")] == ["path:crm/public"]
    assert f"dataset:{customers.key}" in {hint.label for hint in suggest_labels(alice, f"dataset:{customers.key}")}
    assert [hint.label for hint in suggest_labels(alice, f"field:{customers.key}#em")] == [EMAIL]


def test_what_is_hidden_from_the_author_is_not_suggested(customers: Dataset, alice: User, charlie: User) -> None:
    customers.tags.add(TagFactory.create(slug="crm-secret"))
    relabel(customers)
    written(alice, level="discover", whom=Whom(people=[charlie]))
    SourceFactory.create(slug="crm-two")
    assert [hint.label for hint in suggest_labels(fresh(charlie), "crm")] == ["source:crm-two"]
    for label in ("source:crm", f"dataset:{customers.key}", EMAIL, "path:crm/public"):
        assert not exists(label, fresh(charlie))
        assert exists(label, fresh(alice))
