"""The lineage tab of a dataset's page: the picture, the same as lists, and the short panel of the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.duties import may_curate
from catalog.views.page import open_page, reader
from core.partials import render_page
from core.requests import wants_partial
from lineage.cards import cards_of, columns_of
from lineage.forms import GraphForm
from lineage.graph import CROWD, branches, focus_of, graph_around, graph_json
from lineage.neighbours import downstream_of, upstream_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

MOST_CARDS = 300


@require_safe
def panel(request: Request, pk: int) -> HttpResponse:
    """For htmx the neighbours alone; else the whole tab."""
    page = open_page(request, pk, "lineage")
    context = {"page": page, "dataset": page.dataset}
    if wants_partial(request):
        sides = {
            "upstream": upstream_of(request.user, page.dataset),
            "downstream": downstream_of(request.user, page.dataset),
        }
        return render_page(request, "lineage/panel.html", context | sides, partial="panel")
    context["may_state"] = may_curate(request.user, page.dataset)
    form = GraphForm(request.GET, request.user)
    focus = focus_of(page.dataset)
    if focus is not None:
        graph = graph_around(reader(request), focus, form)
        card = graph.cards.get(focus.pk)
        if card and len(graph.cards) <= CROWD:  # of more at once, remarks do not look as far up as of one
            page.take_remarks(card.remarks)
        context |= {
            "graph": graph, "picture": graph_json(graph), "up": branches(graph, -1), "down": branches(graph, 1),
            "alone": len(graph.rings) + len(graph.stubs) + graph.filtered == 1,
            "since": focus.known_since,  # type: ignore[attr-defined]
        }  # fmt: skip
    return render_page(request, "lineage/panel.html", context | {"form": form, "links": _links(pk)}, partial="panel")


def _links(pk: int) -> dict[str, str]:
    return {
        "graph": reverse("lineage:graph", args=[pk]),
        "columns": reverse("lineage:columns"),
        "edge": reverse("lineage:edge", args=[0, 0]),
    }


@require_safe
def graph(request: Request, pk: int) -> HttpResponse:
    """The picture as data, for the script that draws it."""
    page = open_page(request, pk, "lineage")
    focus = focus_of(page.dataset)
    if focus is None:
        return JsonResponse({"focus": None, "nodes": [], "lines": []})
    return JsonResponse(graph_json(graph_around(reader(request), focus, GraphForm(request.GET, request.user))))


@require_safe
def columns(request: Request) -> HttpResponse:
    """The fields of some nodes, for cards that are unfolded; of what is closed or unknown, nothing."""
    asked = [int(one) for one in request.GET.get("nodes", "").split(",") if one.isdigit() and len(one) < 19]
    cards = cards_of(request.user, asked[:MOST_CARDS])
    return JsonResponse({"columns": columns_of(request.user, list(cards.values()))})
