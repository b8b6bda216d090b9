"""`manage.py up`: everything, on one machine, by one command."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core.running import prepare, tree
from core.running.claim import FOLLOWED, AlreadyUpError, Claim
from core.running.ports import NoFreePortError, free_port, loopbacks


class Command(BaseCommand):
    """Prepare the database and run web, worker and beat until interrupted."""

    help = "Run the whole of Concord: web, worker and beat, and PostgreSQL and Redis where none are given."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill a new catalog with invented data")

    def handle(self, *, demo: bool, **options: Any) -> None:
        if demo and not settings.CONCORD_EMBEDDED:
            raise CommandError("--demo lets anybody sign in, so it is refused where DATABASE_URL is set.")
        try:
            claim = Claim(settings.CONCORD_DATA_DIR)
        except AlreadyUpError as error:
            self.say(f"Concord is already up at {error}" if str(error) else "Concord is already starting.")
            return
        self.run(claim, demo=demo)

    def run(self, claim: Claim, *, demo: bool) -> None:
        """Run the tree of processes, and say why it ended where nobody asked it to."""
        prepare.migrate(self.say)
        prepare.collect_static(self.say)
        filling = Filling(settings.CONCORD_DATA_DIR) if demo else None
        port = self.find_port()
        url = settings.CONCORD_URL if not settings.CONCORD_EMBEDDED else f"http://localhost:{port}"
        claim.tell(url)
        environment = child_environment(claim, port, url, demo=demo)
        tree.when_up(f"http://localhost:{port}", lambda: self.welcome(url, filling, environment))
        ended_by = tree.run(environment)
        if filling:
            filling.stop()
        if ended_by:
            raise CommandError(f"{ended_by}, so Concord has stopped; its last lines are above.")
        self.say("Concord has stopped.")

    def welcome(self, url: str, filling: "Filling | None", environment: dict[str, str]) -> None:
        """Say where the site is, and fill a new catalog."""
        self.say(f"\nConcord is at {url}\n")
        if filling and filling.is_due():
            self.say("The catalog is new: filling it with invented data in the background.")
            filling.start(environment)

    def find_port(self) -> int:
        """Return the port to serve on, saying so where it is not the wanted one."""
        addresses = loopbacks() if settings.WEB_HOST in ("localhost", "127.0.0.1") else [settings.WEB_HOST]
        try:
            port = free_port(settings.WEB_PORT, addresses)
        except NoFreePortError as error:
            raise CommandError(str(error)) from error
        if port != settings.WEB_PORT:
            self.say(f"Port {settings.WEB_PORT} is taken: using {port}.")
        return port

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def child_environment(claim: Claim, port: int, url: str, *, demo: bool) -> dict[str, str]:
    """Return what the parts are told: the port found, its address, whose end is theirs."""
    told = {FOLLOWED: str(claim.path), "WEB_PORT": str(port), "CONCORD_URL": url}
    return {**os.environ, **told, **({"CONCORD_DEMO": "1"} if demo else {})}


class Filling:
    """The `demo` command, run once on a new catalog, and again where it was cut short."""

    def __init__(self, data_dir: Path) -> None:
        self.unfinished = data_dir / "demo.unfinished"
        self.process: subprocess.Popen[bytes] | None = None
        self.new = not get_user_model().objects.exists()
        connection.close()

    def is_due(self) -> bool:
        return "demo" in get_commands() and (self.new or self.unfinished.exists())

    def start(self, environment: dict[str, str]) -> None:
        self.unfinished.touch()
        self.process = tree.start_command("demo", environment=environment)
        if self.process.wait() == 0:
            self.unfinished.unlink()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)
