"""The forms of the council: votes, remarks, amendments, seats and rules."""

from __future__ import annotations

from typing import Any

from django import forms

from definitions.forms import NamesField, TextForm
from definitions.models import Kind, Remark, Seat
from definitions.models.council import LONGEST_REASON, METHODS
from definitions.voting import Choice
from permissions.forms.requests import ServiceForm, day_field
from permissions.models import User


class VoteForm(ServiceForm):
    """What a seat votes, and which version was read."""

    seat = forms.ModelChoiceField(Seat.objects.none(), label="For the seat", empty_label=None)
    choice = forms.ChoiceField(
        label="Your vote", widget=forms.RadioSelect,
        choices=[
            (Choice.APPROVE.value, "Approve"), (Choice.OBJECT.value, "Object"), (Choice.ABSTAIN.value, "Abstain"),
        ],
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="An objection needs one: it stays with the definition.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = Seat.objects.filter(pk__in=[seat.pk for seat in seats])  # type: ignore[attr-defined]
        self.fields["seat"].label_from_instance = lambda seat: seat.represents  # type: ignore[attr-defined]

    def clean_choice(self) -> Choice:
        return Choice(self.cleaned_data["choice"])


class RemarkForm(ServiceForm):
    """Something said about a proposal."""

    part = forms.ChoiceField(label="About", required=False, choices=Remark.Part.choices)
    paragraph = forms.IntegerField(required=False, min_value=1, max_value=1000, widget=forms.HiddenInput)
    body = forms.CharField(label="Say something", max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))


class AmendForm(TextForm):
    """Another text in the place of the one that is voted on."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class DecideForm(ServiceForm):
    """What a steward decides on a local definition."""

    words = forms.CharField(
        label="Why", required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class PersonField(forms.CharField):
    """Somebody, by their username."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more)

    def clean(self, value: Any) -> Any:
        name = super().clean(value).strip().removeprefix("@")
        if not name:
            return None
        person = User.objects.filter(username__iexact=name, is_active=True, is_service=False).first()
        if person is None:
            raise forms.ValidationError("Nobody has this username.")
        return person

    def prepare_value(self, value: Any) -> Any:
        return value.username if isinstance(value, User) else value


class SeatForm(ServiceForm):
    """A seat and its term."""

    represents = forms.CharField(label="Speaks for", max_length=80)
    person = PersonField(label="Held by", help_text="A username.")
    deputy = PersonField(label="Deputy", required=False, help_text="Votes where the holder does not.")
    begins_on = day_field("From")
    ends_on = day_field("Last day", required=False)


class RuleForm(ServiceForm):
    """How a kind of proposal is decided."""

    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    method = forms.ChoiceField(label="Decided by", choices=METHODS)
    quorum = forms.IntegerField(label="Quorum, % of the seats", min_value=1, max_value=100)
    days = forms.IntegerField(label="Days to vote", min_value=1, max_value=90)
    required = NamesField(label="Seats that have to vote", help_text="What they speak for, with commas between.")


class NoteForm(ServiceForm):
    """What was said at a meeting."""

    body = forms.CharField(
        label="Notes", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}), help_text="Markdown."
    )
