"""Datasets that were deleted: what people had written of them, and giving that to another dataset."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Exists, Max, QuerySet

from catalog.curation.as_of import now
from catalog.curation.editing import editing
from catalog.curation.kinds import KINDS
from catalog.curation.relabelling import relabel
from catalog.curation.staging import Staged, drop
from catalog.curation.undo import REFERRED
from catalog.curation.writing import write
from catalog.models import Change, Dataset, Edit, Field, Origin
from catalog.protocol.evaluating import refresh_edited
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import predicate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from catalog.curation.kinds import Kind
    from permissions.access import Viewer
    from permissions.models import User

USUAL = {"motion": "at_rest", "lifecycle": "active"}  # as good as empty
MEMBERS = ("tags", "classifications")


@dataclass(frozen=True)
class Gone:
    """A dataset that is not there any more: the key it had, since when, and the changes that took its words away."""

    pk: int
    key: str
    at: datetime
    last: QuerySet[Change]


def gone(viewer: Viewer, pk: int) -> Gone | None:
    """What is known of a deleted dataset, if anybody had written of it and the viewer might read it.

    One question is asked whether a dataset is hidden or never was, so that time does not tell them apart.
    """
    deleted = ~Exists(Dataset.objects.filter(pk=pk))
    known = Change.objects.filter(deleted, dataset_id=pk).exclude(name="")
    at = known.aggregate(at=Max("at"))["at"]
    if at is None:
        return None
    last = known.filter(at=at)
    open_ = last.filter(predicate(denials_of(viewer), Level.READ, ("labels",)))
    if open_.count() < last.count():
        return None
    name = last.filter(kind="dataset").values_list("name", flat=True).first() or last.values_list("name", flat=True)[0]
    return Gone(pk, name.partition("#")[0], at, last)


@transaction.atomic
def restore_words(*, actor: User, lost: Gone, onto: Dataset) -> Edit | None:
    """Give what people had written of a deleted dataset to another, where it says nothing; None where nothing fits.

    Fields are found by their paths. What the actor may not write stays out.
    """
    words = {"dataset": {onto.pk: _values(lost.last.filter(kind="dataset"))}, "field": dict(_of_fields(lost, onto))}
    with editing(actor=actor, origin=Edit.Origin.UNDO, why=f"What was said of {lost.key}"[:500]) as edit:
        for name, by_thing in words.items():
            _write(KINDS[name], actor, by_thing)
        relabel(edit, actor)
        refresh_edited(edit)
        done = edit.changes.exists()
    return edit if done else None


def _values(changes: Iterable[Change]) -> dict[str, Any]:
    """Kept values by fact, members of sets as those that come."""
    found: dict[str, Any] = {}
    for one in changes:
        if one.fact in MEMBERS and isinstance(one.before, dict):
            if one.before.get("state") in (None, "confirmed"):
                found.setdefault(f"+{one.fact}", []).append(one.before["id"])
        elif one.fact and one.before is not None:
            found[one.fact] = one.before
    return found


def _of_fields(lost: Gone, onto: Dataset) -> Iterable[tuple[int, dict[str, Any]]]:
    by_path: defaultdict[str, list[Change]] = defaultdict(list)
    for one in lost.last.filter(kind="field"):
        by_path[one.name.partition("#")[2]].append(one)
    there = dict(Field.objects.present().filter(dataset=onto, path__in=list(by_path)).values_list("path", "pk"))
    for path, pk in there.items():
        yield pk, _values(by_path[path])


def _write(kind: Kind, actor: User, by_thing: dict[int, dict[str, Any]]) -> None:
    stage = Staged()
    for (duty, labels), facts in kind.duties().items():
        allowed = kind.writable_ids(actor, duty, list(by_thing), labels=labels) if by_thing else set()
        for pk, values in by_thing.items():
            if pk not in allowed:
                for name in facts:
                    values.pop(name, None)
                    values.pop(f"+{name}", None)
    for pk, values in by_thing.items():
        said = now(kind.model._default_manager.get(pk=pk))
        fresh = {name: value for name, value in values.items() if said.get(name) in (None, "", [], USUAL.get(name))}
        if kept := _still_there(fresh):
            stage.add(pk, kept)
    stage.finish()
    if stage.facts:
        write(kind, stage, actor_id=actor.pk, by=Origin.HUMAN)
    drop(stage)


def _still_there(values: dict[str, Any]) -> dict[str, Any]:
    """Without what refers to something that was deleted since."""
    found = dict(values)
    for name, table in {**REFERRED, "+tags": "catalog_tag", "+classifications": "catalog_classification"}.items():
        if name in found:
            wanted = found[name] if isinstance(found[name], list) else [found[name]]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s)", [[int(pk) for pk in wanted]])  # noqa: S608
                there = [pk for (pk,) in cursor.fetchall()]
            if isinstance(found[name], list):
                found[name] = there
            elif not there:
                del found[name]
    return found
