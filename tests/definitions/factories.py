"""Definitions, workflows and seats for tests."""

from datetime import date
from typing import Any, cast

import factory
from django.utils import timezone
from django.utils.text import slugify

from definitions.models import Binding, Definition, DefinitionVersion, Seat, State, Transition, Workflow
from tests.factories import UserFactory


class DefinitionFactory(factory.django.DjangoModelFactory[Definition]):
    """A definition with its first version, approved unless `status` says draft; what the version says is given beside.

    `bindings` are datasets, or mappings of the columns of `Binding`.
    """

    class Meta:
        model = Definition

    name = factory.Sequence(lambda n: f"Meaning {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    kind = "term"
    scope = factory.LazyAttribute(lambda o: "local" if o.domain else "enterprise")
    domain = None

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Definition:
        names = ("statement", "why", "examples", "counter_examples", "synonyms", "false_friends", "criterion")
        said = {name: kwargs.pop(name) for name in names if name in kwargs}
        bindings, status = kwargs.pop("bindings", ()), kwargs.pop("status", "approved")
        made = cast("Definition", super()._create(model_class, *args, **kwargs))
        version = VersionFactory.create(definition=made, bindings=bindings, author=made.author, **said)
        if status != "draft":
            publish(version)
        if status == "retired":
            Definition.objects.filter(pk=made.pk).update(status=status)
        made.refresh_from_db()
        return made


class VersionFactory(factory.django.DjangoModelFactory[DefinitionVersion]):
    """A draft of the next version of a definition; `bindings` as for `DefinitionFactory`."""

    class Meta:
        model = DefinitionVersion

    definition = factory.SubFactory(DefinitionFactory)
    number = factory.LazyAttribute(lambda o: o.definition.versions.count() + 1)
    statement = factory.LazyAttribute(lambda o: f"What {o.definition.name} means.")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> DefinitionVersion:
        bindings = kwargs.pop("bindings", ())
        version = cast("DefinitionVersion", super()._create(model_class, *args, **kwargs))
        for position, one in enumerate(bindings):
            columns = one if isinstance(one, dict) else {"dataset": one}
            Binding.objects.create(version=version, position=position, **columns)
        return version


def publish(version: DefinitionVersion) -> None:
    """Put a version in force as a decision would, without one."""
    now = timezone.now()
    version.definition.versions.filter(status="approved").update(status="superseded", superseded_at=now)
    DefinitionVersion.objects.filter(pk=version.pk).update(status="approved", published_at=now)
    Definition.objects.filter(pk=version.definition_id).update(status="approved", current=version)
    version.refresh_from_db()


class WorkflowFactory(factory.django.DjangoModelFactory[Workflow]):
    class Meta:
        model = Workflow

    slug = factory.Sequence(lambda n: f"workflow{n}")
    name = factory.LazyAttribute(lambda o: o.slug.capitalize())
    entity = "subscription"


class StateFactory(factory.django.DjangoModelFactory[State]):
    """A state of a workflow, with an approved definition of kind *state*."""

    class Meta:
        model = State

    workflow = factory.SubFactory(WorkflowFactory)
    definition = factory.SubFactory(DefinitionFactory, kind="state")
    position = factory.LazyAttribute(lambda o: o.workflow.states.count())


class TransitionFactory(factory.django.DjangoModelFactory[Transition]):
    class Meta:
        model = Transition

    from_state = factory.SubFactory(StateFactory)
    to_state = factory.LazyAttribute(lambda o: StateFactory.create(workflow=o.from_state.workflow))
    workflow = factory.LazyAttribute(lambda o: (o.from_state or o.to_state).workflow)
    transformation = "deterministic"


class SeatFactory(factory.django.DjangoModelFactory[Seat]):
    class Meta:
        model = Seat

    represents = factory.Sequence(lambda n: f"Department {n}")
    person = factory.SubFactory(UserFactory)
    begins_on = date(2026, 1, 1)
