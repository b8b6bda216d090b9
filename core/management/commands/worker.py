"""`manage.py worker`: does the work of the queue."""

import os
import warnings
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand

from core.running import claim


class Command(BaseCommand):
    """Run a Celery worker."""

    help = "Do the work of the queue: harvests, mail (WORKER_CONCURRENCY)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        claim.follow()
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        warnings.filterwarnings("ignore", message="You're running the worker with superuser")  # tasks are JSON only
        name = f"--hostname=concord-{os.getpid()}@%h"
        concurrency = f"--concurrency={settings.CELERY_WORKER_CONCURRENCY}"
        current_app.start(["--quiet", "worker", concurrency, name, *quiet])
