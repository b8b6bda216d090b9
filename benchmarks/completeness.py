"""Counting what is missing of every dataset: `python -m benchmarks.completeness [--datasets 100000]`.

Works in the database of the settings, in one transaction that is rolled back: made-up datasets of ten fields each, of
which four protocols ask for all that can be asked. The floor is the least that such a count must do: one aggregate of
the fields and one row written for each dataset. Ways are timed in turns and count with their median. Exits 1 when
counting all takes more than `TIMES` the floor.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from statistics import median

import django
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.tables import DATASETS, FIELDS, SOURCE  # noqa: E402
from catalog.models import Classification, Completeness, Protocol  # noqa: E402
from catalog.protocol.evaluating import refresh  # noqa: E402
from catalog.protocol.requirements import ALL  # noqa: E402
from catalog.protocol.trend import note_day  # noqa: E402
from permissions.models import User  # noqa: E402

EACH, CHANGED, TIMES = 10, 1_000, 10.0
FLOOR = """
    INSERT INTO catalog_completeness (dataset_id, asked, missing, since)
    SELECT d.id, 1, CASE WHEN bool_and(f.human_description <> '') THEN '{}'::text[] ELSE '{fields}' END, now()
    FROM catalog_dataset d JOIN catalog_field f ON f.dataset_id = d.id GROUP BY d.id
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with transaction.atomic():
        _make(options.datasets)
        seconds = {name: _timed(way, options.repeats) for name, way in _ways().items()}
        transaction.set_rollback(True)
    floor = seconds["floor: one aggregate, one row each"]
    for name, taken in seconds.items():
        print(f"{name:44} {taken:9.3f} s   {taken / floor:6.2f} times the floor")
    sys.exit(seconds["all anew"] / floor > TIMES)


def _make(datasets: int) -> None:
    person = User.objects.create(username="benchmark-of-completeness")
    kept = Classification.objects.create(slug="bench", name="Bench")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(SOURCE, [person.pk])
        (source,) = cursor.fetchone()
        given = {"source": source, "each": EACH, "datasets": datasets, "owner": person.pk}
        cursor.execute(DATASETS, given)
        cursor.execute(FIELDS, given)
        cursor.execute("ANALYZE catalog_dataset, catalog_field, catalog_fieldclassification, catalog_constraint")
    for name, more in (("all", {}), ("views", {"kind": "view"}), ("certified", {"certified": True})):
        Protocol.objects.create(name=f"bench {name}", requires=list(ALL), **more)
    Protocol.objects.create(name="bench classified", requires=["retention"], classification=kept)


def _ways() -> dict[str, Callable[[], object]]:
    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM catalog_completeness")
            cursor.execute(FLOOR)

    def anew() -> None:
        Completeness.objects.all()._raw_delete(Completeness.objects.db)
        refresh()

    def some() -> None:
        ids = list(Completeness.objects.order_by("pk").values_list("pk", flat=True)[:CHANGED])
        refresh("d.id = ANY(%s)", [ids])

    return {
        "floor: one aggregate, one row each": floor, "all anew": anew, "all again, nothing changed": refresh,
        f"{CHANGED:,} that changed": some, "a day of the trend": note_day,
    }  # fmt: skip


def _timed(way: Callable[[], object], repeats: int) -> float:
    """Median seconds."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        way()
        taken.append(time.perf_counter() - started)
    return median(taken)


if __name__ == "__main__":
    main()
