"""What must be true before the processes start: the database has every migration, static files are collected."""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

MIGRATION_LOCK = 0x636F6E63  # any number that nobody else uses in this database


def manage(*arguments: str) -> list[str]:
    """Return the command line of a command of ours."""
    return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments]


def migrate(say: Callable[[str], None]) -> None:
    """Apply what is missing; several machines that start at once take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                say(f"Preparing the database: {len(missing)} migrations.")
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    connection.close()


def collect_static(say: Callable[[str], None]) -> None:
    """Collect and compress static files where they differ from those collected last.

    Raises CalledProcessError where collecting fails.
    """
    if not Path(settings.STATIC_BUILD).is_dir():
        say("The front end is not built (`make assets`): pages are plain.")
        return
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root.parent / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another `up` of this checkout may collect at the same time
        stamp, current = root / "collected.sha256", _fingerprint()
        if not stamp.exists() or stamp.read_text() != current:
            say("Collecting static files.")
            subprocess.run(manage("collectstatic", "--no-input", "--verbosity=0"), check=True)
            stamp.write_text(current)


def _fingerprint() -> str:
    """Return a digest of the name, size and time of every static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
