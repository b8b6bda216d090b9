"""The same definition in two systems: how many entities agree, and which do not."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from core.names import split_path
from definitions.checks import check_criterion, columns_of
from definitions.counting.snapshots import MOST_KEYS, TooManyKeys, hashed
from definitions.counting.stocks import rows_query
from definitions.models import Agreement, Binding
from definitions.sources import Unanswered, Unavailable, open_source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from definitions.sources import Asking

MOST_SHOWN = 50
SECONDS = 15  # for somebody who waits


class Differing(NamedTuple):
    """Keys, as texts, of entities that a definition holds for in one system and not in the other; some of them."""

    both: int
    left: list[tuple[str, ...]]
    right: list[tuple[str, ...]]
    left_only: int
    right_only: int


def compare_systems(bindings: Iterable[Binding], now: datetime) -> None:
    """Count how far the bindings of each version agree, by their keys; what cannot be compared is left out."""
    versions = {binding.version_id for binding in bindings}
    for version in versions:
        bound = list(
            Binding.objects.filter(version=version, dataset__archived_at=None)
            .exclude(key_fields=[])
            .select_related("version__definition", "dataset__source")
        )
        for left, right in combinations(bound, 2):
            try:
                found = differing(left, right, now)
            except (Unanswered, Unavailable, TooManyKeys):
                continue
            Agreement.objects.create(
                left=left, right=right, at=now, both=found.both, left_only=found.left_only, right_only=found.right_only
            )


def differing(left: Binding, right: Binding, now: datetime, seconds: int | None = None) -> Differing:
    """Return how far two bindings agree now. Raises `Unanswered`, `Unavailable` or `TooManyKeys`."""
    secret = settings.SECRET_KEY.encode()
    keys = [{hashed(key, secret): key for key in _keys(one, now, seconds)} for one in (left, right)]
    only = [keys[0].keys() - keys[1].keys(), keys[1].keys() - keys[0].keys()]
    first, second = (sorted(keys[side][one] for one in only[side])[:MOST_SHOWN] for side in (0, 1))
    return Differing(len(keys[0].keys() & keys[1].keys()), first, second, len(only[0]), len(only[1]))


def _keys(binding: Binding, now: datetime, seconds: int | None) -> list[tuple[str, ...]]:
    dataset = binding.dataset
    if dataset is None:
        raise Unanswered("The dataset is gone.")
    columns = {column.name: column for column in columns_of(dataset)}
    checked = check_criterion(dataset, binding.expression, columns=columns.values())
    if checked.tree is None or not all(name in columns for name in binding.key_fields):
        raise Unanswered("The criterion or its key no longer fits the dataset.")
    with ExitStack() as stack:
        asking: Asking = stack.enter_context(open_source(dataset.source, seconds))
        relation = asking.relation(tuple(split_path(dataset.path)))
        key = [columns[name] for name in binding.key_fields]
        query = rows_query(relation, key, checked.tree, asking.dialect, now, MOST_KEYS + 1)
        found = [tuple(str(part) for part in row) for row in asking.stream(query) if None not in row]
    if len(found) > MOST_KEYS:
        raise TooManyKeys
    return found
