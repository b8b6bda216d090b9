"""Trying a criterion before anybody votes on it: what it would count, and a few of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils import timezone

from catalog.values_shown import note_values_of
from core.names import split_path
from definitions.checks import check_criterion, columns_of
from definitions.counted import Rows, sight_of
from definitions.counting.stocks import MOST_GROUPS, grouped, rows_query, stocks
from definitions.criteria import render
from definitions.sources import Unanswered, Unavailable, open_source

if TYPE_CHECKING:
    from catalog.models import Dataset
    from definitions.criteria import Checked
    from permissions.models import User

SECONDS = 15
MOST_ROWS, LONGEST = 10, 120
PAUSE = 30  # seconds at most that one person's trial keeps them from the next


@dataclass
class Trial:
    """What trying a criterion gave; `problem` where it could not be counted."""

    checked: Checked
    sql: str = ""
    problem: str = ""
    rows: Rows = field(default_factory=lambda: Rows(None))
    inside: Rows = field(default_factory=lambda: Rows(None))
    unknown: Rows = field(default_factory=lambda: Rows(None))
    broken: Rows = field(default_factory=lambda: Rows(None))
    columns: list[str] = field(default_factory=list)
    sample: list[tuple[str | None, ...]] = field(default_factory=list)
    sampled: bool = False  # whether rows may be shown


def try_criterion(*, actor: User, dataset: Dataset, text: str, keys: list[str]) -> Trial:
    """Count `text` over `dataset` in its source, under brakes; with a few rows for who may sample all of it.

    The caller has found the dataset readable. One trial at a time for each person.
    """
    checked = check_criterion(dataset, text, actor)
    trial = Trial(checked)
    if checked.tree is None:
        return trial
    trial.sql = render(checked.tree, checked.dialect)
    sight = sight_of(actor, [dataset])
    if dataset.pk not in sight:
        trial.problem = "Some field of this dataset is closed to you: who may read all of it can try this."
        return trial
    busy = f"definitions.trying.{actor.pk}"
    if not cache.add(busy, True, PAUSE):
        trial.problem = "Another trial of yours is still running: wait for it."
        return trial
    try:
        _ask(trial, actor, dataset, keys, sight[dataset.pk])
    except (Unanswered, Unavailable) as error:
        trial.problem = str(error)
    finally:
        cache.delete(busy)
    return trial


def _ask(trial: Trial, actor: User, dataset: Dataset, keys: list[str], exact: bool) -> None:
    tree, now = trial.checked.tree, timezone.now()
    assert tree is not None  # noqa: S101 - the caller looked
    with open_source(dataset.source, SECONDS) as asking:
        relation = asking.relation(tuple(split_path(dataset.path)))
        [stock] = stocks(asking.rows(grouped(relation, [[tree]], asking.dialect, now), MOST_GROUPS), [1])
        trial.rows, trial.inside = Rows(stock.rows, exact), Rows(stock.inside[0], exact)
        trial.unknown, trial.broken = Rows(stock.unknown[0], exact), Rows(stock.broken[0], exact)
        if exact:
            wanted = dict.fromkeys([*keys, *trial.checked.columns])
            shown = [column for column in columns_of(dataset) if column.name in wanted]
            query = rows_query(relation, shown, tree, asking.dialect, now, MOST_ROWS)
            trial.columns, trial.sampled = [column.name for column in shown], True
            trial.sample = [tuple(_cut(value) for value in row) for row in asking.rows(query, MOST_ROWS)]
    if trial.sampled:
        note_values_of(actor, dataset, trial.columns)


def _cut(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
