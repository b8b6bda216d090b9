"""Reading what people wrote and what stood there before, as far as one person may know of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from catalog.closed import closed_fields
from catalog.curation.diffing import Piece, pieces
from catalog.curation.facts import FACTS, NAMING
from catalog.curation.kinds import KINDS
from catalog.curation.words import Words
from catalog.models import Change, DataProduct, Dataset, Domain, Edit, Field
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import predicate
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from permissions.access import Viewer
    from permissions.models import User

FIRST = 6  # changes of an edit that a feed reads
LONG = 40  # characters from which on a text is compared word by word


@dataclass(frozen=True)
class Shown:
    """One change as a reader may know it: of what, which fact, and both values in words."""

    change: Change
    thing: Model | None  # None once it is deleted
    title: str
    url: str
    before: str
    after: str

    @property
    def label(self) -> str:
        fact = FACTS[self.change.kind].get(self.change.fact)
        return fact.label if fact else ""

    @property
    def made(self) -> bool:
        """Whether the thing itself was made, rather than something said of it."""
        return not self.change.fact and self.change.before is None

    @cached_property
    def pieces(self) -> list[Piece]:
        """The two texts as one, where there is enough of them to compare."""
        long = max(len(self.before), len(self.after)) > LONG
        return pieces(self.before, self.after) if long and self.before and self.after else []


@dataclass(frozen=True)
class Moment:
    """Changes that were made together."""

    edit: Edit | None  # none for what was written past the catalog
    at: datetime
    changes: list[Shown]

    @property
    def by(self) -> User | None:
        return self.edit.actor if self.edit else None


def shown(viewer: Viewer, changes: Sequence[Change]) -> list[Shown]:
    """Return those of `changes` that the viewer may know of, in words; a fixed number of queries."""
    things = _things(viewer, changes)
    values = [(one.fact, value) for one in changes for value in (one.before, one.after)]
    words = Words.for_values(viewer, values)
    found = (_tell(one, things, words) for one in changes if _is_open(viewer, one, things))
    return [one for one in found if one.change.fact == "" or one.before != one.after]


def moments(changes: Iterable[Shown]) -> list[Moment]:
    """Changes, in their order, by the edit they were part of."""
    groups = groupby(changes, key=lambda one: (one.change.edit_id, one.change.at))
    return [Moment(found[0].change.edit, at, found) for (_, at), group in groups if (found := list(group))]


def changes_of_dataset(viewer: Viewer, dataset: Dataset) -> QuerySet[Change]:
    """What was said of a dataset and of its fields, as far as the viewer may know of it."""
    changes = Change.objects.filter(open_changes(viewer), dataset_id=dataset.pk)
    return changes.select_related("edit__actor", "edit__suggested_by")


def changes_of(kind: str, pk: int) -> QuerySet[Change]:
    return Change.objects.filter(kind=kind, thing_id=pk).select_related("edit__actor", "edit__suggested_by")


def feed(viewer: Viewer, edits: Sequence[Edit]) -> list[Moment]:
    """Edits with the first of their changes that the viewer may know of; those without any are left out."""
    changes = list(Change.objects.filter(pk__in=_first(viewer, edits)).select_related("edit").order_by("pk"))
    by_edit: dict[int | None, list[Shown]] = {}
    for one in shown(viewer, changes):
        by_edit.setdefault(one.change.edit_id, []).append(one)
    return [Moment(edit, edit.at, by_edit[edit.pk]) for edit in edits if edit.pk in by_edit]


def _first(viewer: Viewer, edits: Sequence[Edit]) -> list[int]:
    """The first changes of each edit that the viewer may know of, however many it has."""
    first = Change.objects.filter(open_changes(viewer), edit=OuterRef("pk")).order_by("pk").values("pk")[:FIRST]
    rows = Edit.objects.filter(pk__in=[edit.pk for edit in edits]).values_list(ArraySubquery(first), flat=True)
    return [pk for ids in rows for pk in ids]


def open_changes(viewer: Viewer) -> Q:
    """The condition on changes that the viewer may know of. Pages are cut by it, so that one that is not full does not
    tell of what is closed; `shown` looks at each of them again."""
    dataset = Exists(Dataset.objects.readable_by(viewer).filter(pk=OuterRef("dataset_id")))
    field = Exists(Field.objects.wholly_open_to(viewer, Level.READ).filter(pk=OuterRef("thing_id")))
    found = Q(dataset, kind="dataset") & ~_names_closed(viewer)
    found |= Q(dataset, field, kind="field")
    found |= Q(kind="domain", thing_id__in=Domain.objects.visible_to(viewer).values("pk"))
    found |= Q(kind="product", thing_id__in=DataProduct.objects.visible_to(viewer).values("pk"))
    if may_manage_rules(viewer):
        found |= Q(kind__in=("tag", "classification"))
    gone = ~Exists(Dataset.objects.filter(pk=OuterRef("dataset_id"))) & ~Q(name="", dataset_id=None)
    return found | (gone & ~Q(name="") & predicate(denials_of(viewer), Level.READ, ("labels",)))


def _names_closed(viewer: Viewer) -> Q:
    """What names fields of a dataset that has closed ones."""
    if denials_of(viewer).empty:
        return Q(pk__in=())
    closed = Field.objects.closed_to(viewer, Level.READ).filter(dataset=OuterRef("dataset_id"))
    return Q(Exists(closed), fact__in=NAMING)


def visible_edits(viewer: Viewer) -> QuerySet[Edit]:
    """Edits of which the viewer may know something."""
    return Edit.objects.filter(Exists(Change.objects.filter(open_changes(viewer), edit=OuterRef("pk"))))


Things = dict[tuple[str, int], Any]
_GONE = object()


def _things(viewer: Viewer, changes: Iterable[Change]) -> Things:
    """What the changes are of, where it is open to the viewer; `_GONE` for what was deleted."""
    ids: dict[str, set[int]] = {}
    for one in changes:
        ids.setdefault(one.kind, set()).add(one.thing_id)
        if one.dataset_id is not None:
            ids.setdefault("dataset", set()).add(one.dataset_id)
    found: Things = {}
    for kind, wanted in ids.items():
        model: Any = KINDS[kind].model
        there = set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        found |= {(kind, pk): _GONE for pk in wanted - there}
        found |= {(kind, one.pk): one for one in _open(viewer, kind).filter(pk__in=there)}
    _close_fields(viewer, found)
    _close_names(viewer, found, {one.thing_id for one in changes if one.fact in NAMING})
    return found


def _open(viewer: Viewer, kind: str) -> Any:
    if kind == "dataset":
        return Dataset.objects.readable_by(viewer).select_related("source")
    if kind == "field":
        return Field.objects.readable_by(viewer).select_related("dataset")
    if kind in ("domain", "product"):
        return {"domain": Domain, "product": DataProduct}[kind].objects.visible_to(viewer)  # type: ignore[attr-defined]
    rows: Any = KINDS[kind].model
    return rows.objects.all() if may_manage_rules(viewer) else rows.objects.none()


def _close_fields(viewer: Viewer, found: Things) -> None:
    """Take out fields that lie in a closed one."""
    fields = [one for (kind, _), one in found.items() if kind == "field" and one is not _GONE]
    if not fields or denials_of(viewer).empty:
        return
    closed = closed_fields(viewer, {one.dataset for one in fields})
    for one in fields:
        if closed[one.dataset_id].stopping(one.path, Level.READ):
            del found["field", one.pk]


def _close_names(viewer: Viewer, found: Things, ids: set[int]) -> None:
    """Note the datasets whose fields are not all open: what names fields of theirs is not told."""
    datasets = [found["dataset", pk] for pk in ids if isinstance(found.get(("dataset", pk)), Dataset)]
    if datasets and not denials_of(viewer).empty:
        closed = closed_fields(viewer, datasets)
        found |= {("names", pk): None for pk, fields in closed.items() if fields.any_closed()}


def _is_open(viewer: Viewer, one: Change, things: Things) -> bool:
    thing = things.get((one.kind, one.thing_id))
    if thing is None or (one.dataset_id is not None and things.get(("dataset", one.dataset_id)) is None):
        return False
    if thing is _GONE:  # what it was called and carried is kept with what was deleted, and with nothing before that
        return bool(one.name) and denials_of(viewer).allow(one.labels, Level.READ)
    return not (one.fact in NAMING and ("names", one.thing_id) in things)


def _tell(one: Change, things: Things, words: Words) -> Shown:
    thing = things[one.kind, one.thing_id]
    before, after = (words.tell(one.kind, one.fact, value) if one.fact else "" for value in (one.before, one.after))
    if thing is _GONE:
        return Shown(one, None, one.name, "", before, after)
    title = thing.path if isinstance(thing, Field) else getattr(thing, "title", "") or str(thing)
    return Shown(one, thing, title, getattr(thing, "get_absolute_url", str)(), before, after)


def visible_edit(viewer: Viewer, pk: int) -> Edit | None:
    """An edit of which the viewer may know something, in one query whether there is one or not."""
    return visible_edits(viewer).filter(pk=pk).select_related("actor", "undoes").first()
