"""What the record knows of signing in at the company's provider."""

from permissions.audit.actions import Action

ACTIONS = (
    Action("provider.linked", "Account linked to one at the provider"),
    Action("provider.unlinked", "Account no longer linked to the provider"),
    Action("provider.refused", "Sign-in by the provider refused"),
)
