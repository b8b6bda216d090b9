"""Short messages after an action, with an undo where there is one; carried by Django's messages."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.requests import Request, wants_partial


def notify(request: HttpRequest, text: str, *, level: int = messages.SUCCESS, undo: str = "") -> None:
    """Tells the person `text` in a toast on this or the next page; a POST to the address `undo` undoes the action."""
    messages.add_message(request, level, text, extra_tags=undo)


class ToastMiddleware:
    """Puts waiting messages into the answer to an htmx request, where no page is rendered that would show them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        if wants_partial(request) and _carries_html(response):
            waiting = list(messages.get_messages(request))
            if waiting:
                html = render_to_string("ui/toasts.html", {"notices": waiting, "oob": True}, request)
                response.content += html.encode()
        return response


def _carries_html(response: HttpResponse) -> bool:
    """Whether htmx will swap this answer in and stay on the page."""
    leaves = any(name in response for name in ("HX-Redirect", "HX-Location", "HX-Refresh"))
    html = response.get("Content-Type", "").startswith("text/html")
    return html and not leaves and not response.streaming and response.status_code in (200, 201, 422)
