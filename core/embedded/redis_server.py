"""The embedded Redis: on a private socket only, its data appended to a file so that queued work survives."""

import contextlib
import time
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.embedded.errors import EmbeddedServerError
from core.embedded.places import Places

START_SECONDS = 30
STOP_SECONDS = 15

CONFIGURATION = """\
# Written by Concord at each start.
port 0
unixsocket {socket}
unixsocketperm 700
dir "{folder}"
pidfile "{folder}/redis.pid"
logfile "{folder}/server.log"
daemonize yes
databases 16
appendonly yes
appendfsync everysec
save ""
auto-aof-rewrite-min-size 16mb
maxmemory-policy noeviction
"""


def is_running(places: Places) -> bool:
    """Say whether the server answers on its socket."""
    try:
        with _client(places) as client:
            return bool(client.ping())
    except redis.BusyLoadingError:
        return True
    except redis.RedisError:
        return False


def start(places: Places) -> None:
    """Start the server and wait until it answers.

    Raises EmbeddedServerError with the end of the server's log where it does not start.
    """
    _heal(places)
    settings = places.redis_data / "redis.conf"
    folder = str(places.redis_data).replace("\\", "\\\\").replace('"', '\\"')
    settings.write_text(CONFIGURATION.format(socket=places.redis_socket, folder=folder))
    places.account.give(settings)
    _log(places).unlink(missing_ok=True)
    places.account.run([places.redis_program, settings], timeout=START_SECONDS)
    _wait_until_ready(places)


def stop(places: Places) -> None:
    """Save and stop the server; nothing happens where none runs."""
    process = _process(places)
    with contextlib.suppress(redis.RedisError), _client(places) as client:
        client.shutdown(save=True)
    if process is not None:
        _wait_until_gone(process)


def _client(places: Places) -> redis.Redis:
    return redis.Redis(
        unix_socket_path=str(places.redis_socket), socket_timeout=STOP_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def _log(places: Places) -> Path:
    return places.redis_data / "server.log"


def _wait_until_ready(places: Places) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if is_running(places):
            return
        time.sleep(0.02)
    log = _log(places)
    lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else ["it wrote no log"]
    raise EmbeddedServerError("\n".join(["the embedded Redis did not start; its last words:", *lines]))


def _wait_until_gone(process: psutil.Process) -> None:
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        raise EmbeddedServerError(f"the embedded Redis (process {process.pid}) did not stop.") from None


def _process(places: Places) -> psutil.Process | None:
    """Return the process that serves this data directory, if the one its file names still does."""
    try:
        process = psutil.Process(int((places.redis_data / "redis.pid").read_text()))
        serves = "redis-server" in process.name() and process.uids().effective == places.account.uid
        return process if serves and Path(process.cwd()) == places.redis_data.resolve() else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def _heal(places: Places) -> None:
    """Stop a server whose socket is gone: two on one data directory would destroy it."""
    process = _process(places)
    if process is not None:
        process.terminate()
        _wait_until_gone(process)
    places.redis_socket.unlink(missing_ok=True)
