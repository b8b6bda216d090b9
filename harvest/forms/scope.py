"""Which datasets of a source are wanted."""

from __future__ import annotations

from django import forms

from harvest.connectors.base import Scope

LONGEST = 500
MOST = 200


class GlobsField(forms.CharField):
    """One glob a line."""

    def __init__(self, **kwargs: object) -> None:
        attrs = {"rows": 3, "spellcheck": "false", "autocapitalize": "off", "class": "mono"}
        super().__init__(required=False, widget=forms.Textarea(attrs=attrs), **kwargs)  # type: ignore[arg-type]

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: object) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        globs = list(dict.fromkeys(line for line in lines if line))
        if len(globs) > MOST:
            raise forms.ValidationError(f"At most {MOST} lines; write wider ones with *.")
        if any(len(glob) > LONGEST for glob in globs):
            raise forms.ValidationError(f"A line has at most {LONGEST} characters.")
        return globs


class ScopeForm(forms.Form):
    """Globs over the path of a dataset, as ``public.*``."""

    include = GlobsField(label="Include", help_text="One a line. Empty takes everything.")
    exclude = GlobsField(label="Exclude", help_text="One a line. What is excluded stays out, whatever is included.")

    @property
    def scope(self) -> Scope:
        return Scope(tuple(self.cleaned_data["include"]), tuple(self.cleaned_data["exclude"]))
