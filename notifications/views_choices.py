"""What one is told by mail, and what not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from core.partials import render_page
from core.toasts import notify
from notifications.choosing import choices_of, choose, mute, muted_of
from notifications.mail.unsubscribing import read_token, unsubscribe
from notifications.models import Notice
from notifications.often import Often
from notifications.subjects import still_open

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from notifications.models import Choice

FORGOTTEN = "Something that is closed to you now"


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: Request) -> HttpResponse:
    """Choose how soon one is mailed about each topic."""
    known = choices_of(request.user)
    if request.method == "POST":
        wishes = [(topic.name, request.POST.get(topic.name, "")) for topic, _ in known]
        values = {one.value for one in Often}
        choose(actor=request.user, chosen=[(name, Often(value)) for name, value in wishes if value in values])
        notify(request, "Saved. It holds for what comes from now on.")
        return redirect("notifications:choices")
    muted = muted_of(request.user)
    context = {"choices": known, "ways": list(Often), "muted": list(zip(muted, _titles(request, muted), strict=True))}
    return render_page(request, "notifications/choices.html", context)


def _titles(request: Request, muted: list[Choice]) -> list[str]:
    """What each was last told as, where that is still open."""
    mine = Notice.objects.filter(person_id=request.user.pk, subject__in={one.subject for one in muted})
    mine = mine.filter(subject_id__in={one.subject_id for one in muted}).order_by("created_at", "pk")
    told = {(one.subject, one.subject_id): one.title for one in still_open(request.user, mine)}
    return [told.get((one.subject, one.subject_id), FORGOTTEN) for one in muted]


@require_POST
def mute_view(request: Request) -> HttpResponse:
    """Be told nothing of a thing that one was told of, or again."""
    subject, number, on = request.POST.get("subject", ""), request.POST.get("id", ""), request.POST.get("on") != "no"
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404("There is nothing at this address.")
    told = Notice.objects.filter(person_id=request.user.pk, subject=subject, subject_id=int(number))
    if on and not still_open(request.user, told[:1]):
        raise Http404("There is nothing at this address.")
    mute(actor=request.user, subject=subject, subject_id=int(number), on=on)
    notify(request, "You are told nothing of it any more." if on else "You are told of it again.")
    return redirect("notifications:inbox" if on else "notifications:choices")


@csrf_exempt  # mail programs press the button themselves, from nowhere (RFC 8058); the link itself is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_view(request: Request) -> HttpResponse:
    """End mail of what a link says; only looking at it ends nothing."""
    wish = read_token(request.GET.get("t", ""))
    if request.method == "POST" and wish:
        unsubscribe(wish)
    context = {"wish": wish, "done": request.method == "POST"}
    return render_page(request, "notifications/unsubscribe.html", context, status=200 if wish else 404)
