"""What the pattern page shows: one example of each thing that takes a value."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from core.paging import Page

TEXT = """Orders as **billed**, one row per line. See the [handbook](https://example.com).

| column | meaning |
|---|---|
| `net` | before tax |
"""


class ExampleForm(forms.Form):
    """One field of each kind, some wrong."""

    name = forms.CharField(help_text="As people call it.")
    kind = forms.ChoiceField(choices=[("table", "Table"), ("view", "View")])
    rows = forms.IntegerField(label="Row cap", min_value=1)
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    profile = forms.BooleanField(label="Profile columns at each harvest", required=False)


def _form(theme: str) -> ExampleForm:
    """A form that was refused; each theme's has ids of its own."""
    return ExampleForm({"name": "orders", "kind": "table", "rows": "0"}, auto_id=f"{theme}_%s")


def examples(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    return {
        "person": request.user,
        "times": [
            now,
            now - timedelta(minutes=35),
            now - timedelta(days=3),
            now - timedelta(days=400),
            now + timedelta(hours=5),
        ],
        "numbers": [7, 9_876, 12_345, 1_234_567, 9_876_543_210],
        "sizes": [512, 48_300, 1_234_567_890],
        "shares": [0.0004, 0.42, 0.97, 0.9999],
        "text": TEXT,
        "forms": {name: _form(name) for name in ("light", "dark")},
        "page": Page(items=[], next_cursor="next", previous_cursor="previous"),
    }
