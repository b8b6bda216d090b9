"""How much depends on something: as the database says, now, for this person."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

from lineage import reach as reaching
from lineage.closures import Bounds, Direction, walk
from lineage.models import Edge, Node
from lineage.reach import forget_changes, reach
from permissions.models import User
from tests.factories import DatasetFactory, EdgeFactory, NodeFactory, RuleFactory

EVERYTHING = Bounds(depth=50, nodes=10_000, seconds=60)


@pytest.fixture(autouse=True)
def held_anew() -> Iterator[None]:
    """Databases of tests share a name."""
    reaching._shelf.held.clear()
    yield
    reaching._shelf.held.clear()


def rings(viewer: User, start: int, direction: Direction) -> list[int]:
    found = [ring for ring in walk(viewer, [start], direction, EVERYTHING).rings.values() if ring]
    return [found.count(ring) for ring in range(1, max(found, default=0) + 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_it_counts_what_walking_finds_for_each_person(bob: User, alice: User, seed: int) -> None:
    chance = random.Random(seed)
    source = DatasetFactory.create().source
    made = DatasetFactory.create_batch(14, source=source)
    nodes = [NodeFactory.create(dataset=one) for one in made] + [
        Node.objects.create(key=f"elsewhere {number}", name=str(number), labels=["tag:secret"] * (number % 2))
        for number in range(4)
    ]
    for number in range(45):
        up, down = chance.sample(nodes, 2)
        Edge.objects.get_or_create(upstream=up, downstream=down, closed_at=timezone.now() if number % 5 == 0 else None)
    type(made[0]).objects.filter(pk__in=[one.pk for one in made[1:5]]).update(labels=["tag:secret"])
    RuleFactory.create(label="tag:secret", level=chance.choice(["discover", "read"]), people=[bob])
    for viewer in (bob, alice):
        for start in nodes:
            if start.pk in walk(viewer, [start.pk], Direction.DOWN, EVERYTHING).rings:
                for direction in Direction:
                    found = reach(User.objects.get(pk=viewer.pk), start.pk, direction)
                    assert found == (rings(viewer, start.pk, direction), True)


@pytest.mark.django_db(transaction=True)
def test_it_follows_what_others_commit_and_nothing_that_is_rolled_back() -> None:
    viewer = User.objects.create(username="bob")
    a, b, c = (NodeFactory.create().pk for _ in range(3))
    EdgeFactory.create(upstream_id=a, downstream_id=b)
    assert reach(viewer, a, Direction.DOWN).by_ring == [1]
    held = reaching._shelf.held[Direction.DOWN].arrays
    with transaction.atomic():
        edge = EdgeFactory.create(upstream_id=b, downstream_id=c)
        assert reach(viewer, a, Direction.DOWN).by_ring == [1, 1]
        transaction.set_rollback(True)
    assert reach(viewer, a, Direction.DOWN).by_ring == [1]
    edge.pk = None
    edge.save(force_insert=True)
    assert reach(viewer, a, Direction.DOWN).by_ring == [1, 1]
    Edge.objects.filter(upstream=a).update(last_seen_at=timezone.now())
    Edge.objects.filter(upstream=b).update(closed_at=timezone.now())
    assert reach(viewer, a, Direction.DOWN).by_ring == [1]
    Edge.objects.filter(upstream=b).update(closed_at=None)
    Edge.objects.filter(upstream=a).delete()
    assert (reach(viewer, a, Direction.DOWN).total, reach(viewer, b, Direction.DOWN).total) == (0, 1)
    assert reaching._shelf.held[Direction.DOWN].arrays is held, "it was mended, not made anew"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lineage_edgechange SET at = now() - interval '2 days'")
    assert forget_changes()
