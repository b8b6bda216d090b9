"""What a run found to be different, as far as one person may know: datasets, and what changed in their schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.models import Dataset
from catalog.schema_diff import Change, classify, from_json
from harvest.models import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from harvest.seen import Seen
    from permissions.access import Viewer

OPEN = 20  # a list no longer than this is shown unfolded
KINDS = {
    "added": ("New", "plus"),
    "changed": ("Changed", "pencil"),
    "archived": ("Archived", "archive"),
    "restored": ("Back again", "restore"),
}


class Entry(NamedTuple):
    """One dataset of a run; `dataset` is None where there is no page of it, as after a dry run."""

    path: str
    kind: str
    dataset: Dataset | None
    changes: tuple[Change, ...]
    breaking: bool


class Section(NamedTuple):
    """The datasets of which one thing is true; `total` is None where counting would tell of what is hidden."""

    key: str
    title: str
    icon_name: str
    entries: list[Entry]
    total: int | None
    cut: bool  # whether there are more than are listed
    unfolded: bool


class Renamed(NamedTuple):
    old: str
    new: str
    confidence: float
    why: str


class Difference(NamedTuple):
    sections: list[Section]
    renamed: list[Renamed]

    @property
    def breaking(self) -> int:
        return sum(entry.breaking for section in self.sections for entry in section.entries)


def difference_of(run: Run, seen: Seen, viewer: Viewer) -> Difference:
    """What `seen` lists, with links and words; one query."""
    ids = [entry["id"] for name in KINDS for entry in seen.diff.get(name, [])]
    known = Dataset.objects.visible_to(viewer).in_bulk(ids) if ids else {}
    sections = [
        _section(name, seen, [_entry(one, known) for one in seen.diff[name]]) for name in KINDS if seen.diff.get(name)
    ]
    sections.sort(key=lambda section: not any(entry.breaking for entry in section.entries))
    return Difference(sections, [Renamed(**item) for item in seen.diff.get("renamed", [])])


def _section(name: str, seen: Seen, entries: list[Entry]) -> Section:
    title, icon_name = KINDS[name]
    counted = (seen.counters or {}).get(name)
    total = max(counted or 0, len(entries)) if seen.counters is not None else None
    cut = len(entries) >= Run.DIFF_LENGTH or (total or 0) > len(entries)
    return Section(name, title, icon_name, _worst_first(entries), total, cut, len(entries) <= OPEN)


def _worst_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: not entry.breaking)


def _entry(stored: Mapping[str, Any], known: Mapping[int, Dataset]) -> Entry:
    changes = from_json(stored.get("changes", []))
    return Entry(stored["path"], stored["kind"], known.get(stored["id"]), changes, classify(changes) == "breaking")
