"""The forms by which standing exceptions are made, looked at again and ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from permissions.exceptions.services import STANDING_DAYS
from permissions.forms.requests import ServiceForm, day_field, today
from permissions.models import OptOutRule, Team, User
from permissions.models.requests import LEAST_PURPOSE, MOST_PURPOSE

if TYPE_CHECKING:
    from django.db.models import QuerySet

USUAL_DAYS = 180


class RuleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A rule, chosen by what it closes and why."""

    def label_from_instance(self, rule: OptOutRule) -> str:
        return f"{rule.label} at {rule.level}: {rule.reason}"[:120]


class StandingForm(ServiceForm):
    """From which rule, for whom, why, and until when."""

    rule = RuleField(OptOutRule.objects.none(), label="Rule", empty_label="Choose a rule")
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label="Person",
        required=False,
        to_field_name="username",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Their handle, as ada. Leave it empty for a team.",
        error_messages={"invalid_choice": "Nobody has this handle."},
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Team", required=False, to_field_name="slug", empty_label="No team"
    )
    label = forms.CharField(
        label="Only for", required=False, max_length=500,
        help_text="A label, as dataset:crm.public.users. Empty waives the whole rule.",
    )  # fmt: skip
    purpose = forms.CharField(
        label="What for", min_length=LEAST_PURPOSE, max_length=MOST_PURPOSE, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = day_field("Until the end of", help_text="Before then you are asked whether it should stay.")

    def __init__(self, *args: Any, rules: QuerySet[OptOutRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = rules  # type: ignore[attr-defined]
        self.fields["until"].initial = today() + timedelta(days=USUAL_DAYS)
        self.fields["until"].widget.attrs |= bounds()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("person")) == bool(given.get("team")) and not self.errors:
            self.add_error(None, "Name either a person or a team.")
        return given


class ExtendForm(ServiceForm):
    """Until when, having looked at it again."""

    until = day_field("Keep it until the end of")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].widget.attrs |= bounds()


class EndForm(ServiceForm):
    """Why it ends now."""

    because = forms.CharField(label="Why it ends", max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))


class FilterForm(forms.Form):
    """Which exceptions a list shows."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Any"), ("active", "Holding"), ("due", "Due for review"), ("planned", "Not begun"),
            ("ended", "Ended"), ("withdrawn", "Withdrawn"),
        ],
    )  # fmt: skip
    whom = forms.CharField(label="For whom", required=False, max_length=120)
    rule = forms.IntegerField(required=False, widget=forms.HiddenInput)


def bounds() -> dict[str, str]:
    """From today to the longest that an exception may stand."""
    return {"min": today().isoformat(), "max": (today() + timedelta(days=STANDING_DAYS)).isoformat()}
