"""Why two datasets are connected: what each origin says, with the code that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_safe

from core.partials import render_page
from lineage.evidence import sayings
from lineage.models import Node
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_safe
def edge(request: Request, upstream: int, downstream: int) -> HttpResponse:
    """Everything that anybody said of the two, now and before."""
    nodes = Node.objects.select_related("dataset__source", "dataset__query_reading")
    ends = {name: find(nodes, request.user, pk=pk) for name, pk in (("upstream", upstream), ("downstream", downstream))}
    said = sayings(request.user, ends["upstream"], ends["downstream"])
    if not said:
        raise Http404("Nobody says that one of these reads from the other.")
    return render_page(request, "lineage/edge.html", ends | {"sayings": said}, partial="evidence")
