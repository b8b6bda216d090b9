"""The list of exceptions, making a standing one, and looking at one again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.exceptions.reading import (
    in_state,
    may_change,
    readable_exception,
    readable_exceptions,
    told_exceptions,
    waivable_rules,
)
from permissions.exceptions.services import extend_exception, make_exception, withdraw_exception
from permissions.forms.exceptions import EndForm, ExtendForm, FilterForm, StandingForm
from permissions.views.requests import person_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.exceptions.reading import Line
    from permissions.forms.requests import ServiceForm
    from permissions.models import RuleException, User

LINES = 30


@require_GET
def exceptions(request: Request) -> HttpResponse:
    """Exceptions that concern the person, latest first, by state, person or team, and rule."""
    person, form = person_of(request), FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = _filtered(readable_exceptions(person), wanted)
    page = keyset_page(found, order=("-starts_at", "-pk"), cursor=request.GET.get("cursor") or None, size=LINES)
    context = {
        "listing": page,
        "lines": told_exceptions(person, page.items),
        "form": form,
        "filtered": any(wanted.values()),
        "may_make": waivable_rules(person).exists(),
    }
    return render_page(request, "permissions/exceptions/list.html", context)


def _filtered(found: QuerySet[RuleException], wanted: dict[str, Any]) -> QuerySet[RuleException]:
    if state := wanted.get("state"):
        found = in_state(found, state)
    if rule := wanted.get("rule"):
        found = found.filter(rule=rule)
    for word in (wanted.get("whom") or "").split():
        by_name = Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word)
        found = found.filter(by_name | Q(person__username__iexact=word) | Q(team__name__icontains=word))
    return found


@require_http_methods(["GET", "POST"])
def new_exception(request: Request) -> HttpResponse:
    """Make a standing exception from a rule of one's own, or as the council."""
    person = person_of(request)
    rules = waivable_rules(person)
    if not rules.exists():
        raise PermissionDenied("The owner of a rule makes exceptions from it, or the council.")
    form = StandingForm(request.POST or None, rules=rules, initial={"rule": request.GET.get("rule")})
    if request.method == "POST" and form.is_valid():
        made = _tried(form, lambda: make_exception(actor=person, **form.cleaned_data))
        if made:
            notify(request, "The exception holds from now on.")
            return redirect(made)
    return render_page(request, "permissions/exceptions/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def exception_page(request: Request, pk: int) -> HttpResponse:
    """One exception: whose, from what, until when, by whom."""
    person = person_of(request)
    return _show(request, person, readable_exception(person, pk))


def _show(request: Request, person: User, line: Line, **refused: ServiceForm) -> HttpResponse:
    exception = line.exception
    holding = exception.state in ("active", "planned")
    changing = holding and may_change(person, exception)
    own = holding and exception.person_id == person.pk
    context = {
        "line": line,
        "exception": exception,
        "extend": (refused.get("extend") or ExtendForm()) if changing and not line.request else None,
        "end": (refused.get("end") or EndForm()) if changing or own else None,
    }
    return render_page(request, "permissions/exceptions/one.html", context, status=422 if refused else 200)


@require_POST
def extend(request: Request, pk: int) -> HttpResponse:
    """Look at it again and keep it for longer."""
    person, form = person_of(request), ExtendForm(request.POST)
    line = readable_exception(person, pk)
    if form.is_valid() and _tried(
        form, lambda: extend_exception(actor=person, exception=line.exception, until=form.cleaned_data["until"])
    ):
        notify(request, "Kept. They are told.")
        return redirect(line.exception)
    return _show(request, person, line, extend=form)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """End it now, with a reason."""
    person, form = person_of(request), EndForm(request.POST)
    line = readable_exception(person, pk)
    if form.is_valid() and _tried(form, lambda: _withdrawn(person, line, form.cleaned_data["because"])):
        notify(request, "Ended.")
        return redirect(line.exception)
    return _show(request, person, line, end=form)


def _withdrawn(person: User, line: Line, because: str) -> bool:
    withdraw_exception(actor=person, exception=line.exception, because=because)
    return True


def _tried(form: ServiceForm, act: Callable[[], Any]) -> Any:
    """What the service made, or None with its refusal in the form."""
    try:
        return act()
    except ValidationError as error:
        form.refuse(error)
        return None
