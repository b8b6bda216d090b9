"""Facts that programs send: datasets of sources that nobody can connect to, and artifacts of dbt."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Source
from core.api.parsers import LinesParser, StreamParser
from core.api.problems import Problem
from core.api.query import LONGEST_VALUE, Query, flag
from core.api.streams import BadStream, Incoming
from core.api.views import ApiView
from harvest.api.opening import managed_source
from harvest.api.runs import CONFLICT, RunDetailSerializer, run_detail
from harvest.connectors.base import ConnectorError
from harvest.connectors.dbt.bundle import NAMES
from harvest.models import Run
from harvest.pushed import KIND, Busy, load_lines
from harvest.pushed_lines import LONGEST_LINE, MOST_TOLD, BadFile
from harvest.reconcile.applying import TooMuchVanished
from harvest.services import AlreadyActive, NotPossible
from harvest.uploads import take_artifacts
from permissions.api import reader
from permissions.models import Token

MOST_BYTES = 2_000_000_000  # of one push, unzipped
MOST_UPLOADED = 500_000_000  # of artifacts, as they are sent
EXAMPLE = {
    "id": "sales.orders", "container": "sales", "title": "Orders", "description": "Every order of the shop.",
    "owner": "Sales", "tags": ["gold"], "kind": "table", "rows": 1200,
    "fields": [{"name": "id", "type": "bigint", "nullable": False}, {"name": "total", "type": "numeric(10,2)"}],
}  # fmt: skip


class HowQuery(Query):
    """How what is sent is taken."""

    confirmed = flag("Archive what is gone even where it is more than the source allows without asking.")
    dry = flag("Tell what would change, and change nothing.")


class FactsQuery(HowQuery):
    source = serializers.CharField(max_length=LONGEST_VALUE, help_text="Short name of a source that is pushed.")  # type: ignore[assignment]
    whole = flag("These are all datasets of the source: others are archived. Otherwise others stay.")


class ArtifactsQuery(HowQuery):
    name = serializers.ChoiceField(
        choices=NAMES, required=False, help_text="Which artifact it is, where it is no archive."
    )


class ArchiveParser(StreamParser):
    """A zip, tar or gzip archive."""

    media_type = "application/octet-stream"


class FactsView(ApiView):
    """Datasets of a source that is pushed."""

    write_scope = Token.Scope.HARVEST
    write_query = FactsQuery
    parser_classes = (LinesParser,)

    @extend_schema(
        operation_id="push_facts", tags=["sources"], request={"application/x-ndjson": OpenApiTypes.STR},
        responses={200: RunDetailSerializer, 409: CONFLICT},
        examples=[OpenApiExample("One dataset a line", EXAMPLE, request_only=True, media_type="application/x-ndjson")],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Send datasets, one JSON object a line, plain or with `Content-Encoding: gzip`.

        All or nothing, with the same reconciliation as a harvest: what people wrote stays, and the same again changes
        nothing.
        """
        wanted = self.wanted
        source = _source(request, str(wanted["source"]), KIND)
        with _told_plainly():
            loaded = load_lines(
                source=source, lines=Incoming(request, MOST_BYTES).lines(LONGEST_LINE), actor=reader(request),
                trigger=Run.Trigger.API, whole=bool(wanted.get("whole")), confirmed=bool(wanted.get("confirmed")),
                dry=bool(wanted.get("dry")),
            )  # fmt: skip
        return Response(run_detail(request, loaded.run.pk))


class ArtifactsView(ApiView):
    """Artifacts of a dbt project."""

    write_scope = Token.Scope.HARVEST
    write_query = ArtifactsQuery
    parser_classes = (ArchiveParser,)

    @extend_schema(
        operation_id="upload_artifacts", tags=["sources"], request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: RunDetailSerializer, 409: CONFLICT},
    )  # fmt: skip
    def post(self, request: Request, slug: str) -> Response:
        """Send what dbt wrote: a .zip or .tar.gz of its target folder, or one artifact, plain or gzipped."""
        wanted = self.wanted
        source = _source(request, slug, "dbt")
        with _told_plainly(), _kept(request, str(wanted.get("name") or "artifacts")) as path:
            run = take_artifacts(
                source=source, actor=reader(request), path=path, confirmed=bool(wanted.get("confirmed")),
                dry=bool(wanted.get("dry")),
            )  # fmt: skip
        return Response(run_detail(request, run.pk))


def _source(request: Request, slug: str, kind: str) -> Source:
    """The source to fill. Raises `Http404`, `PermissionDenied` or `Problem`."""
    source = managed_source(reader(request), slug)
    if source.kind != kind:
        told = f"{source} is not of the kind {kind}, and cannot be filled this way."
        raise Problem(HTTPStatus.CONFLICT, told)
    return source


@contextmanager
def _kept(request: Request, name: str) -> Iterator[Path]:
    """What is uploaded, as a file until it has been read."""
    incoming = Incoming(request, MOST_UPLOADED)
    with tempfile.TemporaryDirectory(prefix="concord-upload-") as folder:
        path = Path(folder) / name
        with path.open("wb") as file:
            while chunk := incoming.read():
                file.write(chunk)
        yield path


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What may be wrong with what was sent becomes a problem that says so."""
    try:
        yield
    except BadFile as error:
        errors = [{"detail": str(one), "pointer": f"#/{one.line - 1}"} for one in error.bad[:MOST_TOLD]]
        told = f"{len(error.bad):,} lines cannot be read; nothing was written."
        raise Problem(HTTPStatus.BAD_REQUEST, told, errors=errors) from None
    except (BadStream, ConnectorError) as error:
        raise Problem(HTTPStatus.BAD_REQUEST, str(error)) from None
    except TooMuchVanished as question:
        told = f"{question} Nothing was changed. Send it again with confirmed=true to archive them."
        raise Problem(HTTPStatus.CONFLICT, told) from None
    except AlreadyActive as error:
        raise Problem(HTTPStatus.CONFLICT, str(error), run=error.run.pk) from None
    except (Busy, NotPossible) as error:
        raise Problem(HTTPStatus.CONFLICT, str(error)) from None
