"""Reads of datasets and fields, always through the permission gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Left

from permissions.access import denials_of
from permissions.denials import EVERYTHING
from permissions.levels import Level
from permissions.querysets import LabelledQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models.datasets import Dataset  # noqa: F401
    from catalog.models.fields import Field  # noqa: F401
    from catalog.models.vocabulary import Domain  # noqa: F401
    from permissions.access import Viewer


class DomainQuerySet(models.QuerySet["Domain"]):
    def visible_to(self, viewer: Viewer) -> DomainQuerySet:
        """Domains that the viewer may know of: a rule that hides what is in one hides its name as well."""
        hidden, shown = set(), self
        for denial in denials_of(viewer).at(Level.DISCOVER):
            if denial.label == EVERYTHING:
                shown = shown.filter(slug__in=_domains(denial.unless))
            elif denial.stops(frozenset([denial.label])):
                hidden |= _domains([denial.label])
        return shown.exclude(slug__in=hidden)


def _domains(labels: Iterable[str]) -> set[str]:
    """The slugs of the domains that are named among labels."""
    return {label.removeprefix("domain:") for label in labels if label.startswith("domain:")}


NAME_START = 200  # characters of a name that are indexed


class DatasetQuerySet(LabelledQuerySet["Dataset"]):
    def present(self) -> DatasetQuerySet:
        """Datasets that their source still has."""
        return self.filter(archived_at=None)

    def with_context(self) -> DatasetQuerySet:
        """With what a line in a list shows: source, container, domain, people."""
        return self.select_related(
            "source",
            "source__domain__steward",
            "source__owner",
            "container",
            "domain__steward",
            "owner",
            "steward",
            "product",
        )


class FieldQuerySet(LabelledQuerySet["Field"]):
    def present(self) -> FieldQuerySet:
        """Fields that their dataset still has."""
        return self.filter(archived_at=None)

    def called(self, name: str) -> FieldQuerySet:
        """Fields of exactly this name, found by the index of how names start."""
        return self.alias(start=Left("name", NAME_START)).filter(start=name[:NAME_START], name=name)
