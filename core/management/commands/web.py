"""`manage.py web`: the web process."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.metrics import SHARED_FOLDER
from core.running import claim
from core.running.server import Server, limit_statements


class Command(BaseCommand):
    """Serve the site with gunicorn."""

    help = "Serve the site (WEB_HOST, WEB_PORT, WEB_WORKERS, WEB_THREADS)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.WEB_WORKERS > 1 and SHARED_FOLDER not in os.environ:
            share_metrics()
        atexit.register(forget_metrics, os.getpid())
        claim.follow()
        limit_statements()
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
        sys.argv = sys.argv[:1]  # gunicorn reads no arguments of ours
        Server().run()


def forget_metrics(owner: int) -> None:
    """Remove the shared folder when the process that made it ends; its forks inherit this call."""
    folder = os.environ.get(SHARED_FOLDER)
    if folder is not None and os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def share_metrics() -> None:
    """Begin again with a folder where web processes add up their metrics: the client looks for it when imported."""
    folder = tempfile.mkdtemp(prefix="concord-metrics-")
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, SHARED_FOLDER: folder})  # noqa: S606
