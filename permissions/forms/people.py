"""The forms by which grants, roles and teams are given and made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from permissions.forms.requests import ServiceForm
from permissions.models import Role, Team, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models import Duty


def person_field(label: str = "Person", **more: Any) -> forms.ModelChoiceField[User]:
    """An active account, by its handle."""
    return forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=label,
        to_field_name="username",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid_choice": "Nobody has this handle."},
        **more,
    )


class WhomForm(ServiceForm):
    """A person or a team."""

    person = person_field(required=False, help_text="Their handle, as ada. Leave it empty for a team.")
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Team", required=False, to_field_name="slug", empty_label="No team"
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("person")) == bool(given.get("team")) and not self.errors:
            self.add_error(None, "Name either a person or a team.")
        return given

    @property
    def whom(self) -> User | Team:
        found: User | Team = self.cleaned_data["person"] or self.cleaned_data["team"]
        return found


class GrantForm(WhomForm):
    """What they may do, of what the giver may give."""

    duty = forms.ChoiceField(label="May", widget=forms.RadioSelect)
    field_order = ("duty", "person", "team")

    def __init__(self, *args: Any, duties: Iterable[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(duty.value, f"{str(duty.label).capitalize()}: {duty.in_words}") for duty in duties]
        self.fields["duty"].choices = choices  # type: ignore[attr-defined]
        self.fields["duty"].initial = choices[0][0] if choices else None


class RoleForm(WhomForm):
    """Which role."""

    role = forms.ChoiceField(
        label="Role", choices=[(role.value, str(role.label).capitalize()) for role in Role], initial=Role.COUNCIL
    )
    field_order = ("role", "person", "team")


class TeamForm(ServiceForm):
    """What a team is called, and who manages it."""

    name = forms.CharField(max_length=120)
    managers = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True, is_service=False),
        required=False,
        to_field_name="username",
        widget=forms.SelectMultiple(attrs={"size": "8"}),
        help_text="They say who is in the team, besides administrators.",
    )


class NewTeamForm(TeamForm):
    slug = forms.SlugField(
        label="Short name", max_length=50, help_text="Part of its address and of rules: given once, never changed."
    )
    field_order = ("name", "slug", "managers")


class MemberForm(ServiceForm):
    person = person_field("Handle", help_text="As ada.")


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=120, strip=True)
