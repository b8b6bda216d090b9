"""Short names for addresses and labels."""

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

LONGEST = 60


def free_slug(rows: QuerySet[Any], name: str) -> str:
    """Return a slug for `name` that no row of `rows` has in its ``slug`` column."""
    base = slugify(name)[:LONGEST].strip("-") or "source"
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{number}" for number in range(2, len(taken) + 3) if f"{base}-{number}" not in taken)
