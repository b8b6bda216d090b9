"""What `user.has_perm(duty, thing)` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import BaseBackend

from permissions.holding import holds
from permissions.models.grants import Answerable, Duty

if TYPE_CHECKING:
    from permissions.access import Viewer


class DutyBackend(BaseBackend):
    """Grants, assignments and roles, on what is open to the person. Signs nobody in."""

    def has_perm(self, user_obj: Viewer, perm: str, obj: Any = None) -> bool:
        """Whether the person may do `perm`, a `Duty`, to a thing; other words and no thing are not its business."""
        return isinstance(obj, Answerable) and perm in Duty.values and holds(user_obj, Duty(perm), obj)
