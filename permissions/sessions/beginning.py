"""What happens when somebody has signed in, by whichever way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from permissions.models import User
from permissions.sessions.middleware import noted_now
from permissions.sessions.services import open_session


def note_sign_in(sender: Any, request: HttpRequest | None, user: User, **more: Any) -> None:
    """Take up the session in the list of the person's sessions: Django calls this after each sign-in."""
    if request is None:
        return
    if request.session.session_key is None:  # of one who was somebody else before: it would be kept with the answer
        request.session.save()
    open_session(request=request, user=user)
    noted_now(str(request.session.session_key))
