"""The history tab: every version of a schema, and what changed from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.views.decorators.http import require_safe

from catalog.duties import may_curate
from catalog.field_renames import open_renames
from catalog.forms import HistoryForm
from catalog.models import SchemaVersion
from catalog.news import as_news
from catalog.views.page import DatasetPage, open_page
from core.partials import render_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.closed import ClosedFields
    from catalog.news import SchemaNews
    from catalog.schema_diff import FieldState
    from core.requests import Request

VERSIONS = 30  # on one page


@require_safe
def history(request: Request, pk: int) -> HttpResponse:
    page = open_page(request, pk, "history")
    versions, following = _versions(page, HistoryForm.of(request).cleaned_data["before"])
    context = {"page": page, "dataset": page.dataset, "versions": versions, "following": following}
    if may_curate(request.user, page.dataset):
        renames = open_renames(page.dataset, (change for news in versions for change in news.changes))
        context |= {"renames": renames, "held": {path for path, rename in renames.items() if rename.held}}
    return render_page(request, "catalog/dataset/history.html", context)


@require_safe
def snapshot(request: Request, pk: int, number: int) -> HttpResponse:
    """The schema as one version had it."""
    page = open_page(request, pk, "history")
    version = page.dataset.schema_versions.filter(number=number).first()
    if version is None:
        raise Http404("This dataset has no such version.")
    context: dict[str, Any] = {"page": page, "dataset": page.dataset, "version": as_news(version, page.closed)}
    context["states"] = _states(version, page.closed)
    return render_page(request, "catalog/dataset/snapshot.html", context)


def _versions(page: DatasetPage, before: int | None) -> tuple[list[SchemaNews], int | None]:
    """Versions below number `before`, latest first, without those that changed nothing the viewer may know of."""
    versions = page.dataset.schema_versions.defer("fields").order_by("-number")
    if before is not None:
        versions = versions.filter(number__lt=before)
    found = list(versions[: VERSIONS + 1])
    following = found[VERSIONS - 1].number if len(found) > VERSIONS else None
    news = [as_news(version, page.closed) for version in found[:VERSIONS]]
    return [one for one in news if one.changes or one.version.number == 1], following


def _states(version: SchemaVersion, closed: ClosedFields) -> list[tuple[FieldState, int, bool]]:
    """The fields of a version with their depth, and whether more than their name may be shown."""
    return [
        (state, len(state.parent.split(".")) if state.parent else 0, not closed.closes(state.path))
        for state in version.states
        if not closed.hides(state.path)
    ]
