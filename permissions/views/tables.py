"""Tables to take away: the list of them, and each as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.api.problems import BadParameters, errors_of
from core.tabular.asking import query_of, split
from core.tabular.collections import find_collection, shown_collections
from core.tabular.writing import FORMATS
from permissions.tabular.exporting import as_download, table_for
from permissions.views.tokens import signed_in

if TYPE_CHECKING:
    from django.http import FileResponse, HttpResponse

    from core.requests import Request
    from core.tabular.collections import Collection
    from permissions.models import User


@require_safe
def tables(request: Request) -> HttpResponse:
    """Everything that goes out as a table."""
    context = {"tables": shown_collections(signed_in(request)), "formats": FORMATS.values()}
    return render(request, "permissions/tables/list.html", context)


@require_safe
def table_file(request: Request, name: str) -> FileResponse:
    """One table as a file, narrowed by the address."""
    person = signed_in(request)
    collection = known(person, name)
    try:
        form, wanted = split(query_of(collection).read(request.GET))
        return as_download(table_for(person, collection, wanted, FORMATS[form]))
    except BadParameters as error:
        raise BadRequest(" ".join(one["detail"] for one in errors_of(error))) from error


def known(person: User, name: str) -> Collection:
    """The collection so called. Raises `Http404`."""
    found = find_collection(person, name)
    if found is None:
        raise Http404("There is nothing at this address.")
    return found
