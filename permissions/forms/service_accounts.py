"""The forms that make and change a service account."""

from __future__ import annotations

from typing import Any

from django import forms

from permissions.models import User


class PersonField(forms.CharField):
    """A person, by username."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        super().__init__(max_length=150, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> User:
        name = super().clean(value)
        person = User.objects.filter(username__iexact=name, is_active=True, is_service=False).first()
        if person is None:
            raise forms.ValidationError("No active person has this username.")
        return person


class Refusing(forms.Form):
    def refuse(self, problems: dict[str, Any]) -> None:
        """Show what a service refused beside the field it is about."""
        for name, messages in problems.items():
            self.add_error(name if name in self.fields else None, messages)


class NewServiceAccountForm(Refusing):
    """What the program is, and who answers for it."""

    username = forms.SlugField(
        label="Username", max_length=150, help_text="As it appears in histories: small letters, digits and hyphens."
    )
    name = forms.CharField(max_length=150, help_text="As people call the program.")
    purpose = forms.CharField(max_length=120, required=False, help_text="What it does, in a few words.")
    answered_by = PersonField(
        label="Answered for by", help_text="Username of the person who answers for it and makes its tokens."
    )


class ServiceAccountForm(Refusing):
    """Who answers for it, and whether its tokens hold."""

    answered_by = PersonField(
        label="Answered for by", help_text="Username of the person who answers for it and makes its tokens."
    )
    is_active = forms.BooleanField(
        label="Active", required=False, help_text="Switched off, its tokens are refused at once."
    )
