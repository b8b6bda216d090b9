"""What is missing: the list of it, the first of one's own, by domain, and of one dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.views.decorators.http import require_safe

from catalog.forms import AddressForm
from catalog.models import Domain
from catalog.protocol.evaluating import examine
from catalog.protocol.requirements import ALL, CHOICES, editable, known
from catalog.protocol.services import visible_protocols
from catalog.protocol.trend import HEIGHT, WIDTH, lines_for
from catalog.protocol.work import ORDER, Wanted, incomplete
from catalog.viewing import page_of
from catalog.views.page import open_page, reader
from core.partials import render_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from catalog.models import Dataset
    from catalog.protocol.evaluating import Examined
    from catalog.protocol.requirements import Requirement
    from core.requests import Request
    from permissions.access import Viewer

LINES, FIRST = 50, 5
NAMED = 3  # of what is missing of a dataset, in a list


class MissingForm(AddressForm):
    """What the list is narrowed to; without `by`, the reader's own."""

    by = forms.CharField(required=False, max_length=150)
    all = forms.BooleanField(required=False)
    domain = forms.SlugField(required=False, max_length=80)
    missing = forms.ChoiceField(required=False, choices=[("", "Anything"), *CHOICES])
    cursor = forms.CharField(required=False)

    def wanted(self, viewer: Viewer) -> Wanted:
        mine = "" if self.cleaned_data["all"] else viewer.get_username()
        return Wanted(self.text("by") or mine, self.text("domain"), self.text("missing"))


@require_safe
def listed(request: Request) -> HttpResponse:
    """Datasets of which something is missing: the reader's, another person's, or all; the most used first."""
    form = MissingForm.of(request)
    wanted = form.wanted(reader(request))
    found = incomplete(request.user, wanted)
    page = page_of(found, order=ORDER, cursor=form.text("cursor") or None, size=LINES)
    context = {
        "listing": page, "lines": _lines(page.items), "wanted": wanted, "form": form, "tab": "missing",
        "own": wanted.username == reader(request).username, "choices": CHOICES,
        "domains": Domain.objects.visible_to(request.user).order_by("name"),
        "anything": visible_protocols(request.user).exists(),
    }  # fmt: skip
    return render_page(request, "catalog/missing/list.html", context)


@require_safe
def queue(request: Request) -> HttpResponse:
    """The first of one's own, for the home page."""
    found = incomplete(request.user, Wanted(reader(request).username))
    page = page_of(found, order=ORDER, cursor=None, size=FIRST)
    context = {"lines": _lines(page.items), "more": bool(page.next_cursor)}
    return render_page(request, "catalog/missing/queue.html", context, partial="queue")


@require_safe
def domains(request: Request) -> HttpResponse:
    """How complete each domain is, and was."""
    context = {"lines": lines_for(reader(request)), "tab": "domains", "width": WIDTH, "height": HEIGHT}
    return render_page(request, "catalog/missing/domains.html", context)


@require_safe
def dataset(request: Request, pk: int) -> HttpResponse:
    """What is asked of one dataset, with what is there and what is missing."""
    page = open_page(request, pk, "missing")
    found = examine(page.dataset)
    context = {"page": page, "dataset": page.dataset, "examined": found, "lines": lines_of(found)}
    return render_page(request, "catalog/missing/dataset.html", context)


def lines_of(examined: Examined) -> list[tuple[Requirement, bool, bool]]:
    """What is asked of a dataset, whether it is there, and whether there is a form that writes it."""
    return [(one, one.name not in examined.missing_names, editable(one)) for one in examined.asked]


def _lines(datasets: Iterable[Dataset]) -> list[tuple[Dataset, list[Requirement], int]]:
    """Each with the first of what is missing of it, and how much more is."""
    told = ((one, known([name for name in one.completeness.missing if name in ALL])) for one in datasets)
    return [(one, missing[:NAMED], max(len(missing) - NAMED, 0)) for one, missing in told]
