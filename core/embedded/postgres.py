"""The embedded PostgreSQL: made once, listening on a private socket only, healed after a power cut."""

import shutil
import subprocess
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql

from core.embedded.errors import EmbeddedServerError
from core.embedded.places import Places

USER = "postgres"
DATABASE = "concord"
START_SECONDS = 120  # replaying the log after a power cut takes a while
STOP_SECONDS = 30

CONFIGURATION = """\
# Written by Concord at each start; settings for a laptop's memory.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
max_wal_size = 512MB
io_method = sync
max_worker_processes = 4
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
autovacuum_max_workers = 2
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
"""


def is_running(places: Places) -> bool:
    """Say whether the server takes connections on its socket."""
    try:
        _connect(places, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def start(places: Places) -> None:
    """Make the cluster if there is none, start the server and make Concord's database.

    Raises EmbeddedServerError with the end of the server's log where it does not start.
    """
    if not places.postgres_data.exists():
        _initialise(places)
    _check_version(places)
    _heal(places)
    _configure(places)
    log = _log(places)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    done = _pg_ctl(places, "start", "--wait", "--silent", f"--timeout={START_SECONDS}", f"--log={log}")
    if done.returncode != 0:
        raise EmbeddedServerError(f"the embedded PostgreSQL did not start; {_last_words(log, done)}")
    _make_database(places)


def stop(places: Places) -> None:
    """Stop the server, ending its sessions; nothing happens where none runs."""
    if not (places.postgres_data / "postmaster.pid").exists():
        return
    done = _pg_ctl(places, "stop", "--mode=fast", "--wait", "--silent", f"--timeout={STOP_SECONDS}")
    if done.returncode != 0 and _postmaster(places) is not None:
        raise EmbeddedServerError(f"the embedded PostgreSQL did not stop: {done.stderr.strip()}")


def _connect(places: Places, database: str) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host=str(places.sockets), user=USER, dbname=database, connect_timeout=5)


def _log(places: Places) -> Path:
    return places.postgres_data / "server.log"


def _last_words(log: Path, done: "subprocess.CompletedProcess[str]") -> str:
    lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
    return "\n".join(["its last words:", *lines, done.stderr.strip(), f"(the whole log is {log})"])


def _pg_ctl(places: Places, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command: list[str | Path] = [places.postgres_programs / "pg_ctl", f"--pgdata={places.postgres_data}", *arguments]
    return places.account.run(command, timeout=START_SECONDS + 10)


def _initialise(places: Places) -> None:
    """Make the cluster beside its place and move it there, so that one half made is never used."""
    part = places.data / "postgres.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    places.account.give(part)
    options = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-instructions", "--no-locale"]
    collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command: list[str | Path] = [places.postgres_programs / "initdb", f"--pgdata={part}", *options, *collation]
    done = places.account.run(command, timeout=START_SECONDS)
    if done.returncode != 0:
        raise EmbeddedServerError(f"cannot make the embedded database in {places.data}:\n{done.stderr.strip()}")
    part.rename(places.postgres_data)


def _check_version(places: Places) -> None:
    made_by = (places.postgres_data / "PG_VERSION").read_text().strip()
    version = places.account.run([places.postgres_programs / "postgres", "--version"]).stdout.split()[-1]
    if version.split(".")[0] != made_by:
        raise EmbeddedServerError(
            f"{places.postgres_data} was made by PostgreSQL {made_by}, and this Concord carries {version}.\n"
            "Dump it with the older Concord (`pg_dump`), remove the folder, and restore it with this one."
        )


def _configure(places: Places) -> None:
    settings = places.postgres_data / "postgresql.conf"
    settings.write_text(CONFIGURATION.format(sockets=places.sockets))
    places.account.give(settings)


def _postmaster(places: Places) -> psutil.Process | None:
    """Return the process that serves this data directory, if the one its file names still does."""
    try:
        pid = int((places.postgres_data / "postmaster.pid").read_text().split()[0])
        process = psutil.Process(pid)
        serves = process.name() == "postgres" and process.uids().effective == places.account.uid
        return process if serves and Path(process.cwd()) == places.postgres_data.resolve() else None
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None


def _heal(places: Places) -> None:
    """Clear away what a power cut, or a cleaner of temporary folders, left behind.

    PostgreSQL itself trusts a stale lock file whose process number now belongs to another process of the account.
    """
    if _postmaster(places) is not None:
        stop(places)
        return
    (places.postgres_data / "postmaster.pid").unlink(missing_ok=True)
    for left in places.sockets.glob(".s.PGSQL.*"):
        left.unlink()


def _make_database(places: Places) -> None:
    connection = _connect(places, "postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    finally:
        connection.close()
