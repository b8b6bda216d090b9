"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms

from permissions.forms.labels import LabelsField
from permissions.forms.service_accounts import Refusing
from permissions.models import Token
from permissions.tokens.services import MOST_DAYS, USUAL_DAYS

LONGEST_NAME = 80


def _named(scope: Token.Scope) -> str:
    return f"{scope.value}: {scope.label}"


class TokenForm(Refusing):
    """What the token is for, what it may do, and how long it holds."""

    name = forms.CharField(
        label="What uses it",
        max_length=LONGEST_NAME,
        help_text="A script, a notebook, the command line: so that you know later what to revoke.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(s.value, _named(s)) for s in Token.Scope if s != Token.Scope.SCIM],
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

    only_labels = LabelsField(
        label="Reads only what carries", help_text="Labels, one a line; for example source:crm or tag:gold."
    )
    kept_from = LabelsField(label="Reads nothing that carries", help_text="Labels, one a line; for example class:pii.")


class ServiceTokenForm(TokenForm):
    """A token of a service account, which may be one that manages people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope.value, _named(scope)) for scope in Token.Scope]  # type: ignore[attr-defined]
        self.fields["scopes"].help_text = "The account may be kept out of things by rules, as people are."
