"""What one person is kept out of, as plain data: the filter and the explanation are two readings of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from permissions.levels import Level

EVERYTHING = "*"  # stands for the label of a denial that stops whatever there is
NO_RULE = 0  # stands for the rule of a denial that comes from the viewer's token


@dataclass(frozen=True)
class Denial:
    """One rule that stops the person: whatever carries `label`, unless it also carries one of `unless`.

    `unless` holds the labels for which the person has an exception from this rule. The label `EVERYTHING` stops
    whatever carries none of `unless`.
    """

    rule_id: int
    label: str
    level: Level
    unless: frozenset[str] = frozenset()

    def stops(self, labels: frozenset[str]) -> bool:
        """Whether something that carries `labels` is closed by this rule."""
        return (self.label == EVERYTHING or self.label in labels) and self.unless.isdisjoint(labels)


@dataclass(frozen=True)
class Denials:
    """Everything one person is kept out of."""

    items: tuple[Denial, ...] = ()

    def at(self, level: Level) -> tuple[Denial, ...]:
        """The rules that close `level`."""
        return self._by_level[level]

    @cached_property
    def _by_level(self) -> dict[Level, tuple[Denial, ...]]:
        closers = {level: level.closed_by for level in Level}
        return {level: tuple(one for one in self.items if one.level in by) for level, by in closers.items()}

    def stopping(self, labels: Iterable[str], level: Level) -> tuple[Denial, ...]:
        """The rules that keep the person from doing `level` with something that carries `labels`."""
        carried = frozenset(labels)
        return tuple(denial for denial in self.at(level) if denial.stops(carried))

    def allow(self, labels: Iterable[str], level: Level) -> bool:
        """Whether nothing stops the person."""
        return not self.stopping(labels, level)

    @cached_property
    def empty(self) -> bool:
        return not self.items
