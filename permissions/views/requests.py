"""Asking for access, one's own requests, and deciding about those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.access_requests.asking import AlreadyAsked, ask, open_request, withdraw_request
from permissions.access_requests.deciding import approve, decline
from permissions.access_requests.reading import decisions_for, mine, readable_request, told_requests
from permissions.explain import explain_thing
from permissions.forms.requests import AskForm, DecideForm
from permissions.levels import Level
from permissions.models import AccessRequest, AskedRule, User
from permissions.reviews import reviews_of
from permissions.things import NOTHING, find_thing

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.access_requests.reading import RequestPage
    from permissions.things import Thing

LINES = 30


def person_of(request: Request) -> User:
    """Who asks for the page."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


@require_GET
def requests(request: Request) -> HttpResponse:
    """One's own requests, latest first."""
    person = person_of(request)
    found = mine(person).select_related("team")
    page = keyset_page(found, order=("-created_at", "-pk"), cursor=request.GET.get("cursor") or None, size=LINES)
    context = {"listing": page, "lines": told_requests(person, page.items), "tab": "mine"}
    return render_page(request, "permissions/requests/list.html", context)


@require_GET
def to_decide(request: Request) -> HttpResponse:
    """What others ask and this person may decide, the longest waiting first."""
    person = person_of(request)
    found = decisions_for(person).select_related("asker", "team")
    page = keyset_page(found, order=("created_at", "pk"), cursor=request.GET.get("cursor") or None, size=LINES)
    context = {"listing": page, "lines": told_requests(person, page.items), "tab": "decide"}
    return render_page(request, "permissions/requests/list.html", context)


@require_GET
def queue(request: Request) -> HttpResponse:
    """The longest waiting of them, and what is to be looked at again, for the home page."""
    person = person_of(request)
    waiting = list(decisions_for(person).select_related("asker", "team").order_by("created_at", "pk")[:6])
    lines, reviews = told_requests(person, waiting[:5]), reviews_of(person, 5)
    context = {"lines": lines, "more": len(waiting) > 5, "reviews": reviews}
    return render_page(request, "permissions/requests/queue.html", context, partial="queue")


@require_http_methods(["GET", "POST"])
def ask_view(request: Request) -> HttpResponse:
    """Ask for access to ``?thing=`` at ``?level=``."""
    person = person_of(request)
    thing, level = find_thing(person, request.GET.get("thing", "")), _level(request)
    explanation = explain_thing(person, thing, level)
    if same := open_request(person, thing, explanation):
        notify(request, "You have asked for this already: here is your request.")
        return redirect(same)
    form = AskForm(request.POST or None, asker=person)
    if request.method == "POST" and form.is_valid() and (made := _ask(person, thing, level, form)):
        notify(request, "Asked. You are told in your inbox when it is decided.")
        return redirect(made)
    context = {"thing": thing, "explanation": explanation, "form": form, "teams": person.teams.exists()}
    return render_page(request, "permissions/requests/ask.html", context, status=422 if form.errors else 200)


def _level(request: Request) -> Level:
    try:
        return Level(request.GET.get("level", Level.READ.value))
    except ValueError:
        raise BadRequest("There is no such level. They are discover, read and sample.") from None


def _ask(person: User, thing: Thing, level: Level, form: AskForm) -> AccessRequest | None:
    try:
        return ask(actor=person, thing=thing, level=level, **form.wish)
    except AlreadyAsked as already:
        return already.request
    except ValidationError as error:
        form.refuse(error)
        return None


@require_GET
def request_page(request: Request, pk: int) -> HttpResponse:
    """One request: what is asked, of whom, and what came of it."""
    return _show(request, readable_request(person_of(request), pk))


def _show(request: Request, page: RequestPage, refused: DecideForm | None = None, at: int = 0) -> HttpResponse:
    forms = {
        part.pk: refused if refused and part.pk == at else DecideForm(asked=part, title=page.scope_of(part))
        for part in page.to_decide
    }
    parts = [(part, page.scope_of(part), forms.get(part.pk)) for part in page.parts]
    context = {"page": page, "asked": page.request, "parts": parts}
    return render_page(request, "permissions/requests/one.html", context, status=422 if refused else 200)


@require_POST
def decide(request: Request, pk: int, asked_pk: int) -> HttpResponse:
    """Approve or decline what is asked of one rule."""
    person = person_of(request)
    page = readable_request(person, pk)
    part = next((one for one in page.parts if one.pk == asked_pk), None)
    if part is None:
        raise Http404(NOTHING)
    form = DecideForm(request.POST, asked=part, title=page.scope_of(part))
    if form.is_valid() and _decide(request, person, part, form):
        return redirect(page.request)
    return _show(request, page, form, part.pk)


def _decide(request: Request, person: User, part: AskedRule, form: DecideForm) -> bool:
    given: dict[str, Any] = form.cleaned_data
    try:
        if request.POST.get("decision") == "decline":
            decline(actor=person, asked=part, words=given["words"])
            notify(request, "Declined. They are told why.")
            return True
        if not given["until"]:
            raise ValidationError({"until": "Say until which day."})
        made = approve(actor=person, asked=part, until=given["until"], whole_rule=form.whole_rule, words=given["words"])
        notify(
            request, "Approved. They are told." if made else "The rule has ended meanwhile: nothing had to be waived."
        )
        return True
    except ValidationError as error:
        form.refuse(error)
        return False


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take one's own request back, and give back what it brought."""
    person = person_of(request)
    page = readable_request(person, pk)
    done = withdraw_request(actor=person, request=page.request)
    notify(request, "Withdrawn." if done else "There was nothing left to withdraw.")
    return redirect(page.request)
