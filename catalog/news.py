"""What changed lately, as far as one person may know: schema changes first of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, When

from catalog.closed import closed_fields
from catalog.models import Dataset, SchemaVersion
from catalog.schema_diff import Change, classify, from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from catalog.closed import ClosedFields
    from catalog.schema_diff import Impact
    from permissions.access import Viewer

_NAMES = frozenset(["renamed"])  # changes whose before and after are names of fields
_EXPRESSIONS = frozenset(["default_changed", "generated_changed"])
BREAKING_FIRST = Case(When(change_class=SchemaVersion.ChangeClass.BREAKING, then=0), default=1)
LOOKED_AT = 4  # versions read for each one shown: some may hold nothing but changes of closed fields


class SchemaNews(NamedTuple):
    """One schema version, with only those changes its reader may know of."""

    version: SchemaVersion
    changes: tuple[Change, ...]
    impact: Impact

    @property
    def breaking(self) -> bool:
        return self.impact == "breaking"


def schema_news(viewer: Viewer, since: datetime, limit: int) -> list[SchemaNews]:
    """The latest schema changes of datasets that the viewer may read, each dataset once, those that break readers
    first and then the latest; first versions are no change."""
    versions = list(
        SchemaVersion.objects.filter(
            created_at__gte=since, number__gt=1, dataset__in=Dataset.objects.readable_by(viewer).present()
        )
        .select_related("dataset", "dataset__source")
        .defer("fields")
        .order_by(BREAKING_FIRST, "-created_at", "-pk")[: limit * LOOKED_AT]
    )
    closed = closed_fields(viewer, [version.dataset for version in versions])
    shown = (as_news(version, closed[version.dataset_id]) for version in versions)
    worst_first = sorted((one for one in shown if one.changes), key=lambda one: not one.breaking)
    once = {one.version.dataset_id: one for one in reversed(worst_first)}
    return [one for one in worst_first if once[one.version.dataset_id] is one][:limit]


def as_news(version: SchemaVersion, closed: ClosedFields) -> SchemaNews:
    """A version as somebody may see it, its impact judged by what they may see of it."""
    changes = tuple(visible_changes(from_json(version.changes), closed))
    return SchemaNews(version, changes, classify(changes))


def hides_breaking(version: SchemaVersion, closed: ClosedFields) -> bool:
    """Whether a breaking change of the version is of something closed."""
    changes = from_json(version.changes)
    return sum(one.breaking for one in visible_changes(changes, closed)) < sum(one.breaking for one in changes)


def visible_changes(changes: Iterable[Change], closed: ClosedFields) -> Iterator[Change]:
    """The changes that tell nothing of a closed field: by its name now or before, its type, or in an expression."""
    for change in changes:
        names = [change.path, *((change.before, change.after) if change.kind in _NAMES else ())]
        expression = change.kind in _EXPRESSIONS and closed.any_closed()
        if not expression and not any(closed.closes(name) for name in names if name):
            yield change
