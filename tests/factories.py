"""Objects for tests, complete enough to be shown: labels are derived as the catalog derives them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import factory
from django.utils import timezone

from catalog.labels import container_labels, refresh_dataset_labels, refresh_field_labels
from catalog.models import (
    Classification,
    Constraint,
    Container,
    DataProduct,
    Dataset,
    DatasetClassification,
    DatasetTag,
    Domain,
    Field,
    FieldClassification,
    FieldProfile,
    Sample,
    SchemaVersion,
    Source,
    Tag,
)
from catalog.schema_diff import FieldState
from core.names import join_path, split_path
from feedback.models import Ticket
from lineage.models import Edge, Node
from permissions.models import OptOutRule, Role, RoleGrant, RuleException, Team, User

THEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    first_name = factory.LazyAttribute(lambda o: o.username.capitalize())
    last_name = "Example"


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    class Meta:
        model = Team
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"team{n}")
    name = factory.LazyAttribute(lambda o: o.slug.capitalize())

    @factory.post_generation
    def members(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.members.set(extracted)


class RoleFactory(factory.django.DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    role = Role.ADMINISTRATOR
    person = factory.SubFactory(UserFactory)


class DomainFactory(factory.django.DjangoModelFactory[Domain]):
    class Meta:
        model = Domain

    slug = factory.Sequence(lambda n: f"domain{n}")
    name = factory.LazyAttribute(lambda o: o.slug.capitalize())


class DataProductFactory(factory.django.DjangoModelFactory[DataProduct]):
    class Meta:
        model = DataProduct

    slug = factory.Sequence(lambda n: f"product{n}")
    name = factory.LazyAttribute(lambda o: o.slug.capitalize())
    domain = factory.SubFactory(DomainFactory)


class TagFactory(factory.django.DjangoModelFactory[Tag]):
    class Meta:
        model = Tag
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"tag{n}")
    name = factory.LazyAttribute(lambda o: o.slug)


class ClassificationFactory(factory.django.DjangoModelFactory[Classification]):
    class Meta:
        model = Classification
        django_get_or_create = ("slug",)

    slug = "pii"
    name = factory.LazyAttribute(lambda o: o.slug.replace(".", " · "))


class SourceFactory(factory.django.DjangoModelFactory[Source]):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"source{n}")
    name = factory.LazyAttribute(lambda o: o.slug.upper())
    kind = "postgres"
    config = factory.LazyFunction(lambda: {"host": "db.example.org", "port": 5432, "database": "shop"})


class ContainerFactory(factory.django.DjangoModelFactory[Container]):
    """A schema of a source; its labels and its source follow from `parent` where there is one."""

    class Meta:
        model = Container

    source = factory.SubFactory(SourceFactory)
    parent = None
    name = "public"
    kind = Container.Kind.SCHEMA
    path = factory.LazyAttribute(lambda o: join_path([*(split_path(o.parent.path) if o.parent else ()), o.name]))
    labels = factory.LazyAttribute(lambda o: container_labels(o.source.slug, split_path(o.path)))


class DatasetFactory(factory.django.DjangoModelFactory[Dataset]):
    """A table with labels; `tags` and `classified` are slugs, `columns` the names of text fields to make."""

    class Meta:
        model = Dataset
        skip_postgeneration_save = True

    source = factory.SubFactory(SourceFactory)
    container = None
    name = factory.Sequence(lambda n: f"table{n}")
    kind = Dataset.Kind.TABLE
    path = factory.LazyAttribute(lambda o: join_path([*(split_path(o.container.path) if o.container else ()), o.name]))
    key = factory.LazyAttribute(lambda o: f"{o.source.slug}.{o.path}")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Dataset:
        tags, classified, columns = (kwargs.pop(name, ()) for name in ("tags", "classified", "columns"))
        dataset = cast("Dataset", super()._create(model_class, *args, **kwargs))
        for slug in tags:
            DatasetTag.objects.create(dataset=dataset, tag=TagFactory.create(slug=slug))
        for slug in classified:
            DatasetClassification.objects.create(
                dataset=dataset, classification=ClassificationFactory.create(slug=slug)
            )
        relabel(dataset)
        for position, name in enumerate(columns, 1):
            FieldFactory.create(dataset=dataset, name=name, position=position)
        return dataset


def relabel(dataset: Dataset) -> None:
    """Derive a dataset's labels anew, after a fact they come from has changed."""
    refresh_dataset_labels("d.id = %s", [dataset.pk])
    dataset.refresh_from_db(fields=["labels"])


