"""The one gate through which protected rows are read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from permissions.access import denials_of
from permissions.denials import EVERYTHING
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.access import Viewer
    from permissions.denials import Denials

_LABELS: ArrayField[list[str], list[str]] = ArrayField(models.TextField())

M = TypeVar("M", bound=models.Model)


def predicate(denials: Denials, level: Level, paths: Iterable[str]) -> Q:
    """Return the condition under which a row may be used at `level`.

    `paths` are the label columns a row answers for, as lookups from its model: a field answers for its own
    labels and for its dataset's.
    """
    paths = tuple(paths)
    stopping = denials.at(level)
    if any(denial.label == EVERYTHING and not denial.unless for denial in stopping):
        return Q(pk__in=[])
    always = sorted({denial.label for denial in stopping if not denial.unless})
    condition = Q()
    if always:
        for path in paths:
            condition &= ~Q(**{f"{path}__overlap": _array(always)})
    alike: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for denial in stopping:
        alike[denial.unless].add(denial.label)
    for unless, labels in alike.items():
        if unless and EVERYTHING in labels:
            condition &= _any_overlap(paths, sorted(unless))
        elif unless:
            condition &= ~_any_overlap(paths, sorted(labels)) | _any_overlap(paths, sorted(unless))
    return condition


def _any_overlap(paths: tuple[str, ...], labels: list[str]) -> Q:
    condition = Q()
    for path in paths:
        condition |= Q(**{f"{path}__overlap": _array(labels)})
    return condition


def _array(labels: list[str]) -> models.Value:
    """One parameter for the database: a plain list would become an expression for each label."""
    return models.Value(labels, output_field=_LABELS)


class LabelledQuerySet(models.QuerySet[M]):
    """Rows that carry labels, or hang on a row that does."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Rows whose existence the viewer may know of."""
        return self.open_to(viewer, Level.DISCOVER)

    def readable_by(self, viewer: Viewer) -> Self:
        """Rows whose schema, documentation, lineage and profile the viewer may read."""
        return self.open_to(viewer, Level.READ)

    def sampleable_by(self, viewer: Viewer) -> Self:
        """Rows whose values the viewer may see."""
        return self.open_to(viewer, Level.SAMPLE)

    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Rows that `viewer` may use at `level`."""
        return self.filter(predicate(denials_of(viewer), level, self.model.label_paths))  # type: ignore[attr-defined]

    def closed_to(self, viewer: Viewer, level: Level) -> Self:
        """Rows that a rule keeps `viewer` from using at `level`: the others."""
        condition = predicate(denials_of(viewer), level, self.model.label_paths)  # type: ignore[attr-defined]
        return self.exclude(condition) if condition else self.none()


class Guarded(models.Model):
    """Something as hidden as the labels at `label_paths` say: its own, or those of what it hangs on."""

    label_paths: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    def carried_labels(self) -> frozenset[str]:
        """Every label this thing answers for."""
        found: set[str] = set()
        for path in self.label_paths:
            value: Any = self
            for part in path.split("__"):
                value = getattr(value, part)
            found.update(value)
        return frozenset(found)


class Labelled(Guarded):
    """Something that carries labels of its own, which rules name."""

    label_paths: ClassVar[tuple[str, ...]] = ("labels",)

    labels = ArrayField(models.TextField(), default=list, blank=True, editable=False)

    class Meta:
        abstract = True
        indexes = [GinIndex(fields=["labels"], name="%(class)s_labels")]
