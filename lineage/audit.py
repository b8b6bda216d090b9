"""What is recorded of lineage."""

from permissions.audit import Action

ACTIONS = (
    Action("lineage.event_reworked", "Received event worked again"),
    Action("lineage.stated", "Lineage stated by hand"),
    Action("lineage.withdrawn", "Stated lineage taken back"),
)
