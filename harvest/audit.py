"""What is recorded of sources and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harvest.models import Schedule
from permissions.audit import Action

if TYPE_CHECKING:
    from catalog.models import Source

ACTIONS = (
    Action("source.registered", "Source connected"),
    Action("source.changed", "Source changed"),
    Action("source.retired", "Source retired"),
    Action("source.restored", "Source brought back"),
    Action("source.discarded", "Source discarded"),
    Action("run.confirmed", "Harvest confirmed"),
    Action("run.cancelled", "Harvest stopped"),
)
PLAIN = ("name", "kind", "config", "include", "exclude", "description", "domain", "owner", "samples")


def told(source: Source) -> dict[str, Any]:
    """Return what the record keeps of a source: nothing of its secrets."""
    cron = Schedule.objects.filter(source=source).values_list("cron", flat=True).first()
    return {name: getattr(source, name) for name in PLAIN} | {"schedule": cron or ""}
