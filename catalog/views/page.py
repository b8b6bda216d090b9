"""What the tabs of a dataset's page have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef

from catalog.breadcrumbs import crumbs_to
from catalog.closed import closed_fields_of
from catalog.models import Dataset, Follow
from catalog.remarks import remarks_on
from catalog.schema_rows import count_fields
from permissions.gate import find, may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.breadcrumbs import Crumb
    from catalog.closed import ClosedFields
    from catalog.querysets import DatasetQuerySet
    from catalog.remarks import Remark
    from core.requests import Request
    from permissions.access import Viewer
    from permissions.models import User


@dataclass(frozen=True)
class DatasetPage:
    """A dataset that the viewer may read, and what stands above every tab: counted and looked up once it is shown."""

    viewer: Viewer
    dataset: Dataset
    closed: ClosedFields
    crumbs: list[Crumb]
    may_sample: bool
    tab: str

    @cached_property
    def field_count(self) -> int:
        """How many fields the viewer may know of."""
        return count_fields(self.viewer, self.dataset, self.closed)

    @cached_property
    def successor(self) -> Dataset | None:
        """What takes the dataset's place, where the viewer may know of it."""
        if not self.dataset.successor_id:
            return None
        visible = Dataset.objects.visible_to(self.viewer).select_related("source")
        return visible.filter(pk=self.dataset.successor_id).first()

    @cached_property
    def remarks(self) -> dict[int, list[Remark]]:
        """What other apps have to say of it."""
        return remarks_on(self.viewer, [self.dataset])

    def take_remarks(self, found: Iterable[Remark]) -> None:
        """Take what a tab asked for this dataset among others, so that it is not asked again."""
        self.__dict__["remarks"] = {self.dataset.pk: list(found)}

    @property
    def callouts(self) -> list[str]:
        """What of that stands above every tab."""
        return [one.callout for one in self.remarks.get(self.dataset.pk, ()) if one.callout]

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
    dataset = find(_datasets(viewer), viewer, pk=pk)
    closed = closed_fields_of(viewer, dataset)
    return DatasetPage(
        viewer=viewer,
        dataset=dataset,
        closed=closed,
        crumbs=crumbs_to(viewer, dataset.source, dataset.container),
        may_sample=may(dataset, viewer, Level.SAMPLE),
        tab=tab,
    )


def _datasets(viewer: Viewer) -> DatasetQuerySet:
    """With `followed`: whether the viewer follows each."""
    mine = Follow.objects.filter(person=viewer.pk, dataset=OuterRef("pk"))
    people = ("described_by", "certified_by", "domain__steward", "source__domain__steward")
    return Dataset.objects.with_context().select_related(*people).annotate(followed=Exists(mine))
