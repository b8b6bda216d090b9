"""Webhooks: the list, making and changing one, and what became of each delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from notifications.models import Delivery, Webhook
from permissions.forms.webhooks import NewWebhookForm, WebhookForm
from permissions.roles import is_administrator
from permissions.tokens.services import may_make_tokens_of
from permissions.views.tokens import signed_in
from permissions.webhooks import services
from permissions.webhooks.record import topics

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User
    from permissions.webhooks.services import NewKey

LINES = 50
MOST_SHOWN = 200
REFUSAL = "Administrators manage webhooks. Ask one, and say which program should be told of what."


@require_GET
def webhooks(request: Request) -> HttpResponse:
    """All of them."""
    _administrator(request)
    waiting = Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING))
    dead = Count("deliveries", filter=Q(deliveries__state=Delivery.State.DEAD))
    rows = Webhook.objects.select_related("speaks_for").annotate(waiting=waiting, dead=dead)
    return render(request, "permissions/webhooks/list.html", {"webhooks": rows.order_by("name", "pk")[:MOST_SHOWN]})


@never_cache
@sensitive_post_parameters("url")
@sensitive_variables("made")
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Makes one; its key is on the answer to the form and nowhere else."""
    actor = _administrator(request)
    form = NewWebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_webhook(actor=actor, **form.cleaned_data)
            return _page(request, made.webhook, made)
        except ValidationError as error:
            form.refuse(error)
    return render_page(request, "permissions/webhooks/edit.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def webhook(request: Request, pk: int) -> HttpResponse:
    """How one fares, and what it was sent."""
    _administrator(request)
    return _page(request, _find(pk))


@sensitive_post_parameters("url")
@require_http_methods(["GET", "POST"])
def change(request: Request, pk: int) -> HttpResponse:
    """What it is told and where."""
    actor, found = _administrator(request), _find(pk)
    services.require_voice(actor, found.speaks_for)
    given = {name: getattr(found, name) for name in ("name", "topics", "format")}
    form = WebhookForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_webhook(actor=actor, webhook=found, **form.cleaned_data)
            notify(request, "Saved.")
            return redirect(found)
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "webhook": found}
    return render_page(request, "permissions/webhooks/edit.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_variables("made")
@require_POST
def key(request: Request, pk: int) -> HttpResponse:
    """Another key, on this answer and nowhere else."""
    made = services.change_key(actor=_administrator(request), webhook=_find(pk))
    return _page(request, _find(pk), made)


@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Try it, stop it, have it go on, send again what was given up, or remove it."""
    actor, found = _administrator(request), _find(pk)
    wanted = request.POST.get("do", "")
    if wanted == "test":
        services.send_test(actor=actor, webhook=found)
        notify(request, "A test is on its way. It is in the list below.")
    elif wanted in ("on", "off"):
        services.switch_webhook(actor=actor, webhook=found, on=wanted == "on")
    elif wanted == "replay":
        count = services.replay(actor=actor, webhook=found)
        notify(request, f"{count} sent again.")
    elif wanted == "remove":
        services.remove_webhook(actor=actor, webhook=found)
        notify(request, f"The webhook “{found.name}” is removed.", level=messages.INFO)
        return redirect("permissions:webhooks")
    return redirect("permissions:webhook", pk)


@require_POST
def replay(request: Request, pk: int, delivery: int) -> HttpResponse:
    """Send one delivery again."""
    actor, found = _administrator(request), _find(pk)
    services.replay(actor=actor, webhook=found, delivery=get_object_or_404(found.deliveries, pk=delivery))
    notify(request, "It is on its way again.")
    return redirect("permissions:webhook", pk)


def _page(request: Request, shown: Webhook, made: NewKey | None = None) -> HttpResponse:
    states = dict(shown.deliveries.values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    chosen = shown.deliveries.filter(state=state) if state in Delivery.State.values else shown.deliveries.all()
    page = keyset_page(
        chosen, order=("-happened_at", "-pk"), cursor=request.GET.get("cursor") or None, size=LINES
    )  # fmt: skip
    context = {
        "webhook": shown, "made": made, "page": page, "state": state, "dead": states.get(Delivery.State.DEAD, 0),
        "states": [(one, states.get(one, 0)) for one in Delivery.State],
        "topics": [(topic, topics().get(topic, "")) for topic in shown.topics],
        "may_change": may_make_tokens_of(signed_in(request), shown.speaks_for),
    }  # fmt: skip
    return render_page(request, "permissions/webhooks/webhook.html", context)


def _administrator(request: Request) -> User:
    person = signed_in(request)
    if not is_administrator(person):
        raise PermissionDenied(REFUSAL)
    return person


def _find(pk: int) -> Webhook:
    found = Webhook.objects.select_related("speaks_for", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such webhook.")
    return found
