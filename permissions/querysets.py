"""The one gate through which protected rows are read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from core.statements import Slot
from permissions.access import denials_of
from permissions.denials import EVERYTHING
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from permissions.access import Viewer
    from permissions.denials import Denials

M = TypeVar("M", bound=models.Model)
HASHED = 32  # labels from which on they are hashed; PostgreSQL does so for nine and more
Labels = list[str] | Slot
Pair = tuple[list[str] | None, list[str]]


def predicate(denials: Denials, level: Level, paths: Iterable[str]) -> Q:
    """Return the condition under which a row may be used at `level`.

    `paths` are the label columns a row answers for, as lookups from its model: a field answers for its own
    labels and for its dataset's.
    """
    return condition(closing(denials, level), paths)


def closing(denials: Denials, level: Level) -> list[Pair]:
    """Return the labels that close `level`, none for everything, and beside them those that spare a row from it; what
    nothing spares from comes first."""
    alike: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for denial in denials.at(level):
        alike[denial.unless].add(denial.label)
    pairs = ((None if EVERYTHING in labels else sorted(labels), sorted(unless)) for unless, labels in alike.items())
    return sorted(pairs, key=lambda pair: bool(pair[1]))


def condition(pairs: Iterable[tuple[Labels | None, Labels]], paths: Iterable[str]) -> Q:
    """Return the condition that lets through what no pair of `closing` stops; labels may be slots."""
    pairs = tuple(pairs)
    return Q(_Open(pairs, tuple(paths))) if pairs else Q()


class _Open(models.Expression):
    """Whether nothing stops a row: one expression, for hundreds of rules make hundreds of lookups too dear to write.

    Most rows carry none of the labels. Where these are many, PostgreSQL keeps them in a hash and asks that first, which
    takes a third of the time of comparing two arrays for each pair.
    """

    conditional = True

    def __init__(self, pairs: tuple[tuple[Labels | None, Labels], ...], paths: tuple[str, ...]) -> None:
        super().__init__(output_field=models.BooleanField())
        self._pairs = pairs
        self._joined = tuple("__" in path for path in paths)
        self._columns: list[Any] = [models.F(path) for path in paths]

    def get_source_expressions(self) -> list[Any]:
        return self._columns

    def set_source_expressions(self, exprs: Any) -> None:
        self._columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        columns = [str(compiler.compile(column)[0]) for column in self._columns]
        clauses: list[str] = []
        parameters: list[Any] = []
        for labels, unless in self._pairs:
            stopped = "TRUE" if labels is None else _overlap(columns, self._joined)
            clauses.append(f"(NOT ({stopped}) OR {_overlap(columns, self._joined)})" if unless else f"NOT ({stopped})")
            given = ([] if labels is None else [labels]) * len(columns)
            parameters += [*given, *([unless] if unless else []) * len(columns)]
        whole, named = " AND ".join(clauses), self._named()
        if len(named) < HASHED:
            return f"({whole})", tuple(parameters)
        return f"(NOT {_carries(columns, self._joined)} OR ({whole}))", (named, *parameters)

    def _named(self) -> list[str]:
        """Every label that may stop a row; none where anything may, or where they are not known yet."""
        if any(labels is None or isinstance(labels, Slot) for labels, _ in self._pairs):
            return []
        return sorted({label for labels, _ in self._pairs for label in labels or ()})


def _carries(columns: list[str], joined: tuple[bool, ...]) -> str:
    """Whether the columns together hold any of the labels given once."""
    held = " || ".join(f"COALESCE({one}, '{{}}')" if far else one for one, far in zip(columns, joined, strict=True))
    return f"EXISTS (SELECT FROM unnest({held}) AS held (label) WHERE held.label = ANY(%s::text[]))"


def _overlap(columns: list[str], joined: tuple[bool, ...]) -> str:
    """Whether any of the columns holds any of the labels given for each; what a row does not hang on carries none."""
    known = (f"COALESCE({one}, '{{}}')" if far else one for one, far in zip(columns, joined, strict=True))
    return "(" + " OR ".join(f"{one} && %s::text[]" for one in known) + ")"


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
        return self.filter(self._openly(viewer, level))

    def closed_to(self, viewer: Viewer, level: Level) -> Self:
        """Rows that a rule keeps `viewer` from using at `level`: the others."""
        condition = self._openly(viewer, level)
        return self.exclude(condition) if condition else self.none()

    def _openly(self, viewer: Viewer, level: Level) -> Q:
        """The condition under which each side of a row is open: what spares one of them spares no other."""
        denials, openly = denials_of(viewer), Q()
        for paths in self.model.label_sides or (self.model.label_paths,):  # type: ignore[attr-defined]
            openly &= predicate(denials, level, paths)
        return openly


class Guarded(models.Model):
    """Something as hidden as the labels at `label_paths` say: its own, or those of what it hangs on.

    What stands between several things groups the paths by thing in `label_sides`: it is open where each of them is.
    """

    label_paths: ClassVar[tuple[str, ...]]
    label_sides: ClassVar[tuple[tuple[str, ...], ...]] = ()

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

    def asked_as(self) -> Guarded:
        """What access is asked for when this is closed: itself, or what it hangs on."""
        return self


class Labelled(Guarded):
    """Something that carries labels of its own, which rules name."""

    label_paths: ClassVar[tuple[str, ...]] = ("labels",)

    labels = ArrayField(models.TextField(), default=list, blank=True, editable=False)

    class Meta:
        abstract = True
        indexes = [GinIndex(fields=["labels"], name="%(class)s_labels")]
