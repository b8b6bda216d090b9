"""Results of a search as a table, inside what the reader may know and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.tabular.datasets import COLLECTION
from core.tabular.writing import FORMATS
from permissions.tabular.exporting import as_download, table_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import FileResponse

    from catalog.forms import SearchForm
    from permissions.models import User

PAGE = 100
PAGES = 100


def most_rows(total: int | None) -> int:
    """How many rows an export of `total` results holds."""
    return min(PAGE * PAGES, total if total is not None else PAGE * PAGES)


def results_as(person: User, form: SearchForm, kind: str) -> FileResponse:
    """Return what `form` finds as a file, up to 10,000 rows, in the order in which it is found."""
    wanted = {"ids": list(_found(person, form))}
    return as_download(table_for(person, COLLECTION, wanted, FORMATS[kind], by=form.query))


def _found(person: User, form: SearchForm) -> Iterator[int]:
    after: str | None = None
    for _ in range(PAGES):
        found = form.ask(person, limit=PAGE, after=after, facets=False)
        yield from (hit.dataset.pk for hit in found.hits)
        after = found.next_after
        if after is None:
            return
