"""What of the record is looked for: the query string of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from permissions.audit.actions import labels
from permissions.audit.searching import Sought, network

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200


def _choices() -> Iterator[tuple[str, Any]]:
    """Each topic as a whole and each action in it."""
    yield "", "Everything"
    topics: dict[str, list[tuple[str, str]]] = {}
    for name, label in labels().items():
        topics.setdefault(name.partition(".")[0], []).append((name, label))
    for topic, actions in sorted(topics.items()):
        heading = topic.replace("_", " ").capitalize()
        yield heading, [(topic, f"{heading}: all"), *actions]


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class RecordForm(forms.Form):
    """Filters of the record; what is wrong is said, and nothing is shown until it is right."""

    action = forms.ChoiceField(label="What was done", required=False, choices=_choices)
    person = forms.CharField(
        label="By whom", required=False, max_length=LONGEST, widget=forms.TextInput(attrs={"placeholder": "username"})
    )
    thing = forms.CharField(
        label="To what", required=False, max_length=LONGEST,
        widget=forms.TextInput(attrs={"placeholder": "part of a name"}),
    )  # fmt: skip
    since = _day("From")
    until = _day("Until")
    address = forms.CharField(
        label="Address", required=False, max_length=50, widget=forms.TextInput(attrs={"placeholder": "10.1.0.0/16"})
    )
    request_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        text = str(self.cleaned_data["address"])
        try:
            return str(network(text)) if text else ""
        except ValueError:
            raise ValidationError("Give an address or a network, as 10.1.2.3 or 10.1.0.0/16.") from None

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("since") and known.get("until") and known["since"] > known["until"]:
            raise ValidationError({"until": "This is before the first day. Choose a later one."})
        return known

    @property
    def sought(self) -> Sought:
        """What a valid form looks for."""
        wanted = dict(self.cleaned_data)
        action = wanted.pop("action")
        return Sought(actions=(action,) if action else (), **wanted)

    @property
    def told(self) -> dict[str, Any]:
        """The filters that are set, for the record of who searched it."""
        return {name: value for name, value in self.cleaned_data.items() if value}
