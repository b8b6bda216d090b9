"""The facts of one reading of a source, to be asked about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harvest import facts


class Harvest:
    """The facts of one reading, to be asked about."""

    def __init__(self, read: Iterable[facts.Fact]) -> None:
        self.all = list(read)
        self.datasets = {fact.path: fact for fact in self.of(facts.Dataset)}

    def of(self, kind: type[Any]) -> list[Any]:
        return [fact for fact in self.all if isinstance(fact, kind)]

    def about(self, kind: type[Any], *path: str) -> list[Any]:
        ref = self.datasets[path].ref
        return [fact for fact in self.of(kind) if fact.dataset == ref]

    def field(self, schema: str, dataset: str, name: str, parent: str = "") -> facts.Field:
        of_dataset = self.about(facts.Field, schema, dataset)
        found: facts.Field = next(fact for fact in of_dataset if (fact.name, fact.parent) == (name, parent))
        return found

    def constraint(self, schema: str, dataset: str, name: str) -> facts.Constraint:
        found: facts.Constraint = next(
            fact for fact in self.about(facts.Constraint, schema, dataset) if fact.name == name
        )
        return found
