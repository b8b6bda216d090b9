"""Writes what a request had noted, before it is answered: an answer that could not be recorded is not given."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from permissions.audit.context import Situation, situation
from permissions.audit.recording import write


class AuditMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at_hand = Situation()
        token = situation.set(at_hand)
        try:
            response = self.get_response(request)
            if at_hand.noted:
                write(at_hand.noted, wait=False)
        finally:
            situation.reset(token)
        return response
