"""The form that asks who may see what."""

from __future__ import annotations

from django import forms


class ExplainForm(forms.Form):
    """A thing and a person, each as somebody would type it."""

    thing = forms.CharField(
        label="Dataset, field or source", required=False, max_length=500,
        widget=forms.TextInput(attrs={"list": "things", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    who = forms.CharField(
        label="Person", required=False, max_length=150,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
