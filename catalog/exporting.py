"""Results of a search as CSV, written while they are read, inside what the reader may know and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone

from core.spreadsheets import csv_lines
from permissions.audit import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from catalog.forms import SearchForm
    from catalog.search.results import Hit
    from permissions.models import User

PAGE = 100
PAGES = 100
HEADER = (
    "dataset", "title", "kind", "source", "domain", "steward", "owner", "certified", "lifecycle", "rows", "bytes",
    "changed", "description", "address",
)  # fmt: skip


def most_rows(total: int | None) -> int:
    """How many rows an export of `total` results holds."""
    return min(PAGE * PAGES, total if total is not None else PAGE * PAGES)


def csv_of(person: User, form: SearchForm) -> StreamingHttpResponse:
    """Return what `form` finds as a file, up to 10,000 rows."""
    note("export.read", actor=person, thing="datasets as CSV", after={"search": form.query})
    name = f"datasets-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(
        csv_lines(_rows(person, form)), content_type="text/csv; charset=utf-8", headers=headers
    )


def _rows(person: User, form: SearchForm) -> Iterator[Iterable[Any]]:
    yield HEADER
    after: str | None = None
    for _ in range(PAGES):
        found = form.ask(person, limit=PAGE, after=after, facets=False)
        yield from (_row(person, hit) for hit in found.hits)
        after = found.next_after
        if after is None:
            return


def _row(person: User, hit: Hit) -> Iterator[Any]:
    """A restricted hit says that it exists and where, and nothing of its documentation."""
    dataset, open_ = hit.dataset, hit.readable
    domain = dataset.domain_known_to(person)
    yield from (dataset.key, dataset.title, dataset.get_kind_display(), dataset.source.name)
    yield domain.name if domain else ""
    yield from (dataset.steward or "", dataset.owner or "")
    yield "yes" if open_ and dataset.certified_at else ""
    yield dataset.lifecycle
    yield from (dataset.row_estimate, dataset.size_bytes, dataset.source_modified_at) if open_ else ("", "", "")
    yield dataset.description if open_ else ""
    yield f"{settings.CONCORD_URL.rstrip('/')}{dataset.get_absolute_url()}"
