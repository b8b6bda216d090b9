"""The form of the welcome page."""

from django.contrib.auth.forms import BaseUserCreationForm

from permissions.models import User


class FirstAdministratorForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """Name and password of the first administrator."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username", "email"]
