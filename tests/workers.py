"""A real Celery worker beside a test, over the test's own database and queue, and a real mail server to read from."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from config.celery import app

GENEROUS = 60  # seconds; a condition is waited for, and usually comes at once
WORKER = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"], settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = sys.argv[1:3]
settings.CELERY_TASK_ALWAYS_EAGER = False
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[3])
import django
django.setup()
from config.celery import app
app.worker_main(["worker", "--pool=solo", "--without-gossip", "--without-mingle", "--loglevel=WARNING"])
"""


class Mailbox(Controller):
    """A mail server on a free port of this machine; `messages` are what it took."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        super().__init__(self, hostname="127.0.0.1", port=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - as aiosmtpd calls it
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"

    def _trigger_server(self) -> None:
        """The port is chosen by the system, and known only once it listens."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()

    def to(self, address: str) -> list[str]:
        """The subjects of what was sent to an address."""
        return [str(one["Subject"]) for one in self.messages if one["To"] == address]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    try:
        yield box
    finally:
        box.stop()


@contextmanager
def worker(box: Mailbox) -> Iterator[None]:
    """Tasks go to a worker of their own until the end."""
    prefix = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"])
    args: list[str] = [str(connection.settings_dict["NAME"]), prefix, str(box.port)]
    process = subprocess.Popen([sys.executable, "-c", WORKER, *args], stdout=subprocess.DEVNULL)
    eager, app.conf.task_always_eager = app.conf.task_always_eager, False
    try:
        yield
    finally:
        app.conf.task_always_eager = eager
        process.terminate()
        process.wait(timeout=GENEROUS)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for a condition. Raises `AssertionError`."""
    end = time.monotonic() + GENEROUS
    while not holds():
        assert time.monotonic() < end, f"{what} never came."
        time.sleep(0.05)
