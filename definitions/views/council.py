"""The council room: what waits, who sits there, what was decided, its meetings and its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.views.page import reader
from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from definitions.agenda import agenda_for
from definitions.calendar import feed_of, key_for, person_of
from definitions.council_forms import NoteForm, RuleForm, SeatForm
from definitions.days import today
from definitions.meeting import close_meeting, join, minutes_for, note, open_meeting, sits
from definitions.models import Kind, Meeting, Proposal, Seat
from definitions.proposing import decision_rules
from definitions.seats import save_seat, set_rule
from permissions.roles import may_manage_rules
from permissions.things import NOTHING

if TYPE_CHECKING:
    from core.requests import Request

LINES = 50


@require_safe
def room(request: Request) -> HttpResponse:
    """What waits, and who sits in the council."""
    viewer = reader(request)
    decided = Proposal.objects.readable_by(viewer).with_text().exclude(state=Proposal.State.OPEN)
    context = {
        "tab": "agenda", "agenda": agenda_for(viewer), "sits": sits(viewer),
        "seats": list(Seat.objects.sitting(today()).with_people()),
        "decided": list(decided.order_by("-decided_at", "-pk")[:5]),
        "meeting": Meeting.objects.filter(closed_at=None).first(), "manages": may_manage_rules(viewer),
    }  # fmt: skip
    return render_page(request, "definitions/council/room.html", context)


@require_safe
def decisions(request: Request) -> HttpResponse:
    """Everything that was decided and that one may read, the latest first."""
    viewer = reader(request)
    decided = Proposal.objects.readable_by(viewer).with_text().exclude(state=Proposal.State.OPEN)
    cursor = request.GET.get("cursor") or None
    page = keyset_page(decided, order=("-decided_at", "-pk"), cursor=cursor, size=LINES)
    return render_page(request, "definitions/council/decisions.html", {"tab": "decisions", "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def seats(request: Request) -> HttpResponse:
    """Who sits in the council, and how it decides."""
    viewer = reader(request)
    form = SeatForm(request.POST or None, initial={"begins_on": today()})
    if request.method == "POST" and form.is_valid() and _seat_saved(viewer, form, None):
        notify(request, "The seat is given.")
        return redirect("definitions:seats")
    rules = decision_rules()
    context = {
        "tab": "seats", "form": form, "manages": may_manage_rules(viewer), "today": today(),
        "seats": list(Seat.objects.with_people()), "rules": [rules[kind] for kind in Kind],
        "rule_forms": [(rules[kind], _rule_form(rules[kind])) for kind in Kind],
    }  # fmt: skip
    return render_page(request, "definitions/council/seats.html", context, status=422 if form.errors else 200)


def _rule_form(rule: Any) -> RuleForm:
    names = ("kind", "method", "quorum", "days", "required")
    return RuleForm(initial={name: getattr(rule, name) for name in names}, auto_id=f"{rule.kind}_%s")


@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: Request, pk: int) -> HttpResponse:
    """Change who holds a seat, and until when."""
    viewer = reader(request)
    found = get_object_or_404(Seat.objects.with_people(), pk=pk)
    if not may_manage_rules(viewer):
        raise PermissionDenied("The council and administrators give seats.")
    names = ("represents", "person", "deputy", "begins_on", "ends_on")
    form = SeatForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid() and _seat_saved(viewer, form, found):
        notify(request, "The seat is changed.")
        return redirect("definitions:seats")
    context = {"tab": "seats", "form": form, "seat": found}
    return render_page(request, "definitions/council/seat.html", context, status=422 if form.errors else 200)


def _seat_saved(viewer: Any, form: SeatForm, found: Seat | None) -> Seat | None:
    try:
        return save_seat(actor=viewer, seat=found, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return None


@require_POST
def rule(request: Request) -> HttpResponse:
    """Set how a kind of proposal is decided."""
    form = RuleForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        set_rule(actor=reader(request), **{**given, "kind": Kind(given["kind"])})
        notify(request, "Set, for what is proposed from now on.")
    else:
        notify(request, "A quorum is 1 to 100 %, and one votes for 1 to 90 days.")
    return redirect(f"{reverse('definitions:seats')}#rules")


@require_safe
def meetings(request: Request) -> HttpResponse:
    """The meetings, the latest first, and the address of one's calendar."""
    viewer = reader(request)
    key = urlencode({"key": key_for(viewer)})
    context = {
        "tab": "meetings", "meetings": list(Meeting.objects.all()[:LINES]), "sits": sits(viewer),
        "calendar": request.build_absolute_uri(f"{reverse('definitions:calendar')}?{key}"),
    }  # fmt: skip
    return render_page(request, "definitions/council/meetings.html", context)


@require_POST
def meet(request: Request) -> HttpResponse:
    """Open a meeting, or join the one that is open."""
    viewer = reader(request)
    opened = open_meeting(actor=viewer)
    join(actor=viewer, meeting=opened)
    return redirect(opened)


@require_safe
def meeting(request: Request, pk: int) -> HttpResponse:
    """A meeting: one item of its agenda at a time, ``?item=``; once it is closed, its minutes."""
    viewer = reader(request)
    found = get_object_or_404(Meeting, pk=pk)
    running = found.closed_at is None and sits(viewer)
    agenda = agenda_for(viewer) if running else []
    at = next((n for n, one in enumerate(agenda) if one.ref == request.GET.get("item")), 0)
    item = agenda[at] if agenda else None
    context = {
        "tab": "meetings", "meeting": found, "minutes": minutes_for(viewer, found), "running": running,
        "agenda": agenda, "item": item, "form": NoteForm(), "number": at + 1,
        "tally_url": reverse("definitions:tally", args=[item.ref.split(":")[1]])
        if item and item.kind == "proposal" else "",
        "next": agenda[at + 1] if at + 1 < len(agenda) else None, "previous": agenda[at - 1] if at else None,
    }  # fmt: skip
    return render_page(request, "definitions/council/meeting.html", context)


@require_POST
def write_note(request: Request, pk: int) -> HttpResponse:
    """Write down what was said about an item."""
    viewer = reader(request)
    found = get_object_or_404(Meeting, pk=pk)
    form = NoteForm(request.POST)
    about = next((one for one in agenda_for(viewer) if one.ref == request.POST.get("item")), None)
    back = f"{found.get_absolute_url()}?{urlencode({'item': about.ref})}" if about else found.get_absolute_url()
    if not form.is_valid():
        notify(request, "Write what was said.")
        return redirect(back)
    try:
        title, ref = (about.title, about.ref) if about else ("", "")
        note(actor=viewer, meeting=found, body=form.cleaned_data["body"], ref=ref, title=title)
    except ValidationError as error:
        notify(request, " ".join(error.messages))
    return redirect(back)


@require_POST
def end_meeting(request: Request, pk: int) -> HttpResponse:
    """Close a meeting."""
    closed = close_meeting(actor=reader(request), meeting=get_object_or_404(Meeting, pk=pk))
    notify(request, "The meeting is closed, and its minutes stand.")
    return redirect(closed)


@require_safe
def minutes(request: Request, pk: int) -> HttpResponse:
    """The minutes as Markdown."""
    found = minutes_for(reader(request), get_object_or_404(Meeting, pk=pk))
    answer = HttpResponse(found.markdown, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="council-{found.meeting.held_on}.md"'
    return answer


@login_not_required
@require_safe
def calendar(request: Request) -> HttpResponse:
    """The dates of whoever the signed key is of."""
    person = person_of(request.GET.get("key", "")[:500])
    if person is None:
        raise Http404(NOTHING)
    answer = HttpResponse(feed_of(person), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer
