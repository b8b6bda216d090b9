"""The filter for what a person may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permissions.holding import condition
from permissions.models.grants import Duty

if TYPE_CHECKING:
    from permissions.access import Viewer


class WritableQuerySet:
    """Mixed into the queryset of what is `Answerable`, which has `open_to` as well."""

    def writable_by(self: Any, viewer: Viewer, duty: Duty | str) -> Any:
        """Rows that `viewer` may do `duty` to: what `viewer.has_perm(duty, row)` says of each."""
        wanted = Duty(duty)
        return self.open_to(viewer, wanted.needs).filter(condition(viewer, wanted, self.model))
