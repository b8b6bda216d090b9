"""Statements that are written once give what their queryset gives."""

import pytest
from django.db.models import F, QuerySet
from pytest_django import DjangoAssertNumQueries

from catalog.context import with_context
from catalog.models import Dataset, Field
from core.statements import Statement, one_of, text_of
from permissions.models import User
from tests.factories import ContainerFactory, DatasetFactory, DomainFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db


def datasets() -> QuerySet[Dataset]:
    return Dataset.objects.select_related("source", "owner").defer("sql").order_by("name")


def test_models_come_as_the_queryset_gives_them(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    owner = UserFactory.create()
    made = [
        DatasetFactory.create(name="b", details={"a": [1]}, labels=["tag:x"]),
        DatasetFactory.create(name="a", owner=owner),
    ]
    statement: Statement[Dataset] = Statement(lambda: datasets().filter(one_of("pk", "ids")))
    found, expected = statement.run(ids=[one.pk for one in made]), list(datasets())
    with django_assert_num_queries(0):
        assert [one.__dict__.keys() for one in found] == [one.__dict__.keys() for one in expected]
        for one, other in zip(found, expected, strict=True):
            assert (one, one.source, one.owner, one.details, one.labels, one.first_seen_at) == (
                other, other.source, other.owner, other.details, other.labels, other.first_seen_at,
            )  # fmt: skip
        assert one.get_deferred_fields() == {"sql"}


def test_each_run_has_values_of_its_own() -> None:
    first, second = DatasetFactory.create(columns=["id"]), DatasetFactory.create(columns=["id", "name"])
    statement: Statement[tuple[int, str]] = Statement(
        lambda: (
            Field.objects.filter(one_of("dataset", "datasets"), name__iregex=text_of("like"))
            .order_by("pk")
            .values_list("dataset_id", "name")
        )
    )
    assert statement.run(datasets=[first.pk, second.pk], like="") == [
        (first.pk, "id"), (second.pk, "id"), (second.pk, "name"),
    ]  # fmt: skip
    assert statement.run(datasets=[second.pk], like="NA") == [(second.pk, "name")]
    assert statement.run(datasets=[], like="") == []


def test_a_statement_may_take_no_values() -> None:
    DatasetFactory.create(name="a")
    assert Statement(lambda: Dataset.objects.annotate(also=F("name")).values_list("also")).run() == [("a",)]


def test_context_is_what_the_join_gives(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = UserFactory.create_batch(4)
    domain, other = DomainFactory.create(steward=people[0]), DomainFactory.create()
    source = SourceFactory.create(domain=domain, owner=people[1])
    DatasetFactory.create(source=source, owner=people[2], steward=people[3], tags=["gold", "blue"])
    DatasetFactory.create(source=source, domain=other, container=ContainerFactory.create(source=source))
    DatasetFactory.create(tags=["gold"])
    with django_assert_num_queries(6):  # none is of a product
        found = with_context(list(Dataset.objects.order_by("pk")))
    expected = list(Dataset.objects.with_context().prefetch_related("tags").order_by("pk"))
    with django_assert_num_queries(0):
        assert [told(one) for one in found] == [told(one) for one in expected]


def told(dataset: Dataset) -> tuple[object, ...]:
    domain: User | None = dataset.domain.steward if dataset.domain else None
    return (
        dataset, dataset.source, dataset.container, dataset.product, dataset.owner, dataset.steward, dataset.domain,
        domain, dataset.effective_domain, dataset.responsible, dataset.source.owner, list(dataset.tags.all()),
    )  # fmt: skip
