"""Forms of facts, made of what is declared of them: the page edits whatever can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import escape

from catalog.curation import cleaning as clean
from catalog.curation.given import given
from catalog.curation.kinds import KINDS, editable_facts, kind_of
from catalog.models import DataProduct, Domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from catalog.curation.facts import Fact
    from catalog.curation.outcome import Refused
    from permissions.access import Viewer

WHY = "Why"


class FactForm(forms.Form):
    """The facts of one thing that its writer may change, as texts; what was on the page goes along with each.

    `changes` are the facts that were changed on the page, whatever others have written meanwhile.
    """

    why = forms.CharField(label=WHY, required=False, max_length=500, help_text="For those who read the history.")

    def __init__(self, *args: Any, facts: Iterable[Fact], viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = list(facts)
        why = self.fields.pop("why")
        for fact in self.facts:
            self.fields[fact.name] = _field(fact, viewer)
        self.fields["why"] = why

    @property
    def changes(self) -> dict[str, str]:
        """What was changed, by fact; call it on a valid form."""
        return {fact.name: self.cleaned_data[fact.name] for fact in self.facts if fact.name in self.changed_data}

    def refuse(self, refused: Refused) -> None:
        """Show why it could not be written beside the facts it is about."""
        for one in refused.refusals:
            self.add_error(one.fact if one.fact in self.fields else None, one.reason)

    def bound_facts(self) -> list[forms.BoundField]:
        return [self[fact.name] for fact in self.facts]


def form_for(
    thing: Model, viewer: Viewer, data: Any = None, only: Iterable[str] = (), all_facts: bool = False
) -> FactForm:
    """Return the form of what `viewer` may write of a thing; `all_facts` for what they may suggest of it."""
    every = [fact for fact in kind_of(thing).facts.values() if fact.stated]
    known, wanted = every if all_facts else editable_facts(viewer, thing), set(only)
    facts = [fact for fact in known if not wanted or fact.name in wanted]
    return FactForm(data, facts=facts, viewer=viewer, initial=given(thing, viewer), auto_id="fact-%s")


def _field(fact: Fact, viewer: Viewer) -> forms.Field:
    kind = _kind_of_field(fact, viewer)
    kind.label, kind.required, kind.help_text = fact.label, False, escape(fact.help)
    kind.show_hidden_initial = True
    return kind


def _kind_of_field(fact: Fact, viewer: Viewer) -> forms.Field:
    cleaner = fact.cleaner
    if isinstance(cleaner, clean.Choice):
        blank = [("", "Not said")] if cleaner.blank else []
        return forms.ChoiceField(choices=[*blank, *cleaner.choices])
    if cleaner is clean.DOMAIN:
        return _choose(Domain.objects.visible_to(viewer).order_by("name").values_list("slug", "name"))
    if cleaner is clean.PRODUCT:
        return _choose(DataProduct.objects.visible_to(viewer).order_by("name").values_list("slug", "name"))
    if isinstance(cleaner, clean.Day):
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}))
    lines = (isinstance(cleaner, clean.Text) and cleaner.lines) or isinstance(cleaner, clean.Links)
    rows = 12 if fact.name == "readme" else 5 if fact.name == "description" else 3
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}) if lines else forms.TextInput(), strip=False)


def _choose(choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", "None"), *choices])


class NewForm(FactForm):
    """The facts of something new, and the short name that it keeps for good."""

    slug = forms.SlugField(
        label="Short name", max_length=80,
        help_text="Small letters, digits and dashes. It stays: rules and tables use it.",
    )  # fmt: skip


def new_form(kind: str, viewer: Viewer, data: Any, initial: dict[str, str]) -> NewForm:
    """Return the form of something of a kind that is not there yet."""
    facts = [fact for fact in KINDS[kind].facts.values() if fact.stated]
    return NewForm(data, facts=facts, viewer=viewer, initial=initial, auto_id="fact-%s")
