"""A table for one person, on record."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, NamedTuple

from django.http import FileResponse
from django.utils import timezone

from core.tabular.writing import as_file
from permissions.audit import note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.tabular.collections import Collection
    from core.tabular.writing import Format
    from permissions.models import User


class Table(NamedTuple):
    """A table as a file that is open at its beginning."""

    file: IO[bytes]
    rows: int
    name: str
    media_type: str


def table_for(person: User, collection: Collection, wanted: Mapping[str, Any], form: Format, by: str = "") -> Table:
    """Return what the person may have of a collection, and note that they took it; `by` says what it was narrowed by,
    where `wanted` does not. Raises `core.tabular.writing.TooMuch`."""
    file, rows = as_file(collection, person, wanted, form)
    narrowed = {name: value for name, value in wanted.items() if name != "ids"} | ({"search": by} if by else {})
    told = {"format": form.name, "rows": rows, **({"narrowed": narrowed} if narrowed else {})}
    note("export.read", actor=person, thing=f"{collection.name} as {form.title}", after=told)
    return Table(file, rows, f"{collection.name}-{timezone.localdate():%Y-%m-%d}.{form.name}", form.media_type)


def as_download(table: Table) -> FileResponse:
    response = FileResponse(table.file, as_attachment=True, filename=table.name, content_type=table.media_type)
    response["Cache-Control"] = "no-store"
    return response
