"""The forms of definitions and of the council."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.forms import formset_factory

from catalog.models import Dataset, Domain, Field
from definitions.drafting import Bound, Text
from definitions.models import Definition, DefinitionVersion
from definitions.models.definitions import LONGEST_CRITERION, LONGEST_NAME, LONGEST_TEXT
from permissions.forms.requests import ServiceForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models import User

ANY = ("", "any")
MOST_LINES = 100


class LinesField(forms.CharField):
    """Several texts, one a line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}), **more)

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"At most {MOST_LINES} lines.")
        return lines

    def validate(self, value: Any) -> None:
        """Nothing else: any lines will do."""

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class NamesField(LinesField):
    """Several names, with commas between."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.widget = forms.TextInput(attrs={"autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        names = [name.strip() for line in super().to_python(value) for name in line.split(",") if name.strip()]
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(f"A name has at most {LONGEST_NAME} characters.")
        return names

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class TextForm(ServiceForm):
    """What a version says."""

    statement = forms.CharField(
        label="What it means", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Rigorous enough that two people sort the same rows alike. Markdown.",
    )  # fmt: skip
    why = forms.CharField(
        label="Why it matters", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    examples = LinesField(label="Examples", help_text="One a line.")
    counter_examples = LinesField(label="Counter-examples", help_text="What seems to be one, and is not. One a line.")
    synonyms = NamesField(label="Synonyms", help_text="With commas between.")
    false_friends = LinesField(label="False friends", help_text="Words that seem to mean it, and what they mean.")
    criterion = forms.CharField(
        label="Criterion", required=False, max_length=LONGEST_CRITERION,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text="A SQL expression over the fields of the datasets below that is true of what it means, and of nothing"
        " else: <code>status = 'active' AND cancelled_at IS NULL</code>.",
    )  # fmt: skip
    change_note = forms.CharField(
        label="What is different, and why", required=False, max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def text(self) -> Text:
        return Text(**{name: self.cleaned_data[name] for name in Text.__dataclass_fields__})


class NewForm(TextForm):
    """A definition from the beginning."""

    name = forms.CharField(label="The word", max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True}))
    kind = forms.ChoiceField(label="It is a", choices=Definition.Kind.choices)
    scope = forms.ChoiceField(label="It holds", choices=[("local", "in one domain"), ("enterprise", "everywhere")])
    domain = forms.ModelChoiceField(
        Domain.objects.none(), label="Domain", required=False, to_field_name="slug", empty_label="None",
        help_text="Whose word it is. Its stewards decide on what holds in it alone; the council on what holds"
        " everywhere.",
    )  # fmt: skip
    field_order = ("name", "kind", "scope", "domain")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = Domain.objects.visible_to(viewer).order_by("name")  # type: ignore[attr-defined]
        del self.fields["change_note"]

    def text(self) -> Text:
        return Text(
            **{name: self.cleaned_data[name] for name in Text.__dataclass_fields__ if name in self.cleaned_data}
        )


class BindingForm(forms.Form):
    """One dataset in which it can be seen."""

    dataset = forms.CharField(
        label="Dataset", required=False, max_length=5_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "shop.public.subscriptions"}),
        help_text="By its key, as its page shows it.",
    )  # fmt: skip
    key_fields = NamesField(label="Fields that tell rows apart")
    criterion = forms.CharField(
        label="Criterion here", required=False, max_length=LONGEST_CRITERION,
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        help_text="Only where it differs from the one above.",
    )  # fmt: skip
    event_dataset = forms.CharField(label="Event log", required=False, max_length=5_000, help_text="A dataset's key.")
    event_key = NamesField(label="Its key fields")
    event_state = forms.CharField(label="Its field of the state", required=False, max_length=500)
    event_time = forms.CharField(label="Its field of the time", required=False, max_length=500)
    event_value = forms.CharField(label="What it calls this state", required=False, max_length=500)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_dataset(self) -> Dataset | None:
        return self._dataset("dataset")

    def clean_event_dataset(self) -> Dataset | None:
        return self._dataset("event_dataset")

    def _dataset(self, name: str) -> Dataset | None:
        key = self.cleaned_data[name].strip()
        if not key:
            return None
        found = Dataset.objects.readable_by(self.viewer).present().filter(folded_key=key.lower()).first()
        if found is None:
            raise forms.ValidationError("You may read no dataset of this key.")
        return found

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("dataset") is None and "dataset" not in self.errors:
            if any(value for name, value in given.items() if name != "dataset"):
                self.add_error("dataset", "Say in which dataset.")
            return given
        self._require_fields("key_fields", given.get("dataset"), given.get("key_fields", []))
        if log := given.get("event_dataset"):
            named = [given.get("event_state"), given.get("event_time")]
            if not all(named) or not given.get("event_key"):
                self.add_error("event_dataset", "Say which of its fields hold the key, the state and the time.")
            self._require_fields("event_dataset", log, [*given.get("event_key", []), *filter(None, named)])
        return given

    def _require_fields(self, place: str, dataset: Dataset | None, names: Iterable[str]) -> None:
        if dataset is None or not names:
            return
        fields = Field.objects.readable_by(self.viewer).present().filter(dataset=dataset, path__in=names)
        missing = [name for name in names if name not in set(fields.values_list("path", flat=True))]
        if missing:
            self.add_error(place, f"{dataset.key} has no field {', '.join(missing)}.")

    def bound(self) -> Bound | None:
        if not self.cleaned_data.get("dataset"):
            return None
        return Bound(**{name: self.cleaned_data[name] for name in Bound.__dataclass_fields__})


BindingFormSet: Any = formset_factory(BindingForm, extra=1, max_num=20, absolute_max=20, validate_max=True)


def initial_of(version: DefinitionVersion, bindings: Iterable[Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what the forms of a version begin with."""
    text = {name: getattr(version, name) for name in Text.__dataclass_fields__}
    rows = []
    for one in bindings:
        row = {name: getattr(one, name) for name in Bound.__dataclass_fields__}
        row["dataset"] = one.dataset.key if one.dataset else ""
        row["event_dataset"] = one.event_dataset.key if one.event_dataset else ""
        rows.append(row)
    return text, rows


