"""The forms by which access is asked for and decided about."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone

from permissions.models import Team
from permissions.models.requests import LEAST_PURPOSE, MOST_PURPOSE, MOST_WORDS

if TYPE_CHECKING:
    from permissions.models import AskedRule, User

OTHER = "date"
PRESETS = ((1, "One day"), (7, "One week"), (30, "One month"), (90, "Three months"), (180, "Half a year"))


def today() -> date:
    """The day of UTC, by which exceptions end."""
    return timezone.now().astimezone(UTC).date()


class ServiceForm(forms.Form):
    """A form whose service may refuse more than the form itself sees."""

    def refuse(self, error: forms.ValidationError) -> None:
        """Show what the service refused beside the field it is about."""
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in told.items():
            self.add_error(name if name in self.fields else None, messages)


def day_field(label: str, **more: Any) -> forms.DateField:
    """A day, chosen from a calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class AskForm(ServiceForm):
    """What for, and for how long."""

    purpose = forms.CharField(
        label="What you need it for",
        min_length=LEAST_PURPOSE,
        max_length=MOST_PURPOSE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A sentence, for whoever decides.",
    )
    duration = forms.ChoiceField(label="For how long", widget=forms.RadioSelect, initial="7")
    until = day_field("Last day", required=False, help_text="Only if you choose a date of your own.")
    team = forms.ModelChoiceField(
        Team.objects.none(), label="For whom", required=False, empty_label="Only me", to_field_name="slug"
    )

    def __init__(self, *args: Any, asker: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.ACCESS_MAX_DAYS
        presets = [(str(days), word) for days, word in PRESETS if days <= most]
        self.fields["duration"].choices = [*presets, (OTHER, "Until a date of my own")]  # type: ignore[attr-defined]
        latest = today() + timedelta(days=most)
        self.fields["until"].widget.attrs |= {"min": today().isoformat(), "max": latest.isoformat()}
        self.fields["team"].queryset = Team.objects.filter(members=asker)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn the choice of time into `days`."""
        given = super().clean() or {}
        if given.get("duration") != OTHER:
            return given | {"days": int(given.get("duration") or 0)}
        if not given.get("until"):
            if "until" not in self.errors:
                self.add_error("until", "Say until which day you need it.")
            return given
        days = (given["until"] - today()).days
        if not 1 <= days <= settings.ACCESS_MAX_DAYS:
            self.add_error("until", f"Choose a day from tomorrow on, within {settings.ACCESS_MAX_DAYS} days.")
        return given | {"days": days}

    @property
    def wish(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("purpose", "days", "team")}


class DecideForm(ServiceForm):
    """Until when, for how much, and why."""

    THING, RULE = "thing", "rule"

    until = day_field("Until the end of", required=False, help_text="Earlier than asked for, if less is enough.")
    scope = forms.ChoiceField(label="Opens", widget=forms.RadioSelect, initial=THING)
    words = forms.CharField(
        label="A word to who asked",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Required if you decline: why, and what they could use instead.",
    )

    def __init__(self, *args: Any, asked: AskedRule, title: str, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"rule{asked.rule_id}_%s"
        super().__init__(*args, **kwargs)
        latest = today() + timedelta(days=asked.request.days)
        self.fields["until"].initial = latest
        self.fields["until"].widget.attrs |= {"min": today().isoformat(), "max": latest.isoformat()}
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (self.THING, f"Only {title}"), (self.RULE, "Everything that this rule closes")
        ]  # fmt: skip

    @property
    def whole_rule(self) -> bool:
        return bool(self.cleaned_data["scope"] == self.RULE)
