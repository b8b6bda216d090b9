"""Connecting a source, step by step: kind, connection, test, what to include, when; then a dry run tells the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.toasts import notify
from harvest.connecting import split_config
from harvest.connectors.registry import broken, kinds
from harvest.forms.connection import ConnectionForm, config_class, read_url
from harvest.forms.details import DetailsForm, suggested_name
from harvest.forms.schedule import ScheduleForm
from harvest.forms.scope import ScopeForm
from harvest.looks import look_of_kind, look_of_part
from harvest.probe import try_connection
from harvest.views.actions import begin
from harvest.views.opening import act, reader, registrar
from harvest.views.previewing import preview_of
from harvest.wizard import Draft, register_once

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

STEPS = (
    ("source_new", "Kind"),
    ("source_new_connection", "Connection"),
    ("source_new_test", "Test"),
    ("source_new_scope", "What to include"),
    ("source_new_details", "Name and schedule"),
    ("", "Check and go"),
)
LONGEST_URL = 2_000


class WizardStep(NamedTuple):
    """One step in the line above the form; `url` leads back to one that is done."""

    word: str
    state: str  # done, now, todo
    url: str


def steps(at: str) -> list[WizardStep]:
    """The steps of the wizard, as seen from one of them."""
    here = [name for name, _ in STEPS].index(at)
    states = ["done"] * here + ["now"] + ["todo"] * (len(STEPS) - here - 1)
    return [
        WizardStep(word, state, reverse(f"harvest:{name}") if state == "done" and at else "")
        for (name, word), state in zip(STEPS, states, strict=True)
    ]


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def kind(request: Request) -> HttpResponse:
    """Choose a kind, or paste a URL that tells it and the connection as well."""
    draft = _begun(request)
    error = ""
    if request.method == "POST":
        if url := request.POST.get("url", "").strip():
            error = _fill(request, draft, url)
        elif request.POST.get("kind") in kinds():
            draft.choose(request.POST["kind"])
            _keep(request, draft)
        else:
            error = "Choose a kind, or paste a URL."
        if not error:
            return redirect("harvest:source_new_connection")
    known = [(name, look_of_kind(name)) for name in kinds()]
    context = {"kinds": known, "broken": broken(), "error": error}
    return _show(request, "source_new", draft, context, status=422 if error else 200)


def _draft(request: Request) -> Draft:
    """What has been said so far. Raises `PermissionDenied` for who may not connect sources."""
    return Draft.of(request.session, registrar(request))


def _keep(request: Request, draft: Draft) -> None:
    draft.keep(request.session, reader(request))


def _begun(request: Request) -> Draft:
    """The draft, or a new one where the last one has become a source."""
    draft = _draft(request)
    return Draft() if draft.registered else draft


def _fill(request: Request, draft: Draft, url: str) -> str:
    """Take what a URL tells into the draft; returns what is wrong with it, which never quotes it."""
    if len(url) > LONGEST_URL:
        return "The URL is too long."
    try:
        connector, shown, secret = read_url(url)
    except ValueError as error:
        return str(error)
    draft.choose(connector.kind)
    draft.tell(shown, secret)
    _keep(request, draft)
    notify(request, f"The URL is that of a {look_of_kind(connector.kind).word} source. Look it over and go on.")
    return ""


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def connection(request: Request) -> HttpResponse:
    """How to reach it; going on tests it."""
    draft = _draft(request)
    if draft.registered or not draft.kind:
        return _elsewhere(request, draft)
    error, status = "", 200
    if request.method == "POST" and "fill" in request.POST:
        error = _fill(request, draft, request.POST.get("url", "").strip())
        if not error:
            return redirect("harvest:source_new_connection")
        status = 422
    data = request.POST if request.method == "POST" and "fill" not in request.POST else None
    form = ConnectionForm(config_class(draft.kind), data, values=draft.config, stored=draft.secrets)
    if data is not None:
        if form.is_valid() and form.config:
            draft.tell(*split_config(form.config))
            _try(request, draft)
            return redirect("harvest:source_new_test")
        status = 422
    context = {"form": form, "look": look_of_kind(draft.kind), "error": error}
    return _show(request, "source_new_connection", draft, context, status=status)


def _try(request: Request, draft: Draft) -> None:
    answer = try_connection(draft.kind, draft.values)
    draft.answer = {"version": answer.version, "part": answer.part, "message": answer.message}
    _keep(request, draft)


@require_http_methods(["GET", "POST"])
def test(request: Request) -> HttpResponse:
    """What the test of the connection said; a POST tests again."""
    draft = _draft(request)
    if draft.registered or not draft.config:
        return _elsewhere(request, draft)
    if request.method == "POST":
        _try(request, draft)
        return redirect("harvest:source_new_test")
    location = config_class(draft.kind).model_construct(None, **draft.config).location()
    part = look_of_part(draft.answer.get("part", ""))
    return _show(request, "source_new_test", draft, {"answer": draft.answer, "part": part, "location": location})


@require_http_methods(["GET", "POST"])
def scope(request: Request) -> HttpResponse:
    """What to take of it, with a preview of what matches."""
    draft = _draft(request)
    if draft.registered or draft.missing not in ("", "source_new_scope"):
        return _elsewhere(request, draft)
    form = ScopeForm(request.POST or None, initial={"include": draft.include, "exclude": draft.exclude})
    if request.method == "POST" and form.is_valid():
        draft.include, draft.exclude, draft.scoped = form.cleaned_data["include"], form.cleaned_data["exclude"], True
        _keep(request, draft)
        if "preview" not in request.POST:
            return redirect("harvest:source_new_details")
    shown = preview_of(draft.kind, draft.values, form) if "preview" in request.POST else None
    context = {"form": form, "preview": shown, "preview_url": reverse("harvest:source_new_preview")}
    return _show(request, "source_new_scope", draft, context, status=422 if form.errors else 200)


@require_POST
def preview(request: Request) -> HttpResponse:
    """What the globs typed so far take, for the region beside them."""
    draft = _draft(request)
    if not draft.config:
        return _elsewhere(request, draft)
    shown = preview_of(draft.kind, draft.values, ScopeForm(request.POST))
    return render(request, "harvest/preview.html", {"preview": shown})


@require_http_methods(["GET", "POST"])
def details(request: Request) -> HttpResponse:
    """Name and schedule; going on registers the source and makes a dry run."""
    draft = _draft(request)
    if draft.registered or draft.missing:
        return _elsewhere(request, draft)
    config = config_class(draft.kind).model_validate(draft.values)
    suggested = {"name": suggested_name(config), "samples": True}
    form = DetailsForm(request.POST or None, initial=suggested, viewer=reader(request))
    times = ScheduleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and times.is_valid():
        values = {**form.cleaned_data, "cron": times.cleaned_data["cron"]}
        source, _ = register_once(actor=reader(request), draft=draft, config=config, **values)
        _keep(request, Draft(registered=source.slug))
        return begin(request, source, dry=True)
    wrong = bool(form.errors or times.errors)
    context = {"form": form, "times": times}
    return _show(request, "source_new_details", draft, context, status=422 if wrong else 200)


@act("harvest:source_new", plain=True)
def forget(request: Request) -> HttpResponse:
    """Begin anew; what was typed is forgotten, secrets included."""
    registrar(request)
    _keep(request, Draft())
    return redirect("harvest:source_new")


def _elsewhere(request: Request, draft: Draft) -> HttpResponse:
    """To the source that the draft became, or to the first step without an answer."""
    if draft.registered:
        return redirect("harvest:source", draft.registered)
    notify(request, "This step needs an answer first.", level=messages.INFO)
    return redirect(f"harvest:{draft.missing}")


def _show(request: Request, at: str, draft: Draft, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shown = {"draft": draft, "steps": steps(at), "at": at, **context}
    name = at.removeprefix("source_new").removeprefix("_") or "kind"
    response = render(request, f"harvest/wizard/{name}.html", shown, status=status)
    response["Cache-Control"] = "no-store"  # going back shows what is known now, not what was typed
    return response
