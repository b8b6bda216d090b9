"""The form of a workflow: its words, a line for each state, a line for each transition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from catalog.models import Domain, Source
from definitions.models import Definition, State, Transition, Workflow
from definitions.workflows import Step, Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permissions.access import Viewer

MOST_STATES, MOST_STEPS, MOST_CHOICES = 30, 200, 500
SPARE = 3  # empty lines


class _Choice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the form gives its rows
    def __init__(self, label: str, empty: str, **more: Any) -> None:
        super().__init__(queryset=None, label=label, required=False, empty_label=empty, **more)


class StateLine(forms.Form):
    """One state of the workflow; a line without a definition is no state."""

    definition = _Choice("State", "no state")
    kind = forms.ChoiceField(label="Kind", choices=State.Kind.choices, initial=State.Kind.INTERMEDIATE)


class StepLine(forms.Form):
    """One move that is allowed; a line without both ends is none."""

    before = _Choice("From", "outside")
    after = _Choice("To", "outside")
    done_by = forms.CharField(label="Done by", max_length=200, required=False)
    actor = forms.ChoiceField(label="Which is", choices=[("", "not said"), *Transition.Actor.choices], required=False)
    transformation = forms.ChoiceField(label="Transformation", choices=Transition.Transformation.choices)
    entry_condition = forms.CharField(label="Before, it must hold that", max_length=2_000, required=False)
    exit_condition = forms.CharField(label="After, it must hold that", max_length=2_000, required=False)


States = forms.formset_factory(StateLine, extra=SPARE, max_num=MOST_STATES, absolute_max=MOST_STATES + SPARE)
Steps = forms.formset_factory(StepLine, extra=SPARE, max_num=MOST_STEPS, absolute_max=MOST_STEPS + SPARE)


class WorkflowForm(forms.Form):
    """A workflow and, in `states` and `steps`, its lines."""

    name = forms.CharField(label="Name", max_length=120)
    entity = forms.CharField(label="What moves through it", max_length=120, help_text="One of them: subscription.")
    description = forms.CharField(
        label="Description", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    key_fields = forms.CharField(
        label="Key", required=False, max_length=1_000, help_text="Fields that tell entities apart, separated by commas."
    )
    domain = forms.ModelChoiceField(
        label="Domain", queryset=Domain.objects.none(), required=False, empty_label="no domain"
    )
    source = forms.ModelChoiceField(
        label="System of record", queryset=Source.objects.none(), required=False, empty_label="not said"
    )
    exclusive = forms.BooleanField(label="Nothing is in two states at once", required=False)
    exhaustive = forms.BooleanField(label="Everything is in some state", required=False)

    def __init__(self, viewer: Viewer, workflow: Workflow | None, given: Mapping[str, Any] | None = None) -> None:
        super().__init__(given, initial=_initial(workflow))
        self.fields["domain"].queryset = Domain.objects.visible_to(viewer).order_by("name")  # type: ignore[attr-defined]
        self.fields["source"].queryset = Source.objects.visible_to(viewer).order_by("name")  # type: ignore[attr-defined]
        words = Definition.objects.readable_by(viewer).filter(kind=Definition.Kind.STATE).order_by("name")
        self.states = States(given, initial=_states(workflow), prefix="states")
        self.steps = Steps(given, initial=_steps(workflow), prefix="steps")
        choices = [(one.pk, one.name) for one in words[:MOST_CHOICES]]
        lines: list[forms.Form] = [*self.states.forms, *self.steps.forms]
        for line in lines:
            for name in {"definition", "before", "after"} & line.fields.keys():
                field: Any = line.fields[name]
                field.queryset = words
                field.choices = [("", field.empty_label), *choices]  # asked for once for all lines

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.states.is_valid() or not self.steps.is_valid():
            raise forms.ValidationError("Some line of the states or transitions is not right: see below.")
        chosen = [line.get("definition") for line in self._lines(self.states) if line.get("definition")]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError("A state is there twice.")
        pairs = [(line.get("before"), line.get("after")) for line in self._lines(self.steps)]
        pairs = [pair for pair in pairs if any(pair)]
        if any(end is not None and end not in chosen for pair in pairs for end in pair):
            raise forms.ValidationError("A transition begins or ends in something that is no state of this workflow.")
        if len(set(pairs)) < len(pairs) or any(before == after for before, after in pairs):
            raise forms.ValidationError("A transition is there twice, or leads back to where it begins.")
        return cleaned

    def _lines(self, lines: Any) -> list[dict[str, Any]]:
        return [line.cleaned_data for line in lines.forms if line.cleaned_data]

    def written(self) -> Written:
        """What was written; only of a form that is valid."""
        data = self.cleaned_data
        return Written(
            name=data["name"], entity=data["entity"], description=data["description"],
            key_fields=[part.strip() for part in data["key_fields"].split(",") if part.strip()],
            domain=data["domain"], source=data["source"], exclusive=data["exclusive"], exhaustive=data["exhaustive"],
            states=[(line["definition"], line["kind"]) for line in self._lines(self.states) if line["definition"]],
            steps=[Step(**line) for line in self._lines(self.steps) if line["before"] or line["after"]],
        )  # fmt: skip


def _initial(workflow: Workflow | None) -> dict[str, Any]:
    if workflow is None:
        return {"exclusive": True, "exhaustive": True}
    names = ("name", "entity", "description", "domain", "source", "exclusive", "exhaustive")
    return {name: getattr(workflow, name) for name in names} | {"key_fields": ", ".join(workflow.key_fields)}


def _states(workflow: Workflow | None) -> list[dict[str, Any]]:
    states = State.objects.filter(workflow=workflow) if workflow else State.objects.none()
    return [{"definition": state.definition_id, "kind": state.kind} for state in states]


def _steps(workflow: Workflow | None) -> list[dict[str, Any]]:
    steps = Transition.objects.filter(workflow=workflow) if workflow else Transition.objects.none()
    names = ("done_by", "actor", "transformation", "entry_condition", "exit_condition")
    return [
        {name: getattr(step, name) for name in names}
        | {
            "before": step.from_state.definition_id if step.from_state else None,
            "after": step.to_state.definition_id if step.to_state else None,
        }
        for step in steps.select_related("from_state", "to_state")
    ]
