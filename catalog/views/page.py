"""What the tabs of a dataset's page have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied

from catalog.breadcrumbs import container_parts, crumbs_to
from catalog.closed import closed_fields_of
from catalog.models import Dataset
from catalog.schema_rows import count_fields
from permissions.gate import find, may
from permissions.levels import Level

if TYPE_CHECKING:
    from catalog.breadcrumbs import Crumb
    from catalog.closed import ClosedFields
    from catalog.querysets import DatasetQuerySet
    from core.requests import Request
    from permissions.models import User


class DatasetPage(NamedTuple):
    """A dataset that the viewer may read, and what stands above every tab."""

    dataset: Dataset
    closed: ClosedFields
    crumbs: list[Crumb]
    field_count: int
    may_sample: bool
    successor: Dataset | None
    tab: str

    @property
    def plain(self) -> bool:
        """Whether expressions may be shown: no field is closed of which they could tell."""
        return not self.closed.any_closed()


def reader(request: Request) -> User:
    """Who reads the page; nobody reaches a page of the catalog without signing in."""
    if request.user.is_anonymous:
        raise PermissionDenied("Sign in to read the catalog.")
    return request.user


def open_page(request: Request, pk: int, tab: str) -> DatasetPage:
    """Return the page of one dataset. Raises `Http404` or `permissions.gate.Restricted`."""
    viewer = request.user
    dataset = find(_datasets(), viewer, pk=pk)
    closed = closed_fields_of(viewer, dataset)
    successors = Dataset.objects.visible_to(viewer).select_related("source")
    return DatasetPage(
        dataset=dataset,
        closed=closed,
        crumbs=crumbs_to(viewer, dataset.source, container_parts(dataset.container)),
        field_count=count_fields(viewer, dataset, closed),
        may_sample=may(dataset, viewer, Level.SAMPLE),
        successor=successors.filter(pk=dataset.successor_id).first() if dataset.successor_id else None,
        tab=tab,
    )


def _datasets() -> DatasetQuerySet:
    people = ("described_by", "certified_by", "domain__steward", "source__domain__steward")
    return Dataset.objects.with_context().select_related(*people)
