"""Who may register sources and who may harvest one: writing is opt-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permissions.models import Duty
from permissions.roles import is_administrator, is_engineer

if TYPE_CHECKING:
    from catalog.models import Source
    from permissions.access import Viewer


def may_register(viewer: Viewer) -> bool:
    """Whether the viewer may connect new sources."""
    return is_engineer(viewer) or is_administrator(viewer)


def may_manage(viewer: Viewer, source: Source) -> bool:
    """Whether the viewer may change, harvest and confirm this source: its owner, an engineer, or by a grant."""
    return viewer.has_perm(Duty.MANAGE_SOURCE, source)
