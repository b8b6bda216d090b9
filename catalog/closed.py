"""Which fields of a dataset are closed to a person: the same denials that filter rows, read field by field.

A field inside a closed one is closed as well, and a column is masked where anything inside it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models.fields import Field
from catalog.models.schema import SchemaVersion
from core.names import join_path, split_path
from core.statements import Statement, one_of
from permissions.access import denials_of
from permissions.levels import Level
from permissions.models.rules import OptOutRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from catalog.models.datasets import Dataset
    from permissions.access import Viewer
    from permissions.denials import Denial

Stopping = tuple["Denial", ...]


@dataclass(frozen=True)
class ClosedFields:
    """What of one dataset's fields is closed to one person, besides what closes the dataset itself."""

    by_level: Mapping[Level, Mapping[str, Stopping]]

    def stopping(self, path: str, level: Level) -> Stopping:
        """The rules that keep the person from doing `level` with the field at `path`."""
        closed = self.by_level.get(level)
        if not closed:
            return ()
        return next((closed[around] for around in enclosing(path) if around in closed), ())

    def hides(self, path: str) -> bool:
        """Whether the person may not know of the field at `path`."""
        return bool(self.stopping(path, Level.DISCOVER))

    def closes(self, path: str) -> bool:
        """Whether the person may not read about the field at `path`, nor of anything in it: a type names its parts."""
        return bool(self.stopping(path, Level.READ) or self._inside(path, Level.READ))

    def masking(self, path: str) -> Stopping:
        """The rules that keep the values of the field at `path` closed: its own, or those of anything in it."""
        return self.stopping(path, Level.SAMPLE) or self._inside(path, Level.SAMPLE)

    def masked_at(self, path: str) -> str:
        """The path of the closed field that masks the one at `path`: itself, one around it, or one in it."""
        closed = self.by_level.get(Level.SAMPLE, {})
        around = (one for one in enclosing(path) if one in closed)
        return next(around, None) or next((one for one in closed if path in enclosing(one)), path)

    def _inside(self, path: str, level: Level) -> Stopping:
        closed = self.by_level.get(level, {})
        return next((stopping for other, stopping in closed.items() if path in enclosing(other)), ())

    def parts_masked(self, path: str) -> bool:
        """Whether values of anything in the field at `path` are closed."""
        return any(other != path and path in enclosing(other) for other in self.by_level.get(Level.SAMPLE, {}))

    def any_hidden(self) -> bool:
        """Whether there are fields that the person may not know of."""
        return bool(self.by_level.get(Level.DISCOVER))

    def any_closed(self) -> bool:
        """Whether there are fields that the person may not read about, of which expressions could tell."""
        return bool(self.by_level.get(Level.READ))

    def reasons(self) -> dict[int, OptOutRule]:
        """The rules that close anything here, by id, in one query."""
        levels = self.by_level.values()
        ids = {denial.rule_id for closed in levels for stopping in closed.values() for denial in stopping}
        return OptOutRule.objects.select_related("owner").in_bulk(ids) if ids else {}


NOTHING_CLOSED = ClosedFields({})

# Every field with labels, archived ones too: history and samples still name them.
_LABELLED: Statement[tuple[int, str, list[str]]] = Statement(
    lambda: (
        Field.objects.filter(one_of("dataset", "datasets"))
        .exclude(labels=[])
        .order_by()
        .values_list("dataset_id", "path", "labels")
    )
)
_RENAMED: Statement[tuple[int, list[dict[str, str]]]] = Statement(
    lambda: (
        SchemaVersion.objects.filter(one_of("dataset", "datasets"), changes__contains=[{"kind": "renamed"}])
        .order_by("-number")
        .values_list("dataset_id", "changes")
    )
)


def closed_fields(viewer: Viewer, datasets: Iterable[Dataset]) -> dict[int, ClosedFields]:
    """Return what is closed to `viewer` in each of the datasets, by its id, in at most two queries.

    What a rule on a dataset itself closes is for the gate to say; here are only fields with labels of their own.
    """
    labels = {dataset.pk: frozenset(dataset.labels) for dataset in datasets}
    denials = denials_of(viewer)
    found: dict[int, dict[Level, dict[str, Stopping]]] = {pk: {} for pk in labels}
    if not denials.empty:
        for pk, path, own in _LABELLED.run(datasets=list(labels)):
            for level in Level:
                if stopping := denials.stopping(labels[pk].union(own), level):
                    found[pk].setdefault(level, {})[path] = stopping
    _close_former_names(found)
    return {pk: ClosedFields(levels) for pk, levels in found.items()}


def closed_fields_of(viewer: Viewer, dataset: Dataset) -> ClosedFields:
    """Return what of one dataset's fields is closed to `viewer`."""
    return closed_fields(viewer, [dataset])[dataset.pk]


def _close_former_names(found: Mapping[int, dict[Level, dict[str, Stopping]]]) -> None:
    """Close what closed fields were called before: history still says so. Goes back from the latest renaming."""
    touched = [pk for pk, levels in found.items() if levels]
    for pk, old, new in _renamings(touched) if touched else ():
        for closed in found[pk].values():
            around = next((path for path in enclosing(new) if path in closed), None)
            if around is not None:
                closed.setdefault(old, closed[around])


def _renamings(datasets: list[int]) -> Iterator[tuple[int, str, str]]:
    """Every renaming of a field, as the dataset, the name before and the name after, latest first."""
    for pk, changes in _RENAMED.run(datasets=datasets):
        for change in changes:
            if change["kind"] == "renamed":
                yield pk, change["before"], change["after"]


def enclosing(path: str) -> Iterator[str]:
    """The fields around a path, from the outermost, and the path itself."""
    parts = split_path(path)
    return (join_path(parts[: depth + 1]) for depth in range(len(parts)))
