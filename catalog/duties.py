"""Who may say what a dataset means: writing is opt-in."""

from __future__ import annotations

from catalog.models import Dataset
from permissions.access import Viewer
from permissions.models import User


def may_curate(viewer: Viewer, dataset: Dataset) -> bool:
    """Whether the viewer answers for the dataset, its domain or its source, or was granted to change it."""
    if not isinstance(viewer, User):
        return False
    domain = dataset.effective_domain
    answering = {dataset.steward_id, dataset.owner_id, domain.steward_id if domain else None, dataset.source.owner_id}
    return viewer.pk in answering or viewer.has_perm("catalog.change_dataset")
