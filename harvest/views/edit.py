"""Changing a registered source: how it is reached, what is taken, when, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.secrets import UnreadableSecret, seal, unseal
from core.toasts import notify
from harvest import services
from harvest.connecting import split_config
from harvest.connectors.base import ConnectorError
from harvest.forms.connection import ConnectionForm, config_class
from harvest.forms.details import EditForm
from harvest.forms.schedule import ScheduleForm, choice_of
from harvest.forms.scope import ScopeForm
from harvest.looks import look_of_part
from harvest.models import Schedule
from harvest.probe import Answer, try_connection
from harvest.schedules import describe_cron, next_time
from harvest.views.opening import managed_source, reader
from harvest.views.previewing import preview_of_source

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse

    from catalog.models import Source
    from core.requests import Request

TRIED = "harvest.tried"
LONGEST_CRON = 100
REPLACED = "The stored password can no longer be read: the key it was encrypted with is gone. Enter it again."


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """Everything about a source on one page; ``test`` tries the connection as typed and saves nothing."""
    source = managed_source(request, slug)
    if request.method != "POST":
        request.session.pop(TRIED, None)
    try:
        page = _forms(request, source)
    except ConnectorError as error:
        return render(request, "harvest/edit.html", {"source": source, "unusable": str(error)}, status=409)
    context: dict[str, Any] = {"source": source, "preview_url": reverse("harvest:source_preview", args=[slug]), **page}
    if request.method == "POST":
        valid = not any(form.errors for form in _each(page))
        if valid and not {"test", "preview"} & request.POST.keys():
            _save(request, source, page)
            return redirect(source)
        context |= _tried(request, source, page)
    wrong = any(form.errors for form in _each(page))
    response = render(request, "harvest/edit.html", {**context, "wrong": wrong}, status=422 if wrong else 200)
    response["Cache-Control"] = "no-store"
    return response


def _forms(request: Request, source: Source) -> dict[str, Any]:
    data = request.POST if request.method == "POST" else None
    secrets, unreadable = _secrets(source)
    cron = Schedule.objects.filter(source=source).values_list("cron", flat=True).first() or ""
    owner = source.owner.get_username() if source.owner else ""
    return {
        "details": EditForm(
            data, instance=type(source).objects.get(pk=source.pk), initial={"owner_name": owner}, viewer=reader(request)
        ),
        "connection": ConnectionForm(
            config_class(source.kind),
            data,
            values=source.config,
            stored=secrets,
            fresh=_typed_before(request, source),
            guarded=source.config,
        ),
        "scope": ScopeForm(data, initial={"include": source.include, "exclude": source.exclude}),
        "times": ScheduleForm(data, initial=choice_of(cron)),
        "unreadable": REPLACED if unreadable else "",
    }


def _each(page: dict[str, Any]) -> list[forms.BaseForm]:
    return [page[name] for name in ("details", "connection", "scope", "times")]


def _secrets(source: Source) -> tuple[dict[str, Any], bool]:
    try:
        return source.secrets, False
    except UnreadableSecret:
        return {}, True


def _tried(request: Request, source: Source, page: dict[str, Any]) -> dict[str, Any]:
    """What the buttons beside Save ask for."""
    connection = page["connection"]
    if not connection.is_valid() or connection.config is None:
        return {}
    values = _values(connection)
    _remember(request, source, connection)
    if "test" in request.POST:
        answer: Answer = try_connection(source.kind, values)
        return {"answer": answer, "part": look_of_part(answer.part)}
    if "preview" in request.POST:
        return {"preview": preview_of_source(source, reader(request), values, page["scope"])}
    return {}


def _remember(request: Request, source: Source, connection: ConnectionForm) -> None:
    """Keep secrets just typed, encrypted: the page does not show them again, and Save shall take them."""
    assert connection.config is not None  # noqa: S101
    _, secret = split_config(connection.config)
    typed = {name: secret[name] for name in secret if connection.cleaned_data.get(name)}
    request.session[TRIED] = {source.slug: seal(_typed_before(request, source) | typed)}


def _typed_before(request: Request, source: Source) -> dict[str, Any]:
    try:
        return unseal((request.session.get(TRIED) or {}).get(source.slug, ""))
    except UnreadableSecret:
        return {}


def _values(connection: ConnectionForm) -> dict[str, Any]:
    assert connection.config is not None  # noqa: S101 - for the type checker; callers have looked
    shown, secret = split_config(connection.config)
    return shown | secret


def _save(request: Request, source: Source, page: dict[str, Any]) -> None:
    details = dict(page["details"].cleaned_data)
    owner = details.pop("owner_name")
    services.update_source(
        source=source,
        actor=reader(request),
        config=page["connection"].config,
        include=page["scope"].cleaned_data["include"],
        exclude=page["scope"].cleaned_data["exclude"],
        cron=page["times"].cleaned_data["cron"],
        owner=owner,
        **details,
    )
    request.session.pop(TRIED, None)
    notify(request, "Saved. The next harvest goes by this.")


@require_POST
def preview(request: Request, slug: str) -> HttpResponse:
    """What the globs typed so far take of the source as it is registered."""
    source = managed_source(request, slug)
    secrets, _ = _secrets(source)
    shown = preview_of_source(source, reader(request), source.config | secrets, ScopeForm(request.POST))
    return render(request, "harvest/preview.html", {"preview": shown})


@require_http_methods(["GET", "POST"])
def schedule(request: Request, slug: str) -> HttpResponse:
    """When the source is harvested by itself."""
    source = managed_source(request, slug)
    cron = Schedule.objects.filter(source=source).values_list("cron", flat=True).first() or ""
    form = ScheduleForm(request.POST or None, initial=choice_of(cron))
    if request.method == "POST" and form.is_valid():
        services.update_source(source=source, actor=reader(request), cron=form.cleaned_data["cron"])
        notify(request, "The schedule is kept." if form.cleaned_data["cron"] else "It is harvested only by hand now.")
        return redirect(source)
    context = {"source": source, "times": form}
    return render(request, "harvest/schedule.html", context, status=422 if form.errors else 200)


@require_GET
def cron(request: Request) -> HttpResponse:
    """A cron line in words, while it is typed."""
    reader(request)
    return render(request, "harvest/cron.html", {"told": _in_words(request.GET.get("cron", "")[:LONGEST_CRON])})


def _in_words(line: str) -> dict[str, Any]:
    if not line.strip():
        return {}
    try:
        return {"due": next_time(line, timezone.now()), "words": describe_cron(line)}
    except ValidationError as error:
        return {"error": " ".join(error.messages)}
