"""Who may see what, and why: a person and a thing, everybody and a thing, or one person and everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.paging import keyset_page
from core.partials import render_page
from permissions.explain import account_of, who_can, who_cannot
from permissions.explaining import kept_out_by, may_ask_about_others, require_may_ask, rules_keeping, shares_of
from permissions.forms.explain import ExplainForm
from permissions.levels import Level
from permissions.models import User
from permissions.things import find_thing, suggested
from permissions.views.requests import person_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.things import Thing

LINES = 50
REF = re.compile(r"[a-z]+:[0-9]{1,18}")


@require_GET
def explain(request: Request) -> HttpResponse:
    """The answer for ``?thing=`` and ``?who=``; what is typed may also be a name, from which one chooses."""
    viewer, form = person_of(request), ExplainForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    text, who = given.get("thing", "").strip(), given.get("who", "").strip()
    if text and not REF.fullmatch(text):
        return _choose_thing(request, viewer, text, who)
    thing = find_thing(viewer, text) if text else None
    about = _person(viewer, who)
    if about is None:
        return _show(request, viewer, thing, None, choices=_people_like(viewer, who), unknown=who)
    require_may_ask(viewer, about, thing)
    return _show(request, viewer, thing, about)


def _person(viewer: User, who: str) -> User | None:
    """The person of a handle, oneself where none is given."""
    if not who or who.casefold() == viewer.username.casefold():
        return viewer
    return User.objects.filter(username__iexact=who, is_active=True).first()


def _people_like(viewer: User, text: str) -> list[User]:
    condition = Q()
    for word in text.split():
        condition &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
    found = User.objects.filter(condition, is_active=True).order_by("first_name", "last_name", "pk")
    return list(found[:10]) if may_ask_about_others(viewer) else []


def _choose_thing(request: Request, viewer: User, text: str, who: str) -> HttpResponse:
    found = suggested(viewer, text)
    if len(found) == 1:
        return redirect(f"{reverse('permissions:explain')}?{urlencode({'thing': found[0].ref, 'who': who})}")
    return _show(request, viewer, None, viewer, things=found, unknown=text)


def _show(request: Request, viewer: User, thing: Thing | None, about: User | None, **more: Any) -> HttpResponse:
    initial = {"thing": thing.title if thing else request.GET.get("thing", ""), "who": about.username if about else ""}
    context = {
        "form": ExplainForm(initial=initial | ({"who": more["unknown"]} if about is None else {})),
        "thing": thing,
        "about": about,
        "self": about == viewer,
        "about_others": may_ask_about_others(viewer, thing),
        **_answer(request, viewer, thing, about, more),
        **more,
    }
    return render_page(request, "permissions/explain/page.html", context)


def _answer(
    request: Request, viewer: User, thing: Thing | None, about: User | None, more: dict[str, Any]
) -> dict[str, Any]:
    if about is None or "things" in more:
        return {}
    if thing is None:
        cursor = request.GET.get("cursor") or None
        page = keyset_page(rules_keeping(about, viewer), order=("label", "pk"), cursor=cursor, size=LINES)
        return {"listing": page, "kept": kept_out_by(viewer, about, page.items)}
    shares = shares_of(thing) if may_ask_about_others(viewer, thing) else []
    return {"accounts": account_of(about, thing), "shares": shares}


@require_GET
def everybody(request: Request) -> HttpResponse:
    """Everybody who can, or cannot, use ``?thing=`` at ``?level=``."""
    viewer = person_of(request)
    thing = find_thing(viewer, request.GET.get("thing", ""))
    require_may_ask(viewer, None, thing)
    try:
        level = Level(request.GET.get("level", Level.READ.value))
    except ValueError:
        raise BadRequest("There is no such level. They are discover, read and sample.") from None
    can = request.GET.get("can") == "yes"
    found = (who_can if can else who_cannot)(thing, level)
    order = ("first_name", "last_name", "pk")
    page = keyset_page(found, order=order, cursor=request.GET.get("cursor") or None, size=LINES)
    context = {"thing": thing, "level": level, "can": can, "listing": page, "levels": list(Level)}
    return render_page(request, "permissions/explain/everybody.html", context)


@require_GET
def suggest(request: Request) -> HttpResponse:
    """What is typed so far may mean these: the options of the form's lists."""
    viewer = person_of(request)
    text, who = request.GET.get("thing", "").strip()[:500], request.GET.get("who", "").strip()[:150]
    context: dict[str, Any] = {"kind": "things" if "thing" in request.GET else "people"}
    if context["kind"] == "things":
        context["things"] = suggested(viewer, text) if text else []
    else:
        context["people"] = _people_like(viewer, who) if who else []
    return render_page(request, "permissions/explain/options.html", context)
