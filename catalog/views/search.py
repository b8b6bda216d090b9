"""Search: what one typed, narrowed by what one ticked, all of it in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from catalog.exporting import most_rows, results_as
from catalog.facets import known_facets, names_of
from catalog.forms import LONGEST_QUERY, SaveForm, SearchForm
from catalog.models import RecentSearch
from catalog.search.asking import parse
from catalog.search.suggest import suggest
from catalog.searches import remember_search
from catalog.spelling import did_you_mean
from catalog.suggestions import suggestions
from catalog.views.page import reader
from catalog.ways_on import ways_on
from core.answers import answers
from core.partials import render_page
from core.requests import wants_partial
from core.tabular.writing import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.http import FileResponse, HttpResponse

    from catalog.search.results import Hit, Results
    from core.requests import Request
    from permissions.access import Viewer

HITS = 20
RECENT = 8
FACETS = (("source", "Source"), ("domain", "Domain"), ("kind", "Kind"))
CHIPS = {"tag": "tag", "owner": "of"}  # filters without a facet
COLUMNS_SHOWN = 4
MOST_FACETS = 12
SUBMITTED = "Concord-Submitted"  # a header: Enter was pressed, and not only a letter typed


class Choice(NamedTuple):
    """One value that results can be narrowed to; `results` is None where it is chosen and nothing has it any more."""

    value: str
    label: str
    results: int | None
    chosen: bool


class Line(NamedTuple):
    """One hit as it is shown: `name` and `text` with what was found marked, `why` what else was found."""

    hit: Hit
    name: Any
    text: Any
    columns: list[Any]
    others: list[tuple[str, Any]]

    @property
    def changed_at(self) -> datetime | None:
        return self.hit.dataset.source_modified_at


@require_safe
def results(request: Request) -> HttpResponse:
    form = SearchForm.of(request)
    found = form.ask(request.user, limit=HITS)
    _remember(request, form, found)
    context = {
        "form": form,
        "q": form.text("q"),
        "answers": [] if form.text("after") else answers(request.user, form.text("q")),
        "found": found,
        "lines": [_line(hit) for hit in found.hits],
        "shown": [hit.dataset for hit in found.hits],
        "facets": list(_facets(request.user, found, form)),
        "narrowed": form.narrowed,
        "chips": [(name, CHIPS[name], value) for name in CHIPS for value in form.cleaned_data[name]],
        "save": SaveForm(initial={"name": form.text("q")[:60]}, auto_id="save_%s"),
        "meant": did_you_mean(form.text("q"), found.hits),
        "most_rows": most_rows(found.total),
        "first_page": f"{request.path}?{form.query}",
        "recent": [] if form.query else RecentSearch.objects.filter(person=reader(request)).order_by("-at")[:RECENT],
        **(_instead(request.user, form) if not found.hits else {}),
    }
    return render_page(request, "catalog/search.html", context)


@require_GET
def suggested(request: Request) -> HttpResponse:
    """What a search field suggests for ``?q=``: a fragment for its list."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    groups = suggestions(reader(request), text)
    context = {"groups": groups, "query": text, "count": sum(len(group.items) for group in groups)}
    return render(request, "catalog/suggestions.html", context | {"prefix": "suggestion"})


@require_GET
def export(request: Request) -> FileResponse:
    """The results as a file, in the order of the page."""
    form = request.GET.get("format", "csv")
    return results_as(reader(request), SearchForm.of(request), form if form in FORMATS else "csv")


def _remember(request: Request, form: SearchForm, found: Results) -> None:
    """Keep what somebody meant to search for and found, and not each letter on the way there."""
    meant = not wants_partial(request) or SUBMITTED in request.headers
    if meant and found.hits and not form.text("after"):
        remember_search(actor=reader(request), text=form.text("q"))


def _line(hit: Hit) -> Line:
    by_place = {match.where: match.html for match in reversed(hit.matches)}
    columns = [match for match in hit.matches if match.where == "column"][:COLUMNS_SHOWN]
    others = [(match.where, match.html) for match in hit.matches if match.where in ("tag", "people", "domain")]
    name = by_place.get("title") or hit.dataset.title or by_place.get("name") or hit.dataset.name
    text = next((match.html for match in hit.matches if match.where == "description"), "")
    return Line(hit, name, text, columns, others)


def _facets(viewer: Viewer, found: Results, form: SearchForm) -> Iterator[tuple[str, str, list[Choice]]]:
    known = known_facets(viewer, found)
    for name, title in FACETS:
        chosen = form.cleaned_data[name]
        counted = known.get(name, ())
        choices = [Choice(one.value, one.label, one.count, one.value in chosen) for one in counted if one.value]
        choices = [one for at, one in enumerate(choices) if at < MOST_FACETS or one.chosen]
        missing = set(chosen) - {one.value for one in counted}
        names = names_of(viewer, name, missing) if missing else {}
        choices += [Choice(value, names.get(value, value), None, chosen=True) for value in sorted(missing)]
        if choices:
            yield name, title, choices


def _instead(viewer: Viewer, form: SearchForm) -> dict[str, Any]:
    """What to offer where nothing was found: less that narrows the words, and names that begin alike."""
    text = parse(form.text("q")).text
    return {"ways": ways_on(viewer, form), "near": suggest(viewer, text, limit=5).datasets if text else ()}
