"""Conflicts among definitions are found, not reported: names that clash, criteria that say the same.

Which hold for the same rows though their criteria differ is found where rows are counted (`overlapping`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import snowballstemmer
from django.db import transaction
from django.utils import timezone

from definitions.checks import check_criterion, columns_of
from definitions.criteria import Column, Node, normal_text
from definitions.models import Binding, Conflict, Count, Definition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.models import Dataset
    from permissions.access import Viewer

MOST = 20_000  # definitions looked at
MOST_ALIKE = 20  # with one name, or one criterion, compared with each other
_WORD = re.compile(r"\w+")
_STEMMER = snowballstemmer.stemmer("english")
Kind = Conflict.Kind


@dataclass(frozen=True)
class Meaning:
    """A definition in force and what its criteria say, by dataset."""

    definition: Definition
    trees: dict[int, Node] = field(default_factory=dict)
    normal: dict[int, str] = field(default_factory=dict)
    datasets: dict[int, Dataset] = field(default_factory=dict)

    @property
    def everywhere(self) -> bool:
        return self.definition.scope == Definition.Scope.ENTERPRISE


@dataclass(frozen=True)
class Found:
    """One conflict between two definitions, the older first."""

    kind: str
    one: Definition
    other: Definition
    evidence: dict[str, Any]

    @property
    def key(self) -> tuple[str, int, int]:
        return self.kind, self.one.pk, self.other.pk


def conflicts_for(viewer: Viewer) -> list[Conflict]:
    """Return the open conflicts between definitions that `viewer` may read both, the newest first."""
    readable = Definition.objects.readable_by(viewer)
    found = Conflict.objects.filter(settled_at=None, one__in=readable, other__in=readable)
    return list(found.select_related("one__domain", "other__domain")[:200])


@transaction.atomic
def find_conflicts() -> int:
    """Look for conflicts among all definitions in force; returns how many are open. Those that are gone are settled."""
    found = {one.key: one for one in _found(_meanings())}
    still = set()
    for conflict in Conflict.objects.select_for_update().filter(settled_at=None).exclude(kind=Kind.SAME_ROWS):
        key = (conflict.kind, conflict.one_id, conflict.other_id)
        still.add(key)
        if key not in found:
            conflict.settled_at, conflict.settled_note = timezone.now(), "The two no longer clash."
            conflict.save(update_fields=["settled_at", "settled_note"])
        elif conflict.evidence != found[key].evidence:
            conflict.evidence = found[key].evidence
            conflict.save(update_fields=["evidence"])
    Conflict.objects.bulk_create(
        Conflict(kind=one.kind, one=one.one, other=one.other, evidence=one.evidence)
        for key, one in found.items()
        if key not in still
    )
    return len(found)


def _meanings() -> list[Meaning]:
    meanings = {one.pk: Meaning(one) for one in Definition.objects.approved().order_by("pk")[:MOST]}
    columns: dict[int, tuple[Column, ...]] = {}
    bindings = Binding.objects.in_force().filter(dataset__archived_at=None, version__definition__in=meanings)
    for binding in bindings.select_related("version", "dataset__source"):
        dataset = binding.dataset
        if dataset is None or not binding.expression:
            continue
        if dataset.pk not in columns:
            columns[dataset.pk] = columns_of(dataset)
        tree = check_criterion(dataset, binding.expression, columns=columns[dataset.pk]).tree
        if tree is not None:
            meaning = meanings[binding.version.definition_id]
            meaning.trees[dataset.pk], meaning.normal[dataset.pk] = tree, normal_text(tree)
            meaning.datasets[dataset.pk] = dataset
    return list(meanings.values())


def stems(name: str) -> str:
    """Return a name as its stems in order: ``Active customers`` and ``customer, active`` are alike."""
    return " ".join(sorted(_STEMMER.stemWords(_WORD.findall(name.casefold()))))


def _found(meanings: list[Meaning]) -> Iterator[Found]:
    by_name: defaultdict[str, list[Meaning]] = defaultdict(list)
    by_criterion: defaultdict[tuple[int, str], list[Meaning]] = defaultdict(list)
    for meaning in meanings:
        by_name[stems(meaning.definition.name)].append(meaning)
        for dataset, text in meaning.normal.items():
            by_criterion[dataset, text].append(meaning)
    for alike in by_name.values():
        for one, other in combinations(alike[:MOST_ALIKE], 2):
            yield from _same_name(one, other)
    for (dataset, _), alike in by_criterion.items():
        for one, other in combinations(alike[:MOST_ALIKE], 2):
            if stems(one.definition.name) != stems(other.definition.name):
                says = "Their criteria have one normal form: they hold for the same rows, whatever the data."
                yield Found(Kind.EQUIVALENT, one.definition, other.definition, {"says": says, "dataset": dataset})


def _same_name(one: Meaning, other: Meaning) -> Iterator[Found]:
    first, second = one.definition, other.definition
    if one.everywhere != other.everywhere:
        says = "A local definition has the name of an enterprise one: adopt the agreed one, or take another name."
        yield Found(Kind.SHADOWING, first, second, {"says": says})
    both = one.normal.keys() & other.normal.keys()
    differ = [dataset for dataset in sorted(both) if one.normal[dataset] != other.normal[dataset]]
    if differ or (one.normal and other.normal and not both):
        same = first.name.casefold() == second.name.casefold()
        evidence = {"says": "They mean different rows by it."} | _counts(first, second)
        if differ:
            evidence["dataset"] = differ[0]
        yield Found(Kind.SAME_NAME if same else Kind.SIMILAR_NAME, first, second, evidence)


def _counts(one: Definition, other: Definition) -> dict[str, Any]:
    """What each counts last, with the dataset it counts: told only to who may read that."""
    return {"counts": [_last_count(definition) for definition in (one, other)]}


def _last_count(definition: Definition) -> dict[str, int] | None:
    count = Count.objects.filter(binding__version=definition.current_id).order_by("-at").first()
    if count is None or count.binding.dataset_id is None:
        return None
    return {"dataset": count.binding.dataset_id, "rows": count.inside}
