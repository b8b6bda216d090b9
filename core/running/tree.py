"""Web, worker and beat as one supervised tree: it stands whole or not at all."""

import os
import shlex
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from honcho.manager import Manager
from honcho.printer import Message, Printer

from core.running.prepare import manage

PARTS = ("web", "worker", "beat")
START_SECONDS = 120
STOPPED_BY_PERSON = {130, 143}  # what honcho returns after SIGINT and SIGTERM


class QuietPrinter(Printer):  # type: ignore[misc]
    """Lines of the parts, without honcho's own about their process numbers."""

    def write(self, message: Message) -> None:
        if message.name != "system":
            super().write(message)


def run(environment: Mapping[str, str], stdout: TextIO = sys.stdout) -> str | None:
    """Run the parts until one ends or a signal comes, and stop them all.

    Returns what ended the tree, None where a person did.
    """
    manager = Manager(QuietPrinter(stdout))
    for part in PARTS:
        command = " ".join(["exec", *map(shlex.quote, manage(part))])
        manager.add_process(part, command, env={**environment, "PYTHONUNBUFFERED": "1"})
    manager.loop()
    if manager.returncode in STOPPED_BY_PERSON:
        return None
    return _first_ended(manager)


def _first_ended(manager: Any) -> str:
    codes = {name: process.get("returncode") for name, process in manager._processes.items()}
    ended = [name for name, code in codes.items() if code == manager.returncode]
    return f"{' and '.join(ended) or 'a part'} ended with code {manager.returncode}"


def when_up(url: str, then: Callable[[], None]) -> None:
    """Call `then`, in a thread, once the site answers."""
    threading.Thread(target=_wait, args=(f"{url}/healthz", then), name="when-up", daemon=True).start()


def _wait(address: str, then: Callable[[], None]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _answers(address):
            then()
            return
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_command(*arguments: str, environment: Mapping[str, str] = os.environ) -> "subprocess.Popen[bytes]":
    """Start one of our commands beside the tree, its output where ours goes."""
    return subprocess.Popen(manage(*arguments), env=dict(environment), stdin=subprocess.DEVNULL)
