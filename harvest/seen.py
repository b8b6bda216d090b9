"""What of a run one person may know: a dataset that is hidden from them is hidden in its counts and lists too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from catalog.closed import closed_fields
from catalog.labels import container_labels, label_value
from catalog.models import Dataset, Field, Source
from catalog.news import visible_changes
from catalog.schema_diff import classify, from_json, to_json
from core.names import quote_part, split_path
from harvest.models import Run, RunProblem
from permissions.access import Viewer, denials_of
from permissions.levels import Level

COUNTERS = (
    "datasets_read", "fields_read", "added", "changed", "archived", "restored", "profiled", "to_profile",
    "problem_count", "datasets_expected",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A run as one person sees it.

    Counters are None for whom a dataset or field of the source is hidden; problems and the message, which quote names,
    for whom one is closed. Schema changes in `diff` are those that the person may read.
    """

    counters: dict[str, int | None] | None
    problems: list[RunProblem] | None
    message: str | None
    diff: dict[str, list[dict[str, Any]]]


def see(run: Run, viewer: Viewer, *, problems: int = 100) -> Seen:
    """Return what `viewer` may know of a run whose source they may read; at most so many problems."""
    quoted = sees_whole(run.source, viewer, Level.READ)
    return Seen(
        {name: getattr(run, name) for name in COUNTERS} if quoted or sees_whole(run.source, viewer) else None,
        list(run.problems.all()[:problems]) if quoted else None,
        run.message if quoted else None,
        _visible_diff(run, viewer),
    )


def sees_whole(source: Source, viewer: Viewer, level: Level = Level.DISCOVER) -> bool:
    """Whether nothing of the source is closed to the viewer at `level`."""
    return not partly_closed([source.pk], viewer, level)


def partly_closed(sources: Iterable[int], viewer: Viewer, level: Level = Level.DISCOVER) -> set[int]:
    """The sources of which some dataset or field is closed to the viewer at `level`; at most two queries."""
    if denials_of(viewer).empty:
        return set()
    ids = list(sources)
    datasets = Dataset.objects.filter(source__in=ids).closed_to(viewer, level)
    fields = Field.objects.filter(dataset__source__in=ids).exclude(labels=[]).closed_to(viewer, level)
    return {
        *datasets.order_by().values_list("source", flat=True).distinct(),
        *fields.order_by().values_list("dataset__source", flat=True).distinct(),
    }


def _visible_diff(run: Run, viewer: Viewer) -> dict[str, list[dict[str, Any]]]:
    listed = {name: entries for name, entries in run.diff.items() if name != "renamed"}
    ids = [entry["id"] for entries in listed.values() for entry in entries]
    labels = dict(Dataset.objects.filter(pk__in=ids).values_list("pk", "labels"))
    denials = denials_of(viewer)

    def visible(entry: dict[str, Any]) -> bool:
        carried = labels.get(entry["id"]) or _labels_of_new(run.source, entry["path"])
        return denials.allow(carried, Level.DISCOVER)

    cut = _cutter(ids, viewer)
    shown = {name: [cut(entry) for entry in entries if visible(entry)] for name, entries in listed.items()}
    paths = {entry["path"] for entries in shown.values() for entry in entries}
    renamed = [item for item in run.diff.get("renamed", []) if {item["old"], item["new"]} <= paths]
    return shown | ({"renamed": renamed} if renamed else {})


def _cutter(datasets: Iterable[int], viewer: Viewer) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what leaves of an entry only those schema changes that the viewer may read."""
    readable = Dataset.objects.readable_by(viewer).only("pk", "labels").in_bulk(list(datasets))
    closed = closed_fields(viewer, readable.values())

    def cut(entry: dict[str, Any]) -> dict[str, Any]:
        if "changes" not in entry:
            return entry
        told = {name: value for name, value in entry.items() if name not in ("changes", "change_class")}
        if entry["id"] not in readable:
            return told
        changes = tuple(visible_changes(from_json(entry["changes"]), closed[entry["id"]]))
        return told | {"changes": to_json(changes), "change_class": classify(changes)}

    return cut


def _labels_of_new(source: Source, path: str) -> list[str]:
    """The labels that a dataset of a dry run would carry."""
    key = f"{quote_part(source.slug)}.{path}"
    domain = [f"domain:{source.domain.slug}"] if source.domain else []
    return [*container_labels(source.slug, split_path(path)[:-1]), f"dataset:{label_value(key)}", *domain]
