"""The text of a view: it names other datasets and fields, so it is shown only where all of them are open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlparse
from django.db.models import Q
from django.db.models.functions import Lower

from catalog.closed import closed_fields
from catalog.models import Dataset
from permissions.access import denials_of

if TYPE_CHECKING:
    from catalog.closed import ClosedFields
    from catalog.querysets import DatasetQuerySet
    from permissions.access import Viewer

WORD = re.compile(r"\w+")
QUOTED = re.compile(r'"([^"]*)"|`([^`]*)`|\[([^\]]*)\]')
LONGEST = 100_000  # characters that are formatted; longer text is shown as the source wrote it


def formatted(sql: str) -> str:
    """SQL laid out for reading; what is too long or too deep to format comes back as it was."""
    if len(sql) > LONGEST:
        return sql
    try:
        return sqlparse.format(sql, reindent=True).strip()
    except (sqlparse.exceptions.SQLParseError, RecursionError):
        return sql


def may_read_definition(viewer: Viewer, dataset: Dataset, closed: ClosedFields) -> bool:
    """Whether the text of the view names nothing that is closed to the viewer."""
    if denials_of(viewer).empty:
        return True
    if closed.any_closed():
        return False
    read = _read_by(dataset)
    upstream = list(read.only("pk", "labels"))
    if len(upstream) != read.readable_by(viewer).count():
        return False
    return not any(other.any_closed() for other in closed_fields(viewer, upstream).values())


def _read_by(view: Dataset) -> DatasetQuerySet:
    """What the view reads by its edges and, for not every connector tells of those, what its text names."""
    edges = Q(node__downstream_edges__downstream__dataset=view, node__downstream_edges__closed_at=None)
    mentioned = Dataset.objects.annotate(folded=Lower("name")).filter(source=view.source_id, folded__in=words(view.sql))
    return Dataset.objects.filter(edges | Q(pk__in=mentioned.values("pk"))).exclude(pk=view.pk).distinct()


def words(sql: str) -> list[str]:
    """Every word of a text of SQL, and whatever stands in quotes, in lower case."""
    folded = sql.lower()
    return sorted({*WORD.findall(folded), *("".join(quoted) for quoted in QUOTED.findall(folded))})
