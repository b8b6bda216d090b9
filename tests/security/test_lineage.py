"""What lineage tells beside names: that there is more, what connects what is closed, and which job says so."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.test import Client

from catalog.models import Dataset
from lineage.closures import Bounds, Direction, walk
from lineage.forms import GraphForm
from lineage.graph import graph_around
from lineage.jobs import visible_jobs
from lineage.models import Edge, Job, Node
from permissions.access import limit
from permissions.denials import EVERYTHING, NO_RULE, Denial
from permissions.levels import Level
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, ExceptionFactory, RuleFactory

pytestmark = pytest.mark.django_db


def chain(*names: str, job: Job | None = None) -> list[Dataset]:
    """Datasets each of which the next reads from; names in capitals are tagged secret."""
    made = [DatasetFactory.create(name=name, tags=["secret"] if name.isupper() else []) for name in names]
    nodes = [Node.objects.get_or_create(dataset=one)[0] for one in made]
    for up, down in pairwise(nodes):
        EdgeFactory.create(upstream=up, downstream=down, job=job)
    return made


def close(person: User, level: str) -> None:
    RuleFactory.create(label="tag:secret", level=level, people=[person])


@pytest.mark.parametrize("bounds", [Bounds(depth=1), Bounds(nodes=2)])
def test_what_is_hidden_behind_the_bounds_is_no_more_to_come(bounds: Bounds, bob: User) -> None:
    first = chain("a", "b", "H")[0]
    close(bob, "discover")
    assert walk(bob, [first.node.pk], Direction.DOWN, bounds).whole


def test_what_is_open_behind_the_bounds_is(bob: User) -> None:
    first = chain("a", "b", "c", "H")[0]
    close(bob, "discover")
    assert not walk(bob, [first.node.pk], Direction.DOWN, Bounds(depth=1)).whole


def test_what_connects_two_that_are_closed_is_not_drawn(bob: User) -> None:
    first, left, right = (chain(name)[0] for name in ("a", "L", "R"))
    for up, down in ((first, left), (first, right), (left, right)):
        EdgeFactory.create(upstream=up.node, downstream=down.node)
    close(bob, "read")
    graph = graph_around(bob, first.node, GraphForm({}))
    assert {(line.upstream, line.downstream) for line in graph.lines} == {
        (first.node.pk, left.node.pk), (first.node.pk, right.node.pk),
    }  # fmt: skip


def test_a_job_that_touches_what_is_hidden_is_not_named_beside_what_is_open(bob: User) -> None:
    job = Job.objects.create(namespace="nightly", name="merge_with_rival", description="All of it.", problem="of RIVAL")
    up, down = chain("a", "b", job=job)
    chain("H", "c", job=job)
    address = f"/lineage/edges/{up.node.pk}/{down.node.pk}/"
    assert "merge_with_rival" in signed_in(bob).get(address).content.decode()
    close(bob, "discover")
    page = signed_in(bob).get(address)
    assert (page.status_code, "merge_with_rival" in page.content.decode()) == (200, False)


def test_what_a_job_says_of_itself_is_closed_with_what_it_touches(bob: User) -> None:
    job = Job.objects.create(namespace="nightly", name="pay", description="Who earns what.", problem="near RIVAL")
    chain("a", "C", job=job)
    assert all(words in _job(bob, job) for words in ("Who earns what.", "near RIVAL"))
    close(bob, "read")
    assert "pay" in _job(bob, job)
    assert not any(words in _job(bob, job) for words in ("Who earns what.", "near RIVAL"))


def test_what_spares_one_end_opens_no_edge_to_the_other_and_no_job(bob: User) -> None:
    spared, closed = DatasetFactory.create(name="A", tags=["secret", "gold"]), chain("B")[0]
    job, open_, idle = (Job.objects.create(namespace="nightly", name=name) for name in ("both", "gold", "idle"))
    edge = EdgeFactory.create(upstream=closed, downstream=spared, job=job)
    inside = EdgeFactory.create(upstream=spared, downstream=DatasetFactory.create(name="C", tags=["gold"]), job=open_)
    rule = RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    ExceptionFactory.create(rule=rule, person=bob, label="tag:gold")
    assert set(Edge.objects.visible_to(bob)) == {inside}
    assert set(visible_jobs(bob)) == {open_, idle}
    limit(bob, [Denial(NO_RULE, EVERYTHING, Level.DISCOVER, frozenset(["tag:gold"]))])
    assert set(Edge.objects.closed_to(bob, Level.DISCOVER)) == {edge}
    assert set(visible_jobs(bob)) == {open_}


def _job(person: User, job: Job) -> str:
    client: Client = signed_in(person)
    return client.get(f"/lineage/jobs/{job.pk}/").content.decode()
