"""Tables over REST: which there are, and each as a file."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.query import Query
from core.api.views import ApiView
from core.tabular.asking import TableQuery, query_of, split
from core.tabular.collections import Collection, Kind, collections, find_collection, shown_collections
from core.tabular.writing import FORMATS
from permissions.api import reader
from permissions.models import User
from permissions.tabular.exporting import as_download, table_for

FILES = {(200, one.media_type.partition(";")[0]): OpenApiTypes.BINARY for one in FORMATS.values()}


class ColumnSerializer(serializers.Serializer[Any]):
    """A column of a table."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind], help_text="`names`: several, in one cell.")
    about = serializers.CharField()


class TableSerializer(serializers.Serializer[Any]):
    """A collection that goes out as a table."""

    name = serializers.CharField(help_text="As in its address.")
    title = serializers.CharField()
    about = serializers.CharField()
    key = serializers.ListField(child=serializers.CharField(), help_text="The columns by which a row is known again.")
    columns = ColumnSerializer(many=True)
    filters = serializers.ListField(child=serializers.CharField(), help_text="The parameters that narrow its rows.")


class TablesSerializer(serializers.Serializer[Any]):
    """Every table, on one page: `items` as in a list."""

    items = TableSerializer(many=True)


class TablesView(ApiView):
    """The list of tables."""

    @extend_schema(operation_id="tables", tags=["tables"], responses=TablesSerializer)
    def get(self, request: Request) -> Response:
        """The tables that you may have, their columns, and what narrows them."""
        return Response({"items": [_told(one) for one in shown_collections(reader(request))]})


class AnyMedia(DefaultContentNegotiation):
    """Files are what the address asks for, whatever the client says it accepts."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class AnythingQuery(Query):
    """Of a table that is not there: that it is not, is the answer to whatever is asked."""

    @classmethod
    def read(cls, given: QueryDict) -> dict[str, Any]:
        return {"format": "csv"}


class TableView(ApiView):
    """One table as a file."""

    query: type[Query] = TableQuery  # type: ignore[misc]  # of one request, once it is known which table
    content_negotiation_class = AnyMedia

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        found = collections().get(kwargs["name"])
        self.query = query_of(found) if found else AnythingQuery  # of this request
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="table", tags=["tables"],
        responses=FILES,
    )  # fmt: skip
    def get(self, request: Request, name: str) -> FileResponse:
        """The rows that you may have, narrowed by the parameters that `/tables` lists for it.

        Cells of CSV that a spreadsheet would run begin with an apostrophe, which an import takes off again.
        """
        person = reader(request)
        form, wanted = split(self.wanted)
        return as_download(table_for(person, known_collection(person, name), wanted, FORMATS[form]))


def known_collection(person: User, name: str) -> Collection:
    """The collection so called. Raises `Http404`."""
    found = find_collection(person, name)
    if found is None:
        raise Http404(NOTHING)
    return found


def _told(one: Collection) -> dict[str, Any]:
    columns = [{"name": column.name, "kind": column.kind.value, "about": column.about} for column in one.columns]
    plain = {"name": one.name, "title": one.title, "about": one.about, "key": list(one.key)}
    return plain | {"columns": columns, "filters": list(one.query().fields)}
