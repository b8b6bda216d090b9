"""Which definitions, versions and workflows: those somebody may know of. Drafts are their reviewers' alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from definitions.reviewers import reviewed_by
from permissions.levels import Level
from permissions.querysets import LabelledQuerySet

if TYPE_CHECKING:
    from datetime import date

    from definitions.models import (  # noqa: F401
        Binding,
        Definition,
        DefinitionVersion,
        Meaning,
        Measure,
        Proposal,
        Seat,
        Workflow,
    )
    from permissions.access import Viewer

PUBLISHED = ("approved", "retired")
TEXT_IN_PUBLIC = ("approved", "superseded")


class DefinitionQuerySet(LabelledQuerySet["Definition"]):
    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Definitions that no rule closes: agreed ones, and those that the viewer reviews."""
        return super().open_to(viewer, level).filter(Q(status__in=PUBLISHED) | reviewed_by(viewer))

    def approved(self) -> Self:
        """Those in force."""
        return self.filter(status="approved")

    def in_force_for(self, viewer: Viewer) -> Self:
        """Approved definitions that no rule keeps the viewer from reading."""
        return super().open_to(viewer, Level.READ).filter(status="approved")

    def with_text(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("current", "domain", "steward")

    def in_order(self) -> Self:
        """By name, for `core.paging`: ``folded`` and the id."""
        return self.annotate(folded=Lower("name")).order_by("folded", "pk")


class VersionQuerySet(LabelledQuerySet["DefinitionVersion"]):
    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Versions of open definitions: those that were agreed, and the others for who reviews them."""
        open_by_labels = super().open_to(viewer, level)
        mine = reviewed_by(viewer, "definition__") | Q(author=viewer.pk)
        return open_by_labels.filter(Q(status__in=TEXT_IN_PUBLIC) | mine)


class BindingQuerySet(LabelledQuerySet["Binding"]):
    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Bindings of open versions to open datasets."""
        mine = reviewed_by(viewer, "version__definition__") | Q(version__author=viewer.pk)
        return super().open_to(viewer, level).filter(Q(version__status__in=TEXT_IN_PUBLIC) | mine)

    def in_force(self) -> Self:
        """Those of the version that each approved definition stands by."""
        return self.filter(version__definition__status="approved", version__definition__current=F("version"))


class WorkflowQuerySet(LabelledQuerySet["Workflow"]):
    def with_context(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("domain", "source", "owner")


class MeasureQuerySet(LabelledQuerySet["Measure"]):
    def newest(self) -> Self:
        """The last of each workflow in each dataset."""
        return self.order_by("workflow_id", "dataset_id", "-at").distinct("workflow_id", "dataset_id")


class ProposalQuerySet(LabelledQuerySet["Proposal"]):
    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Proposals about open definitions: what was approved, and the others for who reviews or made them."""
        mine = reviewed_by(viewer, "definition__") | Q(proposer=viewer.pk)
        return super().open_to(viewer, level).filter(Q(state="approved") | mine)

    def with_text(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("definition", "definition__domain", "definition__steward", "version", "proposer")


class SeatQuerySet(models.QuerySet["Seat"]):
    def sitting(self, day: date) -> Self:
        """Seats whose term covers a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), begins_on__lte=day)

    def with_people(self) -> Self:
        return self.select_related("person", "deputy")

    def of(self, person: int | None) -> Self:
        """Those that somebody votes for, as holder or as deputy."""
        return self.filter(Q(person=person) | Q(deputy=person))


class MeaningQuerySet(LabelledQuerySet["Meaning"]):
    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Links of agreed definitions to open datasets and fields; of others for who reviews them."""
        found = super().open_to(viewer, level)
        return found.filter(Q(definition__status__in=PUBLISHED) | reviewed_by(viewer, "definition__"))