class FieldFactory(factory.django.DjangoModelFactory[Field]):
    """A text field; `classified` are slugs of confirmed classifications."""

    class Meta:
        model = Field

    dataset = factory.SubFactory(DatasetFactory)
    name = factory.Sequence(lambda n: f"field{n}")
    parent_path = ""
    path = factory.LazyAttribute(lambda o: join_path([*(split_path(o.parent_path) if o.parent_path else ()), o.name]))
    position = factory.Sequence(lambda n: n + 1)
    native_type = "text"
    type = "string"
    nullable = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Field:
        classified = kwargs.pop("classified", ())
        field = cast("Field", super()._create(model_class, *args, **kwargs))
        for slug in classified:
            FieldClassification.objects.create(
                field=field,
                classification=ClassificationFactory.create(slug=slug),
                state=FieldClassification.State.CONFIRMED,
            )
        refresh_field_labels("f.id = %s", [field.pk])
        field.refresh_from_db(fields=["labels"])
        return field


class ForeignKeyFactory(factory.django.DjangoModelFactory[Constraint]):
    class Meta:
        model = Constraint

    dataset = factory.SubFactory(DatasetFactory)
    kind = Constraint.Kind.FOREIGN
    name = factory.Sequence(lambda n: f"fk{n}")
    fields = factory.LazyFunction(lambda: ["other_id"])
    ref_dataset = factory.SubFactory(DatasetFactory)
    ref_fields = factory.LazyFunction(lambda: ["id"])


class SchemaVersionFactory(factory.django.DjangoModelFactory[SchemaVersion]):
    """A version; `states` are the `FieldState` of its snapshot."""

    class Meta:
        model = SchemaVersion

    dataset = factory.SubFactory(DatasetFactory)
    number = 1
    created_at = THEN

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> SchemaVersion:
        states: list[FieldState] = kwargs.pop("states", [])
        kwargs.setdefault("fields", [list(state) for state in states])
        return cast("SchemaVersion", super()._create(model_class, *args, **kwargs))


class SampleFactory(factory.django.DjangoModelFactory[Sample]):
    class Meta:
        model = Sample

    dataset = factory.SubFactory(DatasetFactory)
    taken_at = THEN
    rows_read = 100
    rows_total = 100
    rows_exact = True
    columns = factory.LazyAttribute(
        lambda o: list(o.dataset.fields.filter(parent_path="").values_list("path", flat=True))
    )
    rows = factory.LazyAttribute(lambda o: [[f"{name}-{n}" for name in o.columns] for n in range(3)])


class FieldProfileFactory(factory.django.DjangoModelFactory[FieldProfile]):
    class Meta:
        model = FieldProfile

    sample = factory.SubFactory(SampleFactory)
    path = "id"
    nulls = 0
    distinct = 100
    minimum = "1"
    maximum = "100"
    frequent = factory.LazyFunction(lambda: [["1", 1]])


class RuleFactory(factory.django.DjangoModelFactory[OptOutRule]):
    """A rule in force; `people`, `teams`, `except_people` and `except_teams` are lists."""

    class Meta:
        model = OptOutRule
        skip_postgeneration_save = True

    label = "class:pii"
    level = "sample"
    reason = "Personal data stays with the people who need it."
    owner = factory.SubFactory(UserFactory)
    starts_at = THEN
    review_on = date(2099, 1, 1)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> OptOutRule:
        names = ("people", "teams", "except_people", "except_teams")
        many = {name: kwargs.pop(name) for name in names if name in kwargs}
        rule = cast("OptOutRule", super()._create(model_class, *args, **kwargs))
        for name, members in many.items():
            getattr(rule, name).set(members)
        return rule


class ExceptionFactory(factory.django.DjangoModelFactory[RuleException]):
    class Meta:
        model = RuleException

    rule = factory.SubFactory(RuleFactory)
    approved_by = factory.SubFactory(UserFactory)
    purpose = "Quarterly reconciliation."
    starts_at = THEN
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class NodeFactory(factory.django.DjangoModelFactory[Node]):
    """The node of a dataset; of a mere name with ``dataset=None, key=…``."""

    class Meta:
        model = Node
        django_get_or_create = ("dataset",)

    dataset = factory.SubFactory(DatasetFactory)


class EdgeFactory(factory.django.DjangoModelFactory[Edge]):
    """An edge between two datasets, or nodes; seen at a harvest."""

    class Meta:
        model = Edge

    upstream = factory.SubFactory(NodeFactory)
    downstream = factory.SubFactory(NodeFactory)
    origin = Edge.Origin.VIEW

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Edge:
        for end in ("upstream", "downstream"):
            if isinstance(kwargs[end], Dataset):
                kwargs[end] = NodeFactory.create(dataset=kwargs[end])
        return cast("Edge", super()._create(model_class, *args, **kwargs))


class TicketFactory(factory.django.DjangoModelFactory[Ticket]):
    class Meta:
        model = Ticket

    dataset = factory.SubFactory(DatasetFactory)
    kind = "wrong"
    severity = "major"
    title = factory.Sequence(lambda n: f"Values are wrong {n}")
    reporter = factory.SubFactory(UserFactory)
