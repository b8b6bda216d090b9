"""`manage.py beat`: puts scheduled work on the queue."""

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from core.running import claim


class Command(BaseCommand):
    """Run Celery's beat on the schedules in the database."""

    help = "Put scheduled work on the queue; run one of them."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        claim.follow()
        current_app.start(["--quiet", "beat", "--pidfile="])
