"""What the pages of suggested classifications may be asked for, and what a decision on them says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms

from catalog.classifying.reading import Key, Narrowing
from catalog.forms import LONGEST_QUERY, AddressForm
from catalog.models import Classification

if TYPE_CHECKING:
    from django.http import QueryDict

LONGEST_REASON = 500
MOST_KEYS = 200
LONGEST_ID = 19
SURE, UNSURE = 0.9, 0.7


class SuggestedForm(AddressForm):
    """Which suggestions are shown."""

    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    source = forms.SlugField(required=False, max_length=80)
    domain = forms.SlugField(required=False)
    classification = forms.CharField(required=False, max_length=80)
    confidence = forms.ChoiceField(
        required=False,
        choices=[("", "Any confidence"), ("sure", "90 % and more"), ("fair", "70 to 90 %"), ("unsure", "Below 70 %")],
    )
    cursor = forms.CharField(required=False)

    def narrowing(self) -> Narrowing:
        bounds = {"sure": (SURE, None), "fair": (UNSURE, SURE), "unsure": (None, UNSURE)}
        least, below = bounds.get(self.text("confidence"), (None, None))
        return Narrowing(
            self.text("q"), self.text("source"), self.text("domain"), self.text("classification"), least, below
        )


def key_from(text: str) -> Key | None:
    """Return the group that a box of the page stands for; None for what is none."""
    try:
        slug, category, called, newest = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    texts = all(isinstance(one, str) and "\0" not in one for one in (slug, category, called))
    return Key(slug, category, called, newest) if texts and isinstance(newest, int) and 0 <= newest < 2**63 else None


class DecideForm(forms.Form):
    """Which groups and which single suggestions are accepted or refused, and why."""

    answer = forms.ChoiceField(choices=[("accept", "Accept"), ("refuse", "Refuse")])
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.keys: list[Key] = []
        self.ids: list[int] = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        sent: QueryDict = self.data  # type: ignore[assignment]
        self.keys = [key for one in sent.getlist("group")[:MOST_KEYS] if (key := key_from(one)) is not None]
        self.ids = [int(one) for one in sent.getlist("mark") if one.isdecimal() and len(one) < LONGEST_ID]
        if not self.keys and not self.ids:
            raise forms.ValidationError("Choose what you decide on first.")
        return given


class ClassifyForm(forms.Form):
    """What one field is, or is not, and why."""

    classification = forms.ModelChoiceField(
        Classification.objects.all(), to_field_name="slug", empty_label="Choose a classification",
        error_messages={"invalid_choice": "There is no such classification."},
    )  # fmt: skip
    answer = forms.ChoiceField(choices=[("accept", "It is"), ("refuse", "It is not")])
    reason = forms.CharField(
        label="Why", required=False, max_length=LONGEST_REASON, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class WordsForm(forms.Form):
    """A form whose service may refuse more than the form itself sees."""

    def refuse(self, error: forms.ValidationError) -> None:
        """Show what the service refused beside the field it is about."""
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            self.add_error(name if name in self.fields else None, messages)


class AddForm(WordsForm):
    """A classification that there was none of."""

    slug = forms.CharField(
        label="Short name",
        max_length=80,
        help_text="As pii.contact: it never changes, rules name it. A dot makes it a kind of another.",
    )
    name = forms.CharField(label="Name", max_length=120)


class EditForm(WordsForm):
    """What a classification means, and what one may do with such data."""

    name = forms.CharField(label="Name", max_length=120)
    description = forms.CharField(
        label="What it is", required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    handling = forms.CharField(
        label="Handling rules", required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What one may do with such data, and what not. Markdown; shown wherever data is so classified.",
    )  # fmt: skip
    why = forms.CharField(label="Why", required=False, max_length=LONGEST_REASON)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
