"""What people may change about themselves."""

import zoneinfo

from django import forms

from permissions.models import User


def time_zones() -> list[tuple[str, str]]:
    """UTC first, then the zones named by place."""
    places = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript when run
    """A person's name, job title, theme and time zone."""

    time_zone = forms.ChoiceField(choices=time_zones, help_text="Times are shown in this zone.")

    class Meta:
        model = User
        fields = ["first_name", "last_name", "title", "theme", "time_zone"]


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The theme alone, for the switch in the menu."""

    class Meta:
        model = User
        fields = ["theme"]
