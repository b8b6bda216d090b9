"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms

from permissions.models import Token
from permissions.tokens.services import MOST_DAYS, USUAL_DAYS

LONGEST_NAME = 80


class TokenForm(forms.Form):
    """What the token is for, what it may do, and how long it holds."""

    name = forms.CharField(
        label="What uses it",
        max_length=LONGEST_NAME,
        help_text="A script, a notebook, the command line: so that you know later what to revoke.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope.value, str(scope.label).capitalize()) for scope in Token.Scope],
        initial=[Token.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text="It may never do more than you.",
    )
    days = forms.IntegerField(
        label="Days it holds",
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        help_text=f"At most {MOST_DAYS}.",
    )

    def refuse(self, problems: dict[str, Any]) -> None:
        """Show what the service refused beside the field it is about."""
        for name, messages in problems.items():
            self.add_error(name if name in self.fields else None, messages)
