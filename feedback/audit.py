"""What is recorded of feedback."""

from permissions.audit import Action

ACTIONS = (
    Action("feedback.tracker_made", "Tracker connected"),
    Action("feedback.tracker_off", "Tracker switched off"),
    Action("feedback.tracker_on", "Tracker switched on"),
    Action("feedback.level_set", "Service level set"),
    Action("feedback.level_removed", "Service level taken away"),
)
