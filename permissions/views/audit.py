"""The record: search, one entry, and all of it as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.paging import keyset_page
from core.partials import render_page
from permissions.audit import note
from permissions.audit.actions import labels
from permissions.audit.differing import differences
from permissions.audit.exporting import as_csv, as_json_lines
from permissions.audit.searching import ORDER, find_entries, require_reader
from permissions.forms.audit import RecordForm
from permissions.models import AuditEntry, User

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from core.requests import Request
    from permissions.audit.differing import Difference

LINES = 50
FILES = {"csv": (as_csv, "text/csv"), "jsonl": (as_json_lines, "application/jsonl")}


@require_GET
def record(request: Request) -> HttpResponse:
    """The latest entries that the filters leave."""
    person = require_reader(request.user)
    form = RecordForm(request.GET)
    if not form.is_valid():
        return render_page(request, "permissions/audit/record.html", {"form": form}, status=422)
    cursor = request.GET.get("cursor") or None
    page = keyset_page(find_entries(form.sought), order=ORDER, cursor=cursor, size=LINES)
    if form.told:
        note("audit.searched", actor=person, after=form.told)
    context = {"form": form, "listing": page, "lines": _lines(page.items), "filters": _query(request)}
    return render_page(request, "permissions/audit/record.html", context)


@require_GET
def entry(request: Request, entry_id: UUID) -> HttpResponse:
    """All that one entry says."""
    require_reader(request.user)
    found = get_object_or_404(AuditEntry, pk=entry_id)
    return render(request, "permissions/audit/entry.html", {"line": _lines([found])[0], "entry": found})


@require_GET
def export(request: Request) -> HttpResponseBase:
    """Every entry that the filters leave, as CSV or JSON lines."""
    person = require_reader(request.user)
    form = RecordForm(request.GET)
    if not form.is_valid():
        return render_page(request, "permissions/audit/record.html", {"form": form}, status=422)
    kind = request.GET.get("format", "")
    kind = kind if kind in FILES else "csv"
    note("audit.exported", actor=person, after={"format": kind, **form.told})
    lines, content_type = FILES[kind]
    name = f"audit-{timezone.localdate():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(
        lines(find_entries(form.sought)), content_type=f"{content_type}; charset=utf-8", headers=headers
    )


class Line(NamedTuple):
    """An entry as people read it: `person` is the one who acted, as they are called now, where they still exist."""

    entry: AuditEntry
    label: str
    person: User | None
    differences: list[Difference]


def _lines(entries: list[AuditEntry]) -> list[Line]:
    people = User.objects.in_bulk({one.actor_id for one in entries if one.actor_id})
    return [
        Line(
            one, labels().get(one.action, one.action), people.get(one.actor_id or 0), differences(one.before, one.after)
        )
        for one in entries
    ]


def _query(request: Request) -> str:
    """The filters without the page."""
    parameters = request.GET.copy()
    parameters.pop("cursor", None)
    return parameters.urlencode()
