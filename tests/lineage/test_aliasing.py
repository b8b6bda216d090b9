"""Another name of a source: who gives it, and what was told under it before."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, Source
from lineage.aliasing import add_alias, remove_alias, unknown_namespaces
from lineage.models import Edge, Job, Node
from lineage.naming import Told
from lineage.nodes import nodes_of
from lineage.recording import FieldFlow, Flow, record_flows, record_job
from permissions.models import AuditEntry, User
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db
FAR = "postgres://replica.internal:6432"


@pytest.fixture
def source(customers: Dataset, alice: User) -> Source:
    Source.objects.filter(pk=customers.source_id).update(owner=alice, config={"host": "db", "database": "shop"})
    return Source.objects.get(pk=customers.source_id)


def told(*pairs: tuple[str, str], job: Job | None = None) -> None:
    names = {name: Told(FAR, name) for pair in pairs for name in pair}
    nodes = nodes_of(list(names.values()))
    flows = [Flow(nodes[names[up]], nodes[names[down]], (FieldFlow("a", "a", "identity"),)) for up, down in pairs]
    record_flows(origin=Edge.Origin.OPENLINEAGE, flows=flows, seen_at=timezone.now(), job=job)


def edges() -> set[tuple[str, str]]:
    current = Edge.objects.current().select_related("upstream__dataset", "downstream__dataset")
    return {(str(edge.upstream), str(edge.downstream)) for edge in current}


def test_what_was_told_before_joins_up(source: Source, customers: Dataset, alice: User) -> None:
    told(("shop.public.customers", "shop.public.later"), ("elsewhere.public.x", "shop.public.customers"))
    assert unknown_namespaces(alice) == [("postgres://replica.internal:6432", 3)]
    _, joined = add_alias(actor=alice, source=source, namespace="PostgreSQL://me@replica.internal:6432/")
    assert joined == 2
    assert edges() == {
        ("crm.public.customers", "shop.public.later"), ("elsewhere.public.x", "crm.public.customers")
    }  # fmt: skip
    later = Node.objects.get(key="crm.public.later")
    assert (later.source, "source:crm" in later.labels) == (source, True), "it is as hidden as it would be there"
    assert AuditEntry.objects.filter(action="lineage.alias_added").exists()


def test_what_two_names_say_alike_is_said_once(source: Source, customers: Dataset, alice: User) -> None:
    job = record_job(namespace="etl", name="load", seen_at=timezone.now())
    told(("shop.public.customers", "other.public.x"), ("shop.public.customers", "public.customers"), job=job)
    there = Node.objects.get(name="other.public.x").pk
    flows = [Flow(NodeFactory.create(dataset=customers).pk, there)]
    record_flows(origin=Edge.Origin.OPENLINEAGE, flows=flows, seen_at=timezone.now(), job=job)
    add_alias(actor=alice, source=source, namespace=FAR)
    assert edges() == {("crm.public.customers", "other.public.x")}
    assert Edge.objects.current().count() == 1


def test_only_who_manages_the_source_and_only_once(source: Source, bob: User, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        add_alias(actor=bob, source=source, namespace=FAR)
    alias, _ = add_alias(actor=alice, source=source, namespace=FAR)
    for wrong in (FAR, " ", "x" * 501):
        with pytest.raises(ValidationError):
            add_alias(actor=alice, source=source, namespace=wrong)
    with pytest.raises(PermissionDenied):
        remove_alias(actor=bob, alias=alias)


def test_on_its_page(source: Source, as_alice: Client, as_bob: Client) -> None:
    told(("shop.public.customers", "shop.public.later"))
    page = f"/sources/{source.slug}/names/"
    assert "postgres://replica.internal:6432" in as_alice.get(page).content.decode()
    assert as_alice.post(page, {"namespace": FAR}).headers["Location"] == page
    assert as_alice.post(page, {"namespace": FAR}).status_code == 422
    alias = source.namespace_aliases.get()
    assert as_bob.get(page).status_code == 403
    as_alice.post(f"{page}{alias.pk}/remove/")
    assert not source.namespace_aliases.exists()
