"""What a dataset comes from and what depends on it: bounded, whatever its shape, and only what one may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from lineage.closures import Bounds, Direction, beyond, edges_among, path_between, walk
from lineage.models import Edge, Node
from permissions.models import User
from tests.factories import DatasetFactory, EdgeFactory, NodeFactory, RuleFactory

pytestmark = pytest.mark.django_db
Graph = Callable[[str], dict[str, int]]


@pytest.fixture
def graph(db: None) -> Graph:
    """Makes ``a>b b>c``; a name in capitals is tagged secret, one with a ? is not in the catalog."""

    def make(text: str) -> dict[str, int]:
        nodes: dict[str, Node] = {}
        for up, down in (pair.split(">") for pair in text.split()):
            for name in (up, down):
                if name not in nodes:
                    nodes[name] = _node(name)
            EdgeFactory.create(upstream=nodes[up], downstream=nodes[down])
        return {name: node.pk for name, node in nodes.items()}

    return make


def _node(name: str) -> Node:
    if name.endswith("?"):
        return Node.objects.create(key=f"elsewhere {name}", name=name)
    return NodeFactory.create(dataset=DatasetFactory.create(name=name, tags=["secret"] if name.isupper() else []))


def rings(viewer: User, start: int, nodes: dict[str, int], direction: Direction = Direction.DOWN, **bounds: int) -> str:
    found = walk(viewer, [start], direction, Bounds(**bounds))
    names = {pk: name for name, pk in nodes.items()}
    return " ".join(sorted(f"{names[pk]}{ring}" for pk, ring in found.rings.items()))


def test_rings_go_out_from_the_start_in_each_direction(graph: Graph, bob: User) -> None:
    nodes = graph("a>b b>c a>c c>d? d?>e")
    assert rings(bob, nodes["a"], nodes) == "a0 b1 c1 d?2 e3"
    assert rings(bob, nodes["e"], nodes, Direction.UP) == "a3 b3 c2 d?1 e0"
    assert rings(bob, nodes["a"], nodes, depth=1) == "a0 b1 c1"


def test_cycles_end(graph: Graph, bob: User) -> None:
    nodes = graph("a>b b>c c>a")
    assert rings(bob, nodes["a"], nodes) == "a0 b1 c2"


def test_what_is_hidden_is_not_there_and_nothing_is_found_through_it(graph: Graph, bob: User) -> None:
    nodes = graph("a>S S>b a>c")
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    found = walk(bob, [nodes["a"]], Direction.DOWN, Bounds())
    assert (set(found.rings), found.restricted) == ({nodes["a"], nodes["c"]}, {})
    assert path_between(bob, nodes["a"], nodes["b"], Bounds()) is None
    assert beyond(bob, [nodes["a"]], [])[Direction.DOWN][nodes["a"]].number == 1


def test_what_is_closed_ends_the_way_as_a_stub(graph: Graph, bob: User) -> None:
    nodes = graph("a>S S>b a>c")
    RuleFactory.create(label="tag:secret", level="read", people=[bob])
    found = walk(bob, [nodes["a"]], Direction.DOWN, Bounds())
    assert (set(found.rings), found.restricted) == ({nodes["a"], nodes["c"]}, {nodes["S"]: 1})


def test_bounds_are_told(graph: Graph, bob: User) -> None:
    nodes = graph("a>b a>c a>d d>e")
    few = walk(bob, [nodes["a"]], Direction.DOWN, Bounds(nodes=3))
    assert (len(few.rings), few.whole) == (3, False)
    assert not walk(bob, [nodes["a"]], Direction.DOWN, Bounds(depth=1)).whole
    assert walk(bob, [nodes["a"]], Direction.DOWN, Bounds(depth=2)).whole
    assert not walk(bob, [nodes["a"]], Direction.DOWN, Bounds(seconds=-1)).whole


def test_a_shortest_way(graph: Graph, bob: User) -> None:
    nodes = graph("a>b b>c c>d b>d")
    assert path_between(bob, nodes["a"], nodes["d"], Bounds()) == [nodes["a"], nodes["b"], nodes["d"]]
    assert path_between(bob, nodes["d"], nodes["a"], Bounds()) is None


def test_the_past_is_as_it_was(graph: Graph, bob: User) -> None:
    nodes = graph("a>b b>c")
    now = timezone.now()
    Edge.objects.update(first_seen_at=now - timedelta(days=3))
    Edge.objects.filter(downstream=nodes["c"]).update(closed_at=now - timedelta(days=1))
    before = walk(bob, [nodes["a"]], Direction.DOWN, Bounds(), at=now - timedelta(days=2))
    assert set(before.rings) == set(nodes.values())
    assert set(walk(bob, [nodes["a"]], Direction.DOWN, Bounds()).rings) == {nodes["a"], nodes["b"]}
    assert not walk(bob, [nodes["a"]], Direction.DOWN, Bounds(), at=now - timedelta(days=9)).rings.keys() - {nodes["a"]}


def test_edges_among_what_is_shown(graph: Graph) -> None:
    nodes = graph("a>b b>c a>c c>d")
    shown = [nodes[name] for name in "abc"]
    assert {(one.upstream, one.downstream) for one in edges_among(shown)} == {
        (nodes["a"], nodes["b"]), (nodes["b"], nodes["c"]), (nodes["a"], nodes["c"]),
    }  # fmt: skip


def test_a_ring_takes_a_fixed_number_of_statements(graph: Graph, bob: User, django_assert_max_num_queries) -> None:
    nodes = graph(" ".join(f"a>t{number}" for number in range(40)))
    RuleFactory.create(label="tag:secret", level="read", people=[bob])
    with django_assert_max_num_queries(4):
        walk(bob, [nodes["a"]], Direction.DOWN, Bounds(depth=1))
