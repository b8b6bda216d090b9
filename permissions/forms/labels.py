"""Labels in a form: one a line."""

from __future__ import annotations

from typing import Any

from django import forms

from permissions.labels import validate_label


class LabelsField(forms.CharField):
    """Labels, one on each line, as a list without repetitions."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 2, "spellcheck": "false", "autocapitalize": "off", "placeholder": "domain:finance"}
        super().__init__(widget=forms.Textarea(attrs=attrs), required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def run_validators(self, value: Any) -> None:
        for label in value:
            validate_label(label)
