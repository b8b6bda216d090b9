"""Who may say what a dataset means: writing is opt-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permissions.models import Duty

if TYPE_CHECKING:
    from catalog.models import Dataset
    from permissions.access import Viewer


def may_curate(viewer: Viewer, dataset: Dataset) -> bool:
    """Whether the viewer answers for the dataset, its domain or its source, or was granted to curate it."""
    return viewer.has_perm(Duty.CURATE, dataset)