class ListForm(forms.Form):
    """Which definitions a list shows."""

    q = forms.CharField(required=False, max_length=200)
    domain = forms.SlugField(required=False, max_length=50)
    kind = forms.ChoiceField(required=False, choices=[ANY, *Definition.Kind.choices])
    scope = forms.ChoiceField(required=False, choices=[ANY, *Definition.Scope.choices])
    status = forms.ChoiceField(required=False, choices=[ANY, *Definition.Status.choices])

    def wanted(self) -> dict[str, str]:
        """The values that fit; what does not is as if it had not been asked for."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DiffForm(forms.Form):
    """Which two versions to compare."""

    a = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    b = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class ProposeForm(ServiceForm):
    """What a proposal is for."""

    kind = forms.ChoiceField(required=False, choices=[("", "its text"), ("promotion", ""), ("retirement", "")])
    reason = forms.CharField(
        label="What it is for", max_length=5_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Those who decide read this first: what is wrong today, and for whom.",
    )  # fmt: skip


class LinkForm(ServiceForm):
    """What a dataset, or one of its fields, means."""

    definition = forms.CharField(
        label="Means", max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "active customer"}),
        help_text="The word, as its definition is called; or its short name from the address.",
    )  # fmt: skip
    field = forms.CharField(
        label="Field", required=False, max_length=5_000, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Leave it out for all of the dataset.",
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_definition(self) -> Definition:
        given = self.cleaned_data["definition"].strip()
        found = list(Definition.objects.in_force_for(self.viewer).filter(Q(name__iexact=given) | Q(slug=given))[:5])
        exact = [one for one in found if one.slug == given] or found
        if not exact:
            raise forms.ValidationError("No definition that is in force is called so.")
        if len(exact) > 1:
            slugs = ", ".join(one.slug for one in exact)
            raise forms.ValidationError(f"Several are called so. Give the short name of one: {slugs}.")
        return exact[0]
