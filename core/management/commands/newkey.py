"""`manage.py newkey`: keys for a server's environment."""

from typing import Any

from django.core.management.base import BaseCommand

from core import keys


class Command(BaseCommand):
    """Print fresh secrets, in the form of an environment file."""

    help = "Print a new SECRET_KEY and a new encryption key."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"SECRET_KEY='{keys.new_secret_key()}'")
        self.stdout.write(f"CONCORD_ENCRYPTION_KEYS={keys.new_encryption_key()}")
