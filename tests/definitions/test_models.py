"""What the database holds of definitions, whoever writes them."""

from __future__ import annotations

import pytest
from django.db import Error, IntegrityError, transaction

from definitions.models import Binding, Definition, DefinitionVersion, Workflow
from permissions.levels import Level
from permissions.models import Role, User
from tests.definitions.factories import (
    DefinitionFactory,
    StateFactory,
    TransitionFactory,
    VersionFactory,
    WorkflowFactory,
)
from tests.factories import DatasetFactory, DomainFactory, RoleFactory, RuleFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(statement) -> bool:
    try:
        with transaction.atomic():
            statement()
    except Error:
        return True
    return False


def test_a_draft_may_change_and_what_was_proposed_never_does() -> None:
    version = VersionFactory.create(bindings=[DatasetFactory.create()])
    versions = DefinitionVersion.objects.filter(pk=version.pk)
    versions.update(statement="Better words.")
    versions.update(status="in_review")
    for change in ({"statement": "Others."}, {"criterion": "true"}, {"status": "draft"}, {"number": 9}):
        assert refused(lambda change=change: versions.update(**change)), change
    assert refused(versions.delete)
    versions.update(status="rejected")


def test_bindings_are_frozen_with_their_version() -> None:
    dataset = DatasetFactory.create()
    definition = DefinitionFactory.create(bindings=[{"dataset": dataset, "key_fields": ["id"]}])
    bindings = Binding.objects.filter(version=definition.current)
    other = DatasetFactory.create()
    assert refused(lambda: bindings.update(criterion="true"))
    assert refused(lambda: bindings.update(dataset=other))
    assert refused(bindings.delete)
    assert refused(lambda: Binding.objects.create(version=bindings.get().version, dataset=other))
    dataset.delete()
    assert bindings.get().dataset is None


def test_one_name_means_one_thing_in_a_domain_and_in_the_enterprise() -> None:
    finance = DomainFactory.create()
    DefinitionFactory.create(name="Active customer", slug="a", domain=finance)
    DefinitionFactory.create(name="Active customer", slug="b", domain=DomainFactory.create())
    DefinitionFactory.create(name="Active customer", slug="c")
    DefinitionFactory.create(name="Active customer", slug="d", domain=finance, status="draft")
    assert refused(lambda: DefinitionFactory.create(name="active CUSTOMER", slug="e", domain=finance))


def test_labels_follow_the_domain_and_the_scope() -> None:
    finance, sales = DomainFactory.create(slug="finance"), DomainFactory.create(slug="sales")
    one = DefinitionFactory.create(slug="churn", domain=finance)
    assert one.labels == ["domain:finance", "definition:churn"]
    Definition.objects.filter(pk=one.pk).update(domain=sales, labels=[])
    one.refresh_from_db()
    assert one.labels == ["domain:sales", "definition:churn"]
    Definition.objects.filter(pk=one.pk).update(scope="enterprise")
    one.refresh_from_db()
    assert one.labels == ["definition:churn"]
    workflow = WorkflowFactory.create(domain=sales, source=SourceFactory.create(slug="crm"))
    workflow.refresh_from_db()
    assert workflow.labels == ["domain:sales", "source:crm"]


def seen_by(person: User) -> set[str]:
    return set(Definition.objects.visible_to(User.objects.get(pk=person.pk)).values_list("slug", flat=True))


def test_drafts_are_seen_by_their_author_the_stewards_of_the_domain_and_the_council() -> None:
    steward, author, member, other = UserFactory.create_batch(4)
    RoleFactory.create(person=member, role=Role.COUNCIL)
    DefinitionFactory.create(slug="agreed")
    DefinitionFactory.create(slug="old", status="retired")
    draft = DefinitionFactory.create(
        slug="draft", status="draft", author=author, domain=DomainFactory.create(steward=steward)
    )
    for person in (author, steward, member):
        assert seen_by(person) == {"agreed", "old", "draft"}
    assert seen_by(other) == {"agreed", "old"}
    versions = DefinitionVersion.objects.readable_by(User.objects.get(pk=other.pk))
    assert not versions.filter(definition=draft).exists()


def test_a_rule_on_a_domain_closes_its_definitions_and_one_on_a_dataset_its_bindings() -> None:
    reader = UserFactory.create()
    dataset = DatasetFactory.create()
    DefinitionFactory.create(slug="local", domain=DomainFactory.create(slug="finance"))
    DefinitionFactory.create(slug="shared", bindings=[dataset])
    RuleFactory.create(label="domain:finance", level=Level.DISCOVER, people=[reader])
    RuleFactory.create(label=f"dataset:{dataset.key}", level=Level.READ, people=[reader])
    assert seen_by(reader) == {"shared"}
    assert not Binding.objects.readable_by(User.objects.get(pk=reader.pk)).exists()
    assert Binding.objects.in_force().count() == 1


def test_a_transition_is_said_once_and_goes_somewhere() -> None:
    one = TransitionFactory.create()
    begin = TransitionFactory.create(from_state=None, to_state=StateFactory.create())
    assert str(begin).startswith("∅ → ")
    with pytest.raises(IntegrityError), transaction.atomic():
        TransitionFactory.create(from_state=one.from_state, to_state=one.to_state)
    assert refused(lambda: TransitionFactory.create(from_state=one.from_state, to_state=one.from_state))
    assert Workflow.objects.filter(transitions=one).count() == 1
