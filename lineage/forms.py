"""What the addresses of lineage say."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from catalog.models import Dataset, Domain
from lineage.models import ReceivedEvent
from lineage.openlineage.events import Kind
from lineage.standing import WORDS, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permissions.access import Viewer

DEPTHS = [(str(depth), f"{depth} step{'s' if depth > 1 else ''}") for depth in (1, 2, 3, 4, 6, 10)]
_OPENED = re.compile(r"(\d{1,18})([ud])")
MOST_OPENED = 40


class GraphForm(forms.Form):
    """How much of the lineage around a dataset is shown; what is wrong or missing has its usual value."""

    direction = forms.ChoiceField(
        choices=[("both", "Both directions"), ("up", "Where it comes from"), ("down", "What depends on it")],
        required=False,
    )
    depth = forms.ChoiceField(choices=DEPTHS, required=False)
    at = forms.DateField(label="As of", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    fold = forms.ChoiceField(
        label="Fold",
        required=False,
        choices=[("auto", "When there are many"), ("schema", "By schema"), ("none", "Never")],
    )
    stage = forms.ChoiceField(required=False, choices=[("", "Any"), *Dataset.Stage.choices])
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *Dataset.Kind.choices])
    domain = forms.ModelChoiceField(
        Domain.objects.none(), required=False, to_field_name="slug", empty_label="Any", blank=True
    )
    column = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)

    def __init__(self, asked: Mapping[str, str], viewer: Viewer | None = None) -> None:
        super().__init__({"direction": "both", "depth": "2", "fold": "auto", **{name: asked[name] for name in asked}})
        if viewer is not None:
            self.fields["domain"].queryset = Domain.objects.visible_to(viewer).order_by("name")  # type: ignore[attr-defined]

    def value(self, name: str, usual: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or usual)

    @property
    def narrowed(self) -> Q:
        """The condition on nodes that stage, kind and domain make; empty where nothing is asked for."""
        self.is_valid()
        told, found = self.cleaned_data, Q()
        if told.get("stage"):
            found &= Q(dataset__stage=told["stage"])
        if told.get("kind"):
            found &= Q(dataset__kind=told["kind"])
        if domain := told.get("domain"):
            found &= Q(dataset__domain=domain) | Q(dataset__domain=None, dataset__source__domain=domain)
        return found

    @property
    def both_ways(self) -> tuple[bool, bool]:
        """Whether to look upstream, and downstream."""
        direction = self.value("direction", "both")
        return direction != "down", direction != "up"

    @property
    def rings(self) -> int:
        return int(self.value("depth", "2"))

    @property
    def moment(self) -> datetime | None:
        """The end of the day asked for, or None for now."""
        self.is_valid()
        day = self.cleaned_data.get("at")
        return timezone.make_aware(datetime.combine(day, time.max)) if day and day < timezone.localdate() else None

    @property
    def grown(self) -> list[tuple[int, str]]:
        """The nodes at which one more ring was asked for, and on which side: ``u`` or ``d``."""
        found: list[Any] = _OPENED.findall(self.value("opened", ""))
        return [(int(node), side) for node, side in found[:MOST_OPENED]]


KINDS = [("", "Anything"), *((kind.value, f"a {kind.value}") for kind in Kind)]


class ReceivedForm(forms.Form):
    """Filters of the received events."""

    q = forms.CharField(
        label="Name", required=False, max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "job, dataset or producer"}),
    )  # fmt: skip
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *ReceivedEvent.State.choices])
    kind = forms.ChoiceField(label="About", required=False, choices=KINDS)

    @property
    def sought(self) -> dict[str, Any]:
        """What a valid form looks for, as `find_received` takes it."""
        told = self.cleaned_data
        return {
            "q": told["q"].strip(),
            "states": [told["state"]] if told["state"] else None,
            "kinds": [told["kind"]] if told["kind"] else None,
        }


class JobsForm(forms.Form):
    """Filters of the jobs; what is wrong counts as not asked for."""

    q = forms.CharField(
        label="Name", required=False, max_length=200, widget=forms.TextInput(attrs={"placeholder": "job or namespace"})
    )
    standing = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *((one.value, WORDS[one]) for one in Standing)]
    )
    technology = forms.CharField(label="Technology", required=False, max_length=80)

    @property
    def sought(self) -> dict[str, str]:
        """What the form looks for, as `lineage.pipelines.find_jobs` takes it."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")).strip() for name in ("q", "standing", "technology")}
