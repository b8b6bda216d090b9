"""The inbox."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

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
    from collections.abc import Iterable

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
    context = {"listing": shown, "groups": grouped(shown.items)}
    return render_page(request, "notifications/inbox.html", context)


class Group(NamedTuple):
    """What is told of one thing, the latest first."""

    latest: Notice
    earlier: tuple[Notice, ...]

    @property
    def is_new(self) -> bool:
        return any(notice.read_at is None for notice in (self.latest, *self.earlier))


def grouped(notices: Iterable[Notice]) -> list[Group]:
    """Notices of a page by the thing they are about, in the order of the latest."""
    by_thing: dict[object, list[Notice]] = {}
    for notice in notices:
        by_thing.setdefault((notice.subject, notice.subject_id) if notice.subject else notice.pk, []).append(notice)
    return [Group(found[0], tuple(found[1:])) for found in by_thing.values()]


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
