"""Walks over a lineage graph with a power law: first rings, full closures, a hub; with and without rules.

    python -m benchmarks.lineage_graph --size 100000 [--keep]

Makes a database of its own beside the one configured, fills it by set-based SQL, and measures through the
functions that the pages call. Three edges a dataset; a tenth of all edges begins at one dataset in a thousand.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

LABELS = 40  # stewards' tags that rules may name


def main() -> None:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    name = f"bench_lineage_{options.size}"
    made = _use(name)
    try:
        if made:
            _fill(options.size)
        _measure(options.size, options.repeat)
    finally:
        if not options.keep:
            _drop(name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000, help="datasets")
    parser.add_argument("--repeat", type=int, default=40, help="random starts")
    parser.add_argument("--keep", action="store_true", help="keep the database for the next time")
    return parser.parse_args()


def _use(name: str) -> bool:
    """Connect to the database `name`; returns whether it was made now."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        there = cursor.fetchone()
        if not there:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    if not there:
        call_command("migrate", verbosity=0)
    return not there


def _drop(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


EDGES = """
    SELECT setseed(0.5);
    INSERT INTO lineage_edge (upstream_id, downstream_id, origin, fields, evidence, reason, first_seen_at)
    SELECT up, down, 'view', '{{}}', '{{}}', '', now() FROM (
        SELECT DISTINCT least(a, b) AS up, greatest(a, b) AS down FROM (
            SELECT CASE WHEN random() < 0.1 THEN 1 + floor(random() * {size} / 1000)::bigint
                        ELSE 1 + floor(power(random(), 1.5) * ({size} - 1))::bigint END AS a,
                1 + floor(random() * {size})::bigint AS b
            FROM generate_series(1, 3 * {size})) AS pairs
        WHERE a <> b) AS ends;
    INSERT INTO lineage_edge (upstream_id, downstream_id, origin, fields, evidence, reason, first_seen_at)
    SELECT DISTINCT 1, 2 + floor(random() * ({size} - 2))::bigint, 'hand', '{{}}'::text[], '{{}}'::jsonb, '', now()
    FROM generate_series(1, {size} / 50);
"""
_FILL = """
    SET session_replication_role = replica;
    INSERT INTO catalog_dataset (id, source_id, container_id, name, path, key, kind, motion, harvested_description,
        harvested_owner, sql, partition_key, sort_key, field_count, fingerprint, schema_fingerprint, labels,
        first_seen_at, title, human_description, grain, nature, delivery, stage, lifecycle, deprecation_note,
        certification_note, popularity)
    SELECT n, {source}, {container}, 't' || n, 'public.t' || n, 'big.public.t' || n, 'table', 'at_rest', '', '', '',
        '', '', 8, '', '', ARRAY['source:big', 'path:big/public', 'dataset:big.public.t' || n,
        'tag:t' || (n %% {labels})], now(), '', '', '', '', '', '', 'active', '', '', 0
    FROM generate_series(1, {size}) AS n;
    INSERT INTO lineage_node (id, dataset_id, labels, namespace, name, key, first_seen_at)
    SELECT n, n, '{{}}', '', '', '', now() FROM generate_series(1, {size}) AS n;
    {edges}
    SET session_replication_role = DEFAULT;
"""


def _fill(size: int) -> None:
    from django.db import connection

    from catalog.models import Container, Source

    source = Source.objects.create(slug="big", name="Big", kind="postgres")
    container = Container.objects.create(
        source=source, path="public", name="public", kind="schema", labels=["source:big"]
    )
    started = time.perf_counter()
    with connection.cursor() as cursor:
        edges = EDGES.format(size=size)
        fill = _FILL.format(source=source.pk, container=container.pk, size=size, labels=LABELS, edges=edges)
        cursor.execute(fill, [])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE lineage_edge")
        cursor.execute("VACUUM ANALYZE lineage_node")
        cursor.execute("VACUUM ANALYZE catalog_dataset")
        cursor.execute("SELECT count(*) FROM lineage_edge")
        (edges,) = cursor.fetchone()
    print(f"{size:,} datasets, {edges:,} edges, made in {time.perf_counter() - started:.0f} s")


def _measure(size: int, repeat: int) -> None:
    random.seed(7)
    starts = [random.randint(2, max(3, size // 500)) for _ in range(repeat)]
    for words, viewer in _viewers():
        print(f"\n{words}")
        _measure_for(_fresh(viewer), starts)


def _measure_for(anew: Callable[[], Any], starts: list[int]) -> None:
    from lineage.cards import cards_of
    from lineage.closures import Bounds, Direction, edges_among, walk
    from lineage.reach import reach

    def first(start: int) -> int:
        person = anew()
        return len(cards_of(person, walk(person, [start], Direction.DOWN, Bounds(nodes=1_000)).rings))

    def drawn(start: int) -> int:
        return len(edges_among(walk(anew(), [start], Direction.DOWN, Bounds(nodes=300)).rings))

    def counted(start: int) -> int:
        return reach(anew(), start, Direction.DOWN).total

    def asked(start: int) -> int:
        return len(walk(anew(), [start], Direction.DOWN, Bounds(nodes=10_000_000, seconds=60)).rings) - 1

    _print("first 1,000 nodes with names", first, starts)
    _print("300 nodes and the edges among them", drawn, starts)
    _print("the arrays made, and one count", counted, starts[:1])
    _print("counts of a full closure", counted, starts)
    _print("the same asked ring by ring", asked, starts[:5])
    _print("the hub's first 1,000", first, [1] * 5)
    _print("the hub's counts, exact", counted, [1] * 5)
    _print("the same asked ring by ring", asked, [1])


def _viewers() -> list[tuple[str, Any]]:
    from django.utils import timezone

    from permissions.models import OptOutRule, User

    free, _ = User.objects.get_or_create(username="free")
    held, _ = User.objects.get_or_create(username="held")
    if not OptOutRule.objects.exists():
        for number in (3, 17):
            rule = OptOutRule.objects.create(
                label=f"tag:t{number}", level="discover", reason="A measurement.", owner=free, everyone=False,
                starts_at=timezone.now(), review_on=timezone.localdate().replace(year=2099),
            )  # fmt: skip
            rule.people.set([held])
    return [("Nobody stops them:", free), ("Two rules hide one dataset in twenty:", held)]


def _fresh(viewer: Any) -> Callable[[], Any]:
    from permissions.models import User

    return lambda: User.objects.get(pk=viewer.pk)  # a request loads its user anew


def _print(what: str, act: Callable[[int], int], starts: list[int]) -> None:
    times, found = [], []
    for start in starts:
        began = time.perf_counter()
        found.append(act(start))
        times.append((time.perf_counter() - began) * 1_000)
    times.sort()
    high = times[min(len(times) - 1, int(len(times) * 0.95))]
    middle = statistics.median(times)
    print(f"  {what:36} median {middle:9.1f} ms   p95 {high:9.1f} ms   found {statistics.median(found):,.0f}")


if __name__ == "__main__":
    main()
