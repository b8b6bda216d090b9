"""The inbox."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from notifications.models import Notice
from notifications.services import mark_read
from notifications.subjects import still_open

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50


@require_GET
def inbox(request: Request) -> HttpResponse:
    """What one was told, latest first; what has become hidden since is left out."""
    mine = Notice.objects.filter(person_id=request.user.pk)
    cursor = request.GET.get("cursor") or None
    page = keyset_page(mine, order=("-created_at", "-pk"), cursor=cursor, size=LINES)
    shown = replace(page, items=still_open(request.user, page.items))
    return render_page(request, "notifications/inbox.html", {"listing": shown})


@require_GET
def follow(request: Request, pk: int) -> HttpResponse:
    """Open what a notice leads to, and mark it as read."""
    notice = get_object_or_404(Notice, pk=pk, person_id=request.user.pk)
    if not still_open(request.user, [notice]):
        raise Http404("There is nothing at this address.")
    mark_read(actor=request.user, notice=notice)
    if not url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect("notifications:inbox")
    return HttpResponseRedirect(notice.url)


@require_POST
def read_all(request: Request) -> HttpResponse:
    if count := mark_read(actor=request.user):
        notify(request, f"{count} notice{'' if count == 1 else 's'} marked as read.")
    return redirect("notifications:inbox")
