"""What a mail says, and the headers by which programs know what it is (RFC 2369, 3834, 8058)."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.mail.unsubscribing import token_for
from notifications.topics import topic_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.mail.backends.base import BaseEmailBackend

    from notifications.models import Mail, Notice

LONGEST_SUBJECT: Final = 150


class Told(NamedTuple):
    """One thing and what is told of it, the latest first."""

    title: str
    detail: str
    url: str
    earlier: tuple[str, ...]


def message_of(mail: Mail, notices: Sequence[Notice], connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Return the mail that tells of notices, latest first, all of which its reader may know of now."""
    topics = sorted({topic_of(notice.kind).name for notice in notices})
    stop = f"{_site()}{reverse('notifications:unsubscribe')}?t={token_for(mail.person, topics)}"
    context: dict[str, Any] = {
        "person": mail.person, "things": list(_things(notices)), "count": len(notices), "stop": stop,
        "topics": [topic_of(notice.kind).words for notice in notices[:1]] if len(topics) == 1 else [],
        "choose": f"{_site()}{reverse('notifications:choices')}",
    }  # fmt: skip
    message = EmailMultiAlternatives(
        subject=_subject(notices), body=render_to_string("notifications/mail.txt", context), to=[mail.person.email],
        connection=connection, headers=_headers(mail, stop),
    )  # fmt: skip
    message.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return message


def _site() -> str:
    return str(settings.CONCORD_URL).rstrip("/")


def _headers(mail: Mail, stop: str) -> dict[str, str]:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    host = urlsplit(_site()).hostname or sender or "localhost"
    return {
        "Message-ID": f"<{mail.pk.hex}@{host}>",
        "List-Id": f"Concord <notices.{host}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def _subject(notices: Sequence[Notice]) -> str:
    """On one line, whatever people wrote."""
    first = _line(notices[0].title)
    more = f" and {len(notices) - 1} more" if len(notices) > 1 else ""
    return f"{first[: LONGEST_SUBJECT - len(more)]}{more}"


def _line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _things(notices: Iterable[Notice]) -> Iterable[Told]:
    by_thing: dict[object, list[Notice]] = {}
    for notice in notices:
        by_thing.setdefault((notice.subject, notice.subject_id) if notice.subject else notice.pk, []).append(notice)
    for found in by_thing.values():
        latest = found[0]
        url = f"{_site()}{latest.url}"
        yield Told(_line(latest.title), _line(latest.detail), url, tuple(_line(one.title) for one in found[1:5]))
