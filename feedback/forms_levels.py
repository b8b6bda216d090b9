"""The form by which a service level is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from feedback.kinds import Severity
from feedback.models import Clock, ServiceLevel
from permissions.forms.me import time_zones
from permissions.forms.requests import ServiceForm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.forms import BoundField

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST = 24 * 366  # hours
MOST_FREE = 100
GOALS = (("answer", "First answer"), ("fix", "Fix"))


class LevelForm(ServiceForm):
    """When people work, and within how many hours of it they answer and fix."""

    time_zone = forms.ChoiceField(label="Time zone", choices=time_zones, initial="UTC")
    opens = forms.TimeField(label="Work begins", initial="09:00", widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(
        label="Work ends", initial="17:00", widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="00:00 is midnight at the end of the day.",
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label="Days of work", choices=[(str(at), name) for at, name in enumerate(WEEKDAYS)], coerce=int,
        widget=forms.CheckboxSelectMultiple, initial=["0", "1", "2", "3", "4"],
    )  # fmt: skip
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label="Country", required=False,
        help_text="Two letters, as SE: its public holidays are free.",
    )  # fmt: skip
    subdivision = forms.CharField(label="Part of it", required=False, max_length=8, help_text="As ENG or BY.")
    free_days = forms.CharField(
        label="Other free days", required=False, max_length=2_000, help_text="As 2026-12-24, with spaces between."
    )

    most_in_progress = forms.IntegerField(
        label="In progress at once, at most", required=False, min_value=1, max_value=1_000,
        help_text="More cannot be started before something is finished.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for goal, words in GOALS:
            for one in Severity:
                self.fields[f"{goal}_{one.value}"] = forms.IntegerField(
                    label=f"{words} to what is {one.words}, in hours", required=False, min_value=1, max_value=LONGEST
                )

    @staticmethod
    def values_of(level: ServiceLevel | None) -> dict[str, Any]:
        """What stands in the form at first."""
        if level is None:
            return {}
        names = ("most_in_progress", "time_zone", "opens", "closes", "country", "subdivision")
        promised = {
            f"{goal}_{one.value}": getattr(level, f"{goal}_{one.value}") for goal, _ in GOALS for one in Severity
        }
        days = " ".join(day.isoformat() for day in level.free_days)
        return {name: getattr(level, name) for name in names} | promised | {
            "weekdays": [str(day) for day in level.weekdays], "free_days": days,
        }  # fmt: skip

    def lines(self) -> Iterator[tuple[str, list[BoundField]]]:
        """What is promised, a line for each severity."""
        for one in Severity:
            yield one.words.capitalize(), [self[f"{goal}_{one.value}"] for goal, _ in GOALS]

    def settings(self) -> list[BoundField]:
        """All else."""
        promised = tuple(f"{goal}_" for goal, _ in GOALS)
        return [bound for bound in self if not bound.name.startswith(promised)]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_subdivision(self) -> str:
        return str(self.cleaned_data["subdivision"]).strip().upper()

    def clean_free_days(self) -> list[date]:
        """The days that are named."""
        day = forms.DateField(input_formats=["%Y-%m-%d"])
        words = self.cleaned_data["free_days"].replace(",", " ").split()
        if len(words) > MOST_FREE:
            raise forms.ValidationError(f"Name at most {MOST_FREE} days.")
        return sorted({day.clean(word) for word in words})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("most_in_progress") and not any(
            given.get(f"{goal}_{one.value}") for goal in Clock.Goal.values for one in Severity
        ):
            raise forms.ValidationError("Promise something, or take the service level away.")
        return given

    def promised(self) -> dict[str, Any]:
        """The columns of a service level."""
        return dict(self.cleaned_data)
