"""The forms by which tickets are written, sorted and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from catalog.models import Domain
from feedback.kinds import KINDS, SEVERITIES, Kind, Priority, Severity
from feedback.models import Tracker
from feedback.models.tickets import LONGEST_TEXT, LONGEST_TITLE
from feedback.talking import LONGEST_COMMENT
from feedback.workflow import WORDS, State
from permissions.forms.requests import ServiceForm, day_field
from permissions.models import User

if TYPE_CHECKING:
    from feedback.models import Ticket

ANY = ("", "Any")


def _text(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def person_named(text: str) -> User | None:
    """The person of that username, or nobody where none is given. Raises `ValidationError`."""
    name = text.strip().removeprefix("@")
    if not name:
        return None
    person = User.objects.filter(username__iexact=name, is_active=True, is_service=False).first()
    if person is None:
        raise forms.ValidationError("Nobody has this username.")
    return person


class ReportForm(ServiceForm):
    """What is wrong, and how it hurts."""

    title = forms.CharField(label="In one line", min_length=5, max_length=LONGEST_TITLE, strip=True)
    kind = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect, choices=[(one.value, KINDS[one].words) for one in Kind]
    )
    severity = forms.ChoiceField(
        label="How bad is it for you?", initial=Severity.MINOR.value,
        choices=[(one.value, f"{SEVERITIES[one].words.capitalize()}: {SEVERITIES[one].about}") for one in Severity],
    )  # fmt: skip
    body = _text(
        "What is there?",
        help_text="Which rows, since when, how you saw it. Markdown. No values that are closed to others.",
    )
    expected = _text("What did you expect?", 2)
    impact = _text("What do you need it for?", 2, help_text="How this hurts: it decides how soon somebody looks.")
    evidence = forms.URLField(
        label="A link that shows it", required=False, max_length=2_000, assume_scheme="https",
        help_text="A query, a chart, a dashboard.",
    )  # fmt: skip


class MoveForm(ServiceForm):
    """Where to, why, and where it stood when this was offered."""

    to = forms.ChoiceField(choices=[(one.value, one.value) for one in State])
    seen = forms.ChoiceField(choices=[(one.value, one.value) for one in State], required=False)
    words = forms.CharField(required=False, max_length=2_000)


class TriageForm(ServiceForm):
    """Whose it is, how urgent, until when."""

    assignee = forms.CharField(
        label="Assigned to", required=False, max_length=150,
        widget=forms.TextInput(attrs={"placeholder": "username", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    priority = forms.ChoiceField(
        label="Priority", choices=[(str(one.value), one.words.capitalize()) for one in Priority]
    )
    due_on = day_field("Due", required=False)

    @classmethod
    def of(cls, ticket: Ticket) -> TriageForm:
        assignee = ticket.assignee.username if ticket.assignee else ""
        return cls(initial={"assignee": assignee, "priority": str(ticket.priority), "due_on": ticket.due_on})

    def clean_assignee(self) -> User | None:
        return person_named(self.cleaned_data["assignee"])

    def clean_priority(self) -> Priority:
        return Priority(int(self.cleaned_data["priority"]))


class CommentForm(ServiceForm):
    """What somebody says."""

    body = forms.CharField(
        label="Say something", max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Markdown; @username tells somebody"}),
    )  # fmt: skip


class BulkForm(ServiceForm):
    """What is done to many tickets; what is left empty stays as it is."""

    to = forms.ChoiceField(
        label="Move to", required=False,
        choices=[("", "Leave where it is"), *((one.value, WORDS[one].capitalize()) for one in State)],
    )  # fmt: skip
    words = forms.CharField(label="Why", required=False, max_length=2_000)
    assignee = forms.CharField(
        label="Assign to", required=False, max_length=150,
        widget=forms.TextInput(attrs={"placeholder": "username", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    priority = forms.TypedChoiceField(
        label="Priority", required=False, empty_value=None, coerce=lambda value: Priority(int(value)),
        choices=[("", "Leave as it is"), *((str(one.value), one.words.capitalize()) for one in Priority)],
    )  # fmt: skip
    due_on = day_field("Due", required=False)

    def clean_assignee(self) -> User | None:
        return person_named(self.cleaned_data["assignee"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given.get(name) for name in ("to", "assignee", "priority", "due_on")):
            raise forms.ValidationError("Say what is to be done.")
        return given


class PictureForm(ServiceForm):
    """A screenshot."""

    file = forms.FileField(
        label="A screenshot", help_text="PNG, JPEG, WebP or GIF, up to 8 MB. Shown to who may see values here.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )  # fmt: skip


class AbsenceForm(ServiceForm):
    """From when to when, and who is asked instead."""

    deputy = forms.CharField(label="Who is asked instead", max_length=150, help_text="A username.")
    first_day = day_field("First day away")
    last_day = day_field("Last day away")

    def clean_deputy(self) -> User:
        person = person_named(self.cleaned_data["deputy"])
        if person is None:
            raise forms.ValidationError("Name somebody.")
        return person


class ReadyAnswerForm(ServiceForm):
    """Words to answer with again and again."""

    name = forms.CharField(label="Name", max_length=60)
    domain = forms.ModelChoiceField(
        Domain.objects.none(), label="For tickets of", required=False, empty_label="All data", to_field_name="slug"
    )
    body = forms.CharField(label="Words", max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 4}))


class AnnounceForm(ServiceForm):
    """What all who look at it are told, until when."""

    text = forms.CharField(label="Tell all who look at it", min_length=5, max_length=500)
    until = day_field("Until")
    domain = forms.BooleanField(label="On all data of its domain", required=False)


class ReviewForm(ServiceForm):
    """How useful a dataset is."""

    stars = forms.TypedChoiceField(
        label="How useful is it?",
        coerce=int,
        choices=[(5, "5: of great use"), (4, "4"), (3, "3"), (2, "2"), (1, "1: of no use")],
    )
    sentence = forms.CharField(label="Why, in a sentence", min_length=5, max_length=300)


class TrackerForm(ServiceForm):
    """A tracker outside, and the account by which it is spoken to."""

    kind = forms.ChoiceField(label="Kind", choices=Tracker.Kind.choices, widget=forms.RadioSelect, initial="jira")
    name = forms.CharField(label="Name", max_length=80, help_text="As people here call it.")
    address = forms.URLField(
        label="Address of its API", max_length=500, assume_scheme="https",
        help_text="https://yours.atlassian.net, or https://api.github.com.",
    )  # fmt: skip
    project = forms.CharField(
        label="Project", max_length=200, help_text="The key of a project, as DATA; of GitHub owner/repository."
    )
    account = forms.CharField(label="Account", max_length=200, required=False, help_text="Of Jira: a mail address.")
    token = forms.CharField(
        label="Token", max_length=1_000, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept encrypted, and never shown again.",
    )  # fmt: skip
    domain = forms.ModelChoiceField(
        Domain.objects.none(), label="Tickets of", to_field_name="slug", help_text="And of what lies below it."
    )


class SayForm(CommentForm):
    """What somebody who works on it says."""

    wait = forms.BooleanField(label="Wait for the reporter: the clocks stand still until they answer", required=False)


class RouteForm(ServiceForm):
    """Which dataset or ticket upstream the problem comes from."""

    dataset = forms.IntegerField(required=False, min_value=1)
    joining = forms.IntegerField(required=False, min_value=1)
    words = forms.CharField(
        label="What the steward there should know", required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class MergeForm(ServiceForm):
    """Which ticket tells of the same."""

    into = forms.CharField(
        label="The same as ticket", max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "#12", "autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip

    def clean_into(self) -> int:
        number = self.cleaned_data["into"].strip().removeprefix("#")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise forms.ValidationError("Give the number of a ticket, such as #12.")
        return int(number)


class ListForm(forms.Form):
    """Which tickets a list shows."""

    q = forms.CharField(required=False, max_length=200)
    whose = forms.ChoiceField(
        required=False,
        choices=[
            ("assigned", "Assigned to me"),
            ("reported", "Reported by me"),
            ("watched", "Watched"),
            ("all", "All"),
        ],
    )
    state = forms.ChoiceField(
        required=False,
        choices=[
            ANY,
            ("open", "Not resolved"),
            ("overdue", "Overdue"),
            *((one.value, WORDS[one].capitalize()) for one in State),
        ],
    )
    kind = forms.ChoiceField(required=False, choices=[ANY, *((one.value, KINDS[one].words) for one in Kind)])

    def wanted(self) -> dict[str, str]:
        """The values that fit; what does not is as if it had not been asked for."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
