"""Ending mail by one click, signed in or not: a link says whose mail of which topics, and cannot be made up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.contrib.auth import get_user_model
from django.core import signing

from notifications.choosing import choose
from notifications.often import Often
from notifications.topics import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Sequence

SALT: Final = "notifications.unsubscribe"
LASTS: Final = timedelta(days=400)


class Wish(NamedTuple):
    """Whose mail is to end, and of what."""

    person: Any
    topics: tuple[Topic, ...]


def token_for(person: Any, names: Sequence[str]) -> str:
    """A link's part that says so."""
    return signing.dumps([person.pk, list(names)], salt=SALT)


def read_token(token: str) -> Wish | None:
    """What a link says; None for one that was made up, or is too old."""
    try:
        pk, names = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = get_user_model()._default_manager.filter(pk=pk, is_active=True).first()
    return Wish(person, tuple(topic for topic in topics() if topic.name in names)) if person else None


def unsubscribe(wish: Wish) -> None:
    """Send no more mail of these topics; the inbox goes on."""
    choose(actor=wish.person, chosen=[(topic.name, Often.NEVER) for topic in wish.topics])
