"""What the catalog writes down about its readers: who opened what, and what is popular."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

if TYPE_CHECKING:
    from catalog.models import Dataset
    from permissions.models import User

POPULAR_DAYS = 30

_VISIT = """
    INSERT INTO catalog_visit AS known (person_id, dataset_id, at, times) VALUES (%s, %s, now(), 1)
    ON CONFLICT ON CONSTRAINT visit_of_dataset DO UPDATE SET at = excluded.at, times = known.times + 1
    WHERE known.at < excluded.at - interval '10 seconds'
"""

_POPULARITY = """
    UPDATE catalog_dataset AS d SET popularity = coalesce(seen.people, 0)
    FROM catalog_dataset AS every
    LEFT JOIN (SELECT dataset_id, count(*) AS people FROM catalog_visit WHERE at >= %s GROUP BY dataset_id) AS seen
        ON seen.dataset_id = every.id
    WHERE d.id = every.id AND d.popularity <> coalesce(seen.people, 0)
"""


def record_visit(*, actor: User, dataset: Dataset) -> None:
    """Note that `actor` opened `dataset`; opening it again within ten seconds is the same visit and writes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, [actor.pk, dataset.pk])


def refresh_popularity() -> int:
    """Count who opened each dataset in the last 30 days; returns how many datasets' popularity changed."""
    with connection.cursor() as cursor:
        cursor.execute(_POPULARITY, [timezone.now() - timedelta(days=POPULAR_DAYS)])
        return int(cursor.rowcount)
