"""What is recorded of feedback."""

from permissions.audit import Action

ACTIONS = (
    Action("feedback.level_set", "Service level set"),
    Action("feedback.level_removed", "Service level taken away"),
)
