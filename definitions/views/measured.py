"""A definition as it was counted in each system, how far systems agree, and trying a criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import Dataset
from catalog.values_shown import note_values_of
from catalog.views.page import reader
from core.partials import render_page
from definitions.agreeing import SECONDS, differing
from definitions.conflicts import conflicts_for
from definitions.counted import Rows, sight_of
from definitions.counting.snapshots import TooManyKeys
from definitions.models import Agreement, Binding, Definition
from definitions.sources import Unanswered, Unavailable
from definitions.systems import systems_of
from definitions.trying import try_criterion
from permissions.gate import find
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User


@require_safe
def measured(request: Request, slug: str) -> HttpResponse:
    """How many rows a definition holds for, in each system that one may read, and how far the systems agree."""
    viewer = reader(request)
    found = find(Definition.objects.with_text(), viewer, slug=slug)
    mine = [one for one in conflicts_for(viewer) if found.pk in (one.one_id, one.other_id)]
    context = {
        "definition": found, "systems": systems_of(viewer, found), "agreements": _agreements(viewer, found),
        "conflicts": [(one, one.other if one.one_id == found.pk else one.one) for one in mine],
    }  # fmt: skip
    return render_page(request, "definitions/measured.html", context, partial="panel")


def _agreements(viewer: User, definition: Definition) -> list[dict[str, object]]:
    """The last agreement of each pair of systems of which the viewer hears counts."""
    found = Agreement.objects.filter(left__version=definition.current_id).order_by("left_id", "right_id", "-at")
    last = list(found.distinct("left_id", "right_id").select_related("left__dataset", "right__dataset"))
    datasets = {end.dataset for one in last for end in (one.left, one.right) if end.dataset is not None}
    sight = sight_of(viewer, datasets)
    lines = []
    for one in last:
        ends = (one.left.dataset_id, one.right.dataset_id)
        if all(end in sight for end in ends):
            exact = all(sight[end or 0] for end in ends)
            counts = {name: Rows(getattr(one, name), exact) for name in ("both", "left_only", "right_only")}
            lines.append({"agreement": one, "exact": exact, **counts})
    return lines


@require_safe
def differences(request: Request, slug: str, left: int, right: int) -> HttpResponse:
    """Which entities two systems disagree about, asked now; only for who may see values of both."""
    viewer = reader(request)
    found = find(Definition.objects.with_text(), viewer, slug=slug)
    bound = (
        Binding.objects.filter(version=found.current_id)
        .readable_by(viewer)
        .select_related("dataset__source", "version")
    )
    ends = [bound.filter(pk=pk).first() for pk in (left, right)]
    datasets = [end.dataset for end in ends if end is not None and end.dataset is not None]
    sight = sight_of(viewer, datasets)
    if len(datasets) < 2 or not all(sight.get(dataset.pk) for dataset in datasets):
        raise Http404(NOTHING)
    context: dict[str, object] = {"definition": found, "left": ends[0], "right": ends[1]}
    try:
        context["differing"] = differing(ends[0], ends[1], timezone.now(), SECONDS)  # type: ignore[arg-type]
    except TooManyKeys:
        context["problem"] = "There are too many entities to compare them while you wait."
    except (Unanswered, Unavailable) as error:
        context["problem"] = str(error)
    for end in ends:
        if end is not None and end.dataset is not None:
            note_values_of(viewer, end.dataset, end.key_fields)
    return render_page(request, "definitions/disagreeing.html", context)


class TryForm(forms.Form):
    """What to try: an expression over a dataset, told by its key."""

    dataset = forms.CharField(label="Dataset", max_length=2_000, help_text="Its name: crm.public.customers.")
    criterion = forms.CharField(
        label="Criterion", max_length=4_000, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    )
    key = forms.CharField(label="Key", max_length=1_000, required=False, help_text="Fields shown beside, with commas.")


@require_http_methods(["GET", "HEAD", "POST"])
def try_it(request: Request) -> HttpResponse:
    """Try a criterion in the source; an address alone only fills the form."""
    viewer = reader(request)
    form = TryForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        dataset = Dataset.objects.readable_by(viewer).filter(key=given["dataset"]).select_related("source").first()
        if dataset is None:
            form.add_error("dataset", "There is no dataset of this name that you may read.")
        else:
            keys = [part.strip() for part in given["key"].split(",") if part.strip()]
            context |= {
                "trial": try_criterion(actor=viewer, dataset=dataset, text=given["criterion"], keys=keys),
                "dataset": dataset,
            }
    return render_page(request, "definitions/try.html", context, partial="result")
