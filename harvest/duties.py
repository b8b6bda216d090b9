"""Who may register sources and who may harvest one: writing is opt-in."""

from __future__ import annotations

from catalog.models import Source
from permissions.access import Viewer
from permissions.models import User
from permissions.roles import is_engineer


def may_register(viewer: Viewer) -> bool:
    """Whether the viewer may connect new sources."""
    return is_engineer(viewer) or viewer.has_perm("catalog.add_source")


def may_manage(viewer: Viewer, source: Source) -> bool:
    """Whether the viewer may change, harvest and confirm this source: its owner, an engineer, or by a grant."""
    if not isinstance(viewer, User):
        return False
    own = source.owner_id is not None and source.owner_id == viewer.pk
    return (
        own
        or is_engineer(viewer)
        or viewer.has_perm("catalog.change_source")
        or viewer.has_perm("catalog.change_source", source)
    )
