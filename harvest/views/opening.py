"""Who may open what: a hidden source is not there, and one that may only be read says so."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from catalog.models import Source
from harvest.duties import may_manage, may_register
from harvest.models import Run
from permissions.gate import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User


def act(page: str, *, plain: bool = False) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that does something, by POST; who comes otherwise, as after signing in again, is led to `page`.

    `plain` says that the page's address has no parts of the action's.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def acting(request: Request, **address: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **address)
            elsewhere: HttpResponse = redirect(page, **({} if plain else address))
            return elsewhere

        return acting

    return decorate


def reader(request: Request) -> User:
    """Who reads the page; nobody reaches one without signing in."""
    if request.user.is_anonymous:
        raise PermissionDenied("Sign in to see sources.")
    return request.user


def registrar(request: Request) -> User:
    """The person, who may connect sources. Raises `PermissionDenied`."""
    person = reader(request)
    if not may_register(person):
        raise PermissionDenied(
            "Connecting sources is for people with that grant. Ask whoever administers Concord to connect yours, or "
            "to let you."
        )
    return person


def open_source(request: Request, slug: str) -> Source:
    """A source that the person may read about. Raises `Http404` or `permissions.gate.Restricted`."""
    return find(Source.objects.select_related("owner", "domain", "domain__steward"), reader(request), slug=slug)


def managed_source(request: Request, slug: str) -> Source:
    """A source that the person may change and harvest. Raises `Http404` or `PermissionDenied`."""
    source = open_source(request, slug)
    require_manager(request, source)
    return source


def open_run(request: Request, pk: int) -> Run:
    """A run of a source that the person may read about. Raises `Http404` or `permissions.gate.Restricted`."""
    runs = Run.objects.select_related("source", "source__domain", "source__owner", "requested_by")
    return find(runs, reader(request), pk=pk)


def managed_run(request: Request, pk: int) -> Run:
    """A run that the person may stop and confirm. Raises `Http404` or `PermissionDenied`."""
    run = open_run(request, pk)
    require_manager(request, run.source)
    return run


def require_manager(request: Request, source: Source) -> None:
    if not may_manage(reader(request), source):
        whom = f"{source.owner}, who owns it," if source.owner else "whoever administers Concord"
        raise PermissionDenied(
            f"Harvesting and changing {source} is for its owner and people with that grant. Ask {whom} to do it, or "
            "to let you."
        )
