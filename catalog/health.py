"""How the harvests of sources went, as far as readers of the catalog need it.

Runs belong to a layer above, so they are reached through their relation to the source and never imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max, OuterRef, Q, Subquery

from catalog.models import Source

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from permissions.querysets import LabelledQuerySet

TROUBLED = frozenset(["failed", "confirm"])  # states of a run that somebody has to look at


def with_last_run(sources: LabelledQuerySet[Source]) -> LabelledQuerySet[Source]:
    """Add `run_id` and `run_state` of each source's last real run, and `read_at`, when its facts were last true."""
    last = _runs().filter(source=OuterRef("pk"), dry=False).order_by("-created_at", "-id")
    return sources.annotate(  # type: ignore[return-value]
        run_id=Subquery(last.values("pk")[:1]),
        run_state=Subquery(last.values("state")[:1]),
        read_at=Subquery(last.exclude(facts_done_at=None).values("facts_done_at")[:1]),
    )


def last_read_at(source: Source) -> datetime | None:
    """When the source was last harvested to the end of its facts."""
    return _runs().filter(source=source).aggregate(at=Max("facts_done_at", filter=Q(dry=False)))["at"]  # type: ignore[no-any-return]


def _runs() -> QuerySet[Any]:
    model: Any = Source._meta.get_field("runs").related_model
    return model._default_manager.all()  # type: ignore[no-any-return]
