"""When a source is harvested by itself."""

from __future__ import annotations

from typing import Any

from django import forms

from harvest.schedules import parse_cron

PRESETS = {
    "hourly": ("Every hour", "0 * * * *"),
    "nightly": ("Every night, at 3:00 UTC", "0 3 * * *"),
    "weekly": ("Every week, on Monday at 3:00 UTC", "0 3 * * 1"),
    "hand": ("Only by hand", ""),
}
OWN = "own"
CHOICES = [*((key, word) for key, (word, _) in PRESETS.items()), (OWN, "Another time")]


class ScheduleForm(forms.Form):
    """A usual time, or a cron line of one's own."""

    when = forms.ChoiceField(label="When to harvest", choices=CHOICES, widget=forms.RadioSelect, initial="nightly")
    cron = forms.CharField(
        label="Cron line",
        max_length=100,
        help_text="Minute, hour, day of month, month, day of week; in UTC. “30 4 * * 1-5” is 4:30 on working days.",
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # the cron line is hidden mostly

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        when = values.get("when")
        if when in PRESETS:
            self.errors.pop("cron", None)
            values["cron"] = PRESETS[when][1]
        elif when == OWN and "cron" in values:
            try:
                parse_cron(values["cron"])
            except forms.ValidationError as error:
                self.add_error("cron", error)
        return values


def choice_of(cron: str) -> dict[str, str]:
    """What the form shows for a cron line: the usual time it is, or the line itself."""
    known = next((key for key, (_, line) in PRESETS.items() if line == cron), OWN)
    return {"when": known, "cron": cron if known == OWN else ""}
