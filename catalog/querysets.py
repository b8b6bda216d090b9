"""Reads of datasets and fields, always through the permission gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import BooleanField, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Concat, Left

from permissions.access import denials_of
from permissions.denials import EVERYTHING
from permissions.levels import Level
from permissions.querysets import LabelledQuerySet
from permissions.writable import WritableQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models.datasets import Dataset  # noqa: F401
    from catalog.models.fields import Field  # noqa: F401
    from catalog.models.sources import Source  # noqa: F401
    from catalog.models.vocabulary import DataProduct, Domain  # noqa: F401
    from permissions.access import Viewer


class DomainQuerySet(WritableQuerySet, models.QuerySet["Domain"]):
    def visible_to(self, viewer: Viewer) -> DomainQuerySet:
        """Domains that the viewer may know of: a rule that hides what is in one hides its name as well."""
        return self.open_to(viewer, Level.DISCOVER)

    def open_to(self, viewer: Viewer, level: Level) -> DomainQuerySet:
        """Domains of which no rule closes all that is in them to the viewer, at `level`."""
        return self.filter(named_openly(viewer, "domain", "slug", level))


class ProductQuerySet(models.QuerySet["DataProduct"]):
    def visible_to(self, viewer: Viewer) -> ProductQuerySet:
        """Data products that the viewer may know of: not those that a rule hides, nor those of a hidden domain."""
        mine = named_openly(viewer, "product", "slug")
        return self.filter(mine & named_openly(viewer, "domain", "domain__slug"))


def named_openly(viewer: Viewer, prefix: str, column: str, level: Level = Level.DISCOVER) -> models.Q:
    """The condition under which a short name in `column` is of something no rule hides by a label of this kind."""
    hidden, shown = set(), models.Q()
    for denial in denials_of(viewer).at(level):
        if denial.label == EVERYTHING:
            shown &= models.Q(**{f"{column}__in": _names(prefix, denial.unless)})
        elif denial.stops(frozenset([denial.label])):
            hidden |= _names(prefix, [denial.label])
    return shown & ~models.Q(**{f"{column}__in": hidden}) if hidden else shown


def _names(prefix: str, labels: Iterable[str]) -> set[str]:
    """The short names among labels of one kind."""
    return {label.removeprefix(f"{prefix}:") for label in labels if label.startswith(f"{prefix}:")}


NAME_START = 200  # characters of a name that are indexed


class SourceQuerySet(WritableQuerySet, LabelledQuerySet["Source"]):
    pass


class DatasetQuerySet(WritableQuerySet, LabelledQuerySet["Dataset"]):
    def present(self) -> DatasetQuerySet:
        """Datasets that their source still has."""
        return self.filter(archived_at=None)

    def with_context(self) -> DatasetQuerySet:
        """With what a line in a list shows: source, container, domain, people, how complete."""
        return self.select_related(
            "source",
            "source__domain__steward",
            "source__owner",
            "container",
            "domain__steward",
            "owner",
            "steward",
            "product",
            "completeness",
        )


class FieldQuerySet(LabelledQuerySet["Field"]):
    def present(self) -> FieldQuerySet:
        """Fields that their dataset still has."""
        return self.filter(archived_at=None)

    def called(self, name: str) -> FieldQuerySet:
        """Fields of exactly this name, found by the index of how names start."""
        return self.alias(start=Left("name", NAME_START)).filter(start=name[:NAME_START], name=name)

    def wholly_open_to(self, viewer: Viewer, level: Level) -> FieldQuerySet:
        """Fields that the viewer may use at `level`, as those around each are open as well."""
        found = self.open_to(viewer, level)
        if not denials_of(viewer).at(level):
            return found
        begins = _StartsWith(OuterRef("path"), Concat("path", Value(".")))
        around = type(self)(self.model).closed_to(viewer, level).filter(begins, dataset=OuterRef("dataset"))
        return found.filter(Q(parent_path="") | ~Exists(around))


class _StartsWith(Func):
    function = "starts_with"
    output_field = BooleanField()
