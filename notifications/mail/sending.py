"""Sending mails: at least once each, under an id that stays the same; what is closed meanwhile is left out."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.mail import BadHeaderError, get_connection
from django.db import transaction
from django.utils import timezone

from notifications.mail.writing import message_of
from notifications.models import Mail
from notifications.subjects import still_open
from notifications.webhooks.retrying import wait_after

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

AT_ONCE: Final = 500  # in one go of the worker
MOST_ATTEMPTS: Final = 8
LEASE: Final = timedelta(minutes=5)  # after which a mail whose worker died is sent again


def send_due() -> int:
    """Send what is due over one connection; returns how many mails the server took."""
    sent, to = 0, get_connection()
    try:
        with suppress(OSError, smtplib.SMTPException):  # told of each mail, should it stay so
            to.open()
        for _ in range(AT_ONCE):
            mail = _claimed()
            if mail is None:
                break
            sent += _send(mail, to)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            to.close()
    return sent


@transaction.atomic
def _claimed() -> Mail | None:
    """Take the next one. It is committed as begun before anything is sent, and comes again should nobody finish it."""
    mail = Mail.objects.due().select_for_update(skip_locked=True).select_related("person").first()
    if mail is not None:
        mail.attempts += 1
        mail.due_at = timezone.now() + LEASE
        mail.save(update_fields=["attempts", "due_at"])
    return mail


def _send(mail: Mail, to: BaseEmailBackend) -> int:
    notices = list(mail.notices.order_by("-created_at", "-pk"))
    person = mail.person
    told = still_open(person, notices) if person.is_active and person.email else []
    if not told:
        _keep(mail, Mail.State.WITHHELD)
        return 0
    try:
        to.send_messages([message_of(mail, told, to)])
    except (BadHeaderError, ValueError, smtplib.SMTPRecipientsRefused) as error:
        _keep(mail, Mail.State.DEAD, str(error))  # no later attempt would go better
    except (OSError, smtplib.SMTPException) as error:
        _fail(mail, error)
        with suppress(OSError, smtplib.SMTPException):
            to.close()
    else:
        _keep(mail, Mail.State.SENT)
        return 1
    return 0


def _keep(mail: Mail, state: Mail.State, trouble: str = "") -> None:
    mail.state, mail.sent_at, mail.trouble = state, timezone.now(), trouble[:300]
    mail.save(update_fields=["state", "sent_at", "trouble"])


def _fail(mail: Mail, error: Exception) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        _keep(mail, Mail.State.DEAD, str(error))
        return
    mail.due_at, mail.trouble = timezone.now() + wait_after(mail.attempts), str(error)[:300]
    mail.save(update_fields=["due_at", "trouble"])
