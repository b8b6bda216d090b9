"""The form that writes or changes a rule, and the filters of the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.utils import timezone

from permissions.forms.names import PeopleField, TeamsField
from permissions.labels import validate_label
from permissions.levels import Level
from permissions.models import OptOutRule, RuleState, User
from permissions.models.rules import LONGEST_LABEL, LONGEST_REASON, Moment
from permissions.rules.draft import NAMED, RuleDraft, Whom

USUAL_REVIEW = timedelta(days=180)

LEVELS = [
    (Level.DISCOVER, "That it exists: no trace of it in any list, count, search, lineage or message"),
    (Level.READ, "What it holds and means: its name and the reason are shown, schema and documentation are not"),
    (Level.SAMPLE, "Its values: all else stays open, values are masked wherever they appear"),
]
AT_REVIEW = [
    (OptOutRule.AtReview.NAG, "It stays, and its owner and the council are reminded every week"),
    (OptOutRule.AtReview.LAPSE, "It ends by itself"),
]
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class Chooser(NamedTuple):
    """One group of people or teams as the page shows it: those chosen, by short name and name."""

    name: str
    label: str
    kind: str
    chosen: list[tuple[str, str]]
    errors: Any


class RuleForm(forms.Form):
    """All that a rule says."""

    label = forms.CharField(
        label="What it closes", max_length=LONGEST_LABEL, validators=[validate_label],
        help_text="A label: whatever carries it, now or later, is closed. Type a name to find it.",
        widget=forms.TextInput(attrs=_PLAIN | {"list": "labels-found", "placeholder": "class:pii"}),
    )  # fmt: skip
    not_yet = forms.BooleanField(label="Nothing carries this label yet, and that is right", required=False)
    level = forms.ChoiceField(label="How much", choices=LEVELS, initial=Level.SAMPLE, widget=forms.RadioSelect)
    mask = forms.ChoiceField(
        label="What stands for a closed value", initial=OptOutRule.Mask.HIDDEN, required=False,
        choices=[(one.value, str(one.label).capitalize()) for one in OptOutRule.Mask],
        help_text="Where the rule closes values only.",
    )  # fmt: skip
    everyone = forms.BooleanField(label="Everyone", required=False)
    people = PeopleField(label="These people")
    teams = TeamsField(label="These teams")
    except_people = PeopleField(label="But not these people")
    except_teams = TeamsField(label="But not these teams")
    reason = forms.CharField(
        label="Why", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everyone it stops reads this. Say what they can do instead. Markdown.",
    )  # fmt: skip
    legal_basis = forms.CharField(label="Legal basis", max_length=200, required=False)
    owner = PeopleField(label="Owner", help_text="Who answers for it, and for requests to be let in.")
    starts_on = forms.DateField(label="From", required=False, widget=_DATE, help_text="Empty for at once.")
    review_on = forms.DateField(label="Looked at again on", widget=_DATE, help_text="Within two years.")
    at_review = forms.ChoiceField(
        label="What happens then", choices=AT_REVIEW, initial=OptOutRule.AtReview.NAG, widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note for the record", max_length=500, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_owner(self) -> User:
        owners: list[User] = self.cleaned_data["owner"]
        if len(owners) != 1:
            raise forms.ValidationError("Name one person who answers for the rule.")
        return owners[0]

    def clean_mask(self) -> str:
        """Where the level is another, a mask left chosen from before means nothing."""
        at_sample = self.data.get("level") == Level.SAMPLE
        return str(self.cleaned_data["mask"]) if at_sample and self.cleaned_data["mask"] else OptOutRule.Mask.HIDDEN

    @property
    def whom(self) -> Whom:
        """Whom it names, as far as that is known."""
        named = {name: self.cleaned_data.get(name, []) for name in NAMED}
        return Whom(everyone=self.cleaned_data.get("everyone", False), **named)

    def draft(self, rule: OptOutRule | None = None) -> RuleDraft:
        """Return what the form says; `rule` is the one that it changes."""
        told = self.cleaned_data
        plain = ("label", "level", "mask", "reason", "legal_basis", "owner", "review_on", "at_review")
        return RuleDraft(whom=self.whom, starts_at=self._start(rule), **{name: told[name] for name in plain})

    def _start(self, rule: OptOutRule | None) -> datetime | None:
        """A day begins at midnight UTC; today means at once, and the day it has means as it is."""
        day = self.cleaned_data["starts_on"]
        if day is None or day == Moment.now().day or (rule and day == rule.starts_at.astimezone(UTC).date()):
            return rule.starts_at if rule and day else None
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def refuse(self, problems: dict[str, list[str]]) -> None:
        """Show what the service refused beside the part it is about."""
        for name, messages in problems.items():
            place = {"starts_at": "starts_on"}.get(name, name)
            self.add_error(place if place in self.fields else None, messages)

    def choosers(self) -> dict[str, Chooser]:
        """Whom the form names, for the page."""
        return {name: self.chooser(name) for name in (*NAMED, "owner")}

    def chooser(self, name: str) -> Chooser:
        field: Any = self.fields[name]
        value = self[name].value() or []
        rows, unknown = field.find([str(one) for one in value])
        chosen = [(str(getattr(row, field.column)), str(row)) for row in rows]
        return Chooser(name, str(field.label), field.kind, chosen + [(one, one) for one in unknown], self[name].errors)


def initial_of(rule: OptOutRule) -> dict[str, Any]:
    """Return what the form shows of a rule."""
    plain = ("label", "level", "mask", "everyone", "reason", "legal_basis", "review_on", "at_review", "version")
    return {name: getattr(rule, name) for name in plain} | {
        "people": [one.username for one in rule.people.all()],
        "teams": [one.slug for one in rule.teams.all()],
        "except_people": [one.username for one in rule.except_people.all()],
        "except_teams": [one.slug for one in rule.except_teams.all()],
        "owner": [rule.owner.username],
        "starts_on": rule.starts_at.astimezone(UTC).date(),
    }


def initial_for(author: User) -> dict[str, Any]:
    """Return what a new rule begins with."""
    return {"owner": [author.username], "review_on": timezone.now().date() + USUAL_REVIEW}


class RulesFilter(forms.Form):
    """The filters of the list; what does not fit is left out."""

    q = forms.CharField(required=False, max_length=200)
    level = forms.ChoiceField(required=False, choices=[("", "Any level"), *Level.choices])
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *RuleState.choices])
    owner = forms.CharField(required=False, max_length=150)
    person = forms.CharField(required=False, max_length=150)
    cursor = forms.CharField(required=False, max_length=4_000)


class ExtendForm(forms.Form):
    """Another day on which the rule is looked at."""

    review_on = forms.DateField(widget=_DATE)
    note = forms.CharField(max_length=500, required=False)


class WithdrawForm(forms.Form):
    """Why a rule ends."""

    note = forms.CharField(max_length=500, required=False)
