"""Definitions of different names that hold for the same rows, by counting them together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from django.utils import timezone

from definitions.counting.stocks import MOST_GROUPS, grouped, stocks
from definitions.criteria import normal_text
from definitions.models import Conflict
from definitions.sources import Unanswered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from catalog.models import Dataset
    from definitions.counting.stocks import Stock
    from definitions.planning import Counted, Group
    from definitions.sources import Asking

LEAST = 10  # rows; fewer coincide by chance
MOST_PAIRS = 12
SAYS = "They held for exactly the same {rows:,} rows when they were counted last, though their criteria differ."


def note_same_rows(
    asking: Asking, relation: str, dataset: Dataset, counted: Sequence[tuple[Group, Stock]], now: datetime
) -> None:
    """Note, as conflicts, which definitions over one dataset hold for the same rows; settle those that no longer do."""
    pairs = _candidates(counted)
    try:
        workflows = [[one.tree, other.tree] for one, other, _ in pairs]
        rows = asking.rows(grouped(relation, workflows, asking.dialect, now), MOST_GROUPS) if pairs else []
        found = stocks(rows, [2] * len(pairs))
    except Unanswered:
        return
    same = {
        _ids(one, other): count
        for (one, other, count), stock in zip(pairs, found, strict=True)
        if stock.overlaps[0, 1] == stock.inside[0] == stock.inside[1]
    }
    _keep(dataset, same)


def _candidates(counted: Sequence[tuple[Group, Stock]]) -> list[tuple[Counted, Counted, int]]:
    """Pairs of definitions that hold for equally many rows, and are not known to be equivalent."""
    ones = [
        (one, stock.inside[place]) for group, stock in counted for place, one in enumerate(group.counted)
        if stock.inside[place] >= LEAST
    ]  # fmt: skip
    unique = {one.binding.version.definition_id: (one, rows) for one, rows in ones}
    return [
        (one, other, rows)
        for (one, rows), (other, also) in combinations(unique.values(), 2)
        if rows == also and normal_text(one.tree) != normal_text(other.tree)
    ][:MOST_PAIRS]


def _ids(one: Counted, other: Counted) -> tuple[int, int]:
    first, second = sorted((one.binding.version.definition_id, other.binding.version.definition_id))
    return first, second


def _keep(dataset: Dataset, same: dict[tuple[int, int], int]) -> None:
    kind = Conflict.Kind.SAME_ROWS
    standing = Conflict.objects.filter(kind=kind, settled_at=None, evidence__dataset=dataset.pk)
    for conflict in standing:
        if (conflict.one_id, conflict.other_id) not in same:
            conflict.settled_at, conflict.settled_note = timezone.now(), "They no longer hold for the same rows."
            conflict.save(update_fields=["settled_at", "settled_note"])
    for (one, other), rows in same.items():
        evidence = {"says": SAYS.format(rows=rows), "dataset": dataset.pk}
        Conflict.objects.get_or_create(
            kind=kind, one_id=one, other_id=other, settled_at=None, defaults={"evidence": evidence}
        )
