"""Lists, a page at a time: `items`, and the addresses of the pages after and before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import BadParameters
from core.paging import BadCursor, M, Page, keyset_page


class PageSerializer(serializers.Serializer[Any]):
    """One page; lists are not counted."""

    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last one.")
    previous = serializers.URLField(allow_null=True, help_text="The page before; null on the first one.")


@cache
def page_of(item: type[serializers.BaseSerializer[Any]]) -> type[PageSerializer]:
    """Return the description of a page of items."""
    name = item.__name__.removesuffix("Serializer")
    members = {"items": item(many=True), "__doc__": PageSerializer.__doc__}
    return type(f"{name}PageSerializer", (PageSerializer,), members)


def read_page(queryset: QuerySet[M], wanted: dict[str, Any], order: Sequence[str]) -> Page[M]:
    """Return the rows that `limit` and `cursor` ask for. Raises `BadParameters` for a cursor of another list."""
    try:
        return keyset_page(queryset, order=order, cursor=wanted.get("cursor"), size=wanted["limit"])
    except BadCursor as error:
        raise bad_cursor() from error


def bad_cursor() -> BadParameters:
    return BadParameters({"cursor": ["This cursor is of another list, or not valid any more. Begin without one."]})


def answer(request: Request, page: Page[Any], items: Iterable[Any]) -> Response:
    """Return the page with `items`, what is told of its rows."""
    links = {"next": link(request, page.next_cursor), "previous": link(request, page.previous_cursor)}
    return Response({"items": items, **links})


def link(request: Request, cursor: str | None) -> str | None:
    """Return the address at hand with another cursor."""
    if cursor is None:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
