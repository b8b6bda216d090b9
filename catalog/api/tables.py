"""Tables on their way in over REST."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Edit
from catalog.tabular.importing import NotTaken, Plan, import_table, plan_import
from core.api.problems import Problem
from core.api.query import Query, flag, text
from core.tabular.reading import Unreadable, read_table
from core.tabular.uploads import MEDIA_TYPES, parser_of
from permissions.api import reader
from permissions.tabular.api import FILES, known_collection
from permissions.tabular.api import TableView as TableOutView

NOT_WRITTEN = "This table is only taken away. `/tables` says which are brought back."


class ImportQuery(Query):
    dry_run = flag("Say what would change, and change nothing.", default=False)
    why = text("Kept with the change.")
    agreed = text("The `digest` of a dry run: nothing is done unless it would be just that.", max_length=64)


class DifferenceSerializer(serializers.Serializer[Any]):
    """A cell that changes."""

    line = serializers.IntegerField(help_text="Its line or row in the file.")
    key = serializers.CharField()
    column = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """Why a row is not taken."""

    line = serializers.IntegerField()
    column = serializers.CharField(help_text="Empty for what is about the whole row.")
    reason = serializers.CharField()


class ImportSerializer(serializers.Serializer[Any]):
    """What a table changed, or would; the first 500 differences and refusals, and counts of all."""

    rows = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    ignored = serializers.ListField(child=serializers.CharField(), help_text="Columns that are only to be read.")
    differences = DifferenceSerializer(many=True)
    refusals = RefusalSerializer(many=True)
    digest = serializers.CharField(help_text="Stands for all that changes: give it as `agreed`.")
    edit = serializers.IntegerField(allow_null=True, help_text="The edit by which all of it can be undone.")


class TableView(TableOutView):
    """One table, out and in."""

    write_query = ImportQuery
    parser_classes = [parser_of(media) for media in MEDIA_TYPES]

    @extend_schema(operation_id="table", tags=["tables"], responses=FILES)
    def get(self, request: Request, name: str) -> FileResponse:
        """The rows that you may have, narrowed by the parameters that `/tables` lists for it.

        Cells of CSV that a spreadsheet would run begin with an apostrophe, which an import takes off again.
        """
        return super().get(request, name)

    @extend_schema(
        operation_id="import_table", tags=["tables"],
        request=dict.fromkeys(MEDIA_TYPES, OpenApiTypes.BINARY),
        responses={
            200: ImportSerializer,
            409: OpenApiResponse(description="Never read back, or rows cannot be taken, or not what was agreed to."),
            413: OpenApiResponse(description="More than is read at once."),
        },
    )  # fmt: skip
    def post(self, request: Request, name: str) -> Response:
        """Make the rows what a file says, all of them or none; rows that it leaves out stay."""
        person = reader(request)
        collection = known_collection(person, name)
        if not collection.edits:
            raise Problem(HTTPStatus.CONFLICT, NOT_WRITTEN)
        wanted = self.wanted
        sent: Any = request.data
        body: IO[bytes] = sent if hasattr(sent, "read") else BytesIO()  # of an empty one nothing is read
        given: dict[str, Any] = {"actor": person, "collection": collection}
        try:
            with body as file:
                given["given"] = read_table(file, _form(request))
                if wanted["dry_run"]:
                    return Response(told(plan_import(**given)))
                origin, why = Edit.Origin.API, wanted.get("why", "")
                done = import_table(**given, why=why, agreed=wanted.get("agreed", ""), origin=origin)
                return Response(told(done))
        except Unreadable as error:
            raise Problem(HTTPStatus.BAD_REQUEST, str(error)) from error
        except NotTaken as error:
            raise Problem(HTTPStatus.CONFLICT, str(error), **told(error.plan)) from error


def _form(request: Request) -> str:
    """The format of the body; an empty one, which is none, need not say."""
    return MEDIA_TYPES.get((request.content_type or "").partition(";")[0].strip().lower(), "csv")


def told(plan: Plan) -> dict[str, Any]:
    parts = ("rows", "changed", "unchanged", "refused", "ignored", "digest")
    return {
        **{name: getattr(plan, name) for name in parts},
        "differences": [one._asdict() for one in plan.differences],
        "refusals": [one._asdict() for one in plan.refusals],
        "edit": plan.edit.pk if plan.edit else None,
    }
