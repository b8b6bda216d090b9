"""What is recorded of lineage."""

from permissions.audit import Action

ACTIONS = (
    Action("lineage.alias_added", "Another name of a source added"),
    Action("lineage.alias_removed", "Another name of a source removed"),
    Action("lineage.event_reworked", "Received event worked again"),
    Action("lineage.stated", "Lineage stated by hand"),
    Action("lineage.withdrawn", "Stated lineage taken back"),
)
