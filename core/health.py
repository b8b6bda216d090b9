"""What machines ask: is it alive, is it ready. Answered before anything else, whatever the name of the host."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from typing import Final

import redis
from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from core import metrics

PART_SECONDS: Final = 3.0
POOL: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")


class NotReadyError(Exception):
    """A part cannot be used; the text says why without naming anything secret."""


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503; the body tells of each, within `PART_SECONDS`."""
    asked = {name: POOL.submit(check) for name, check in PARTS.items()}
    answers = {name: _outcome(future) for name, future in asked.items()}
    whole = all(answer == "ok" for answer in answers.values())
    return JsonResponse({"ready": whole, "parts": answers}, status=200 if whole else 503)


def _outcome(future: Future[None]) -> str:
    try:
        future.result(timeout=PART_SECONDS)
    except NotReadyError as error:
        return str(error)
    except LateError:
        future.cancel()
        return f"no answer within {PART_SECONDS:g} seconds"
    return "ok"


def database() -> None:
    """Ask the database, and whether it has every migration of this version.

    Raises NotReadyError.
    """
    try:
        plan = MigrationExecutor(connection)
        missing = plan.migration_plan(plan.loader.graph.leaf_nodes())
    except Error as error:
        raise NotReadyError("the database does not answer") from error
    finally:
        connection.close()
    if missing:
        raise NotReadyError(f"{len(missing)} migrations are not applied: run `manage.py migrate`")


def cache() -> None:
    """Ask Redis.

    Raises NotReadyError.
    """
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PART_SECONDS) as client:
            client.ping()
    except redis.RedisError as error:
        raise NotReadyError("Redis does not answer") from error


def worker() -> None:
    """Ask for one worker, of any machine.

    Raises NotReadyError.
    """
    try:
        replies = current_app.control.broadcast("ping", reply=True, timeout=PART_SECONDS - 1, limit=1)
    except (OSError, redis.RedisError, OperationalError) as error:
        raise NotReadyError("the queue does not answer") from error
    if not replies:
        raise NotReadyError("no worker answers: run `manage.py worker`")


PARTS: Final[dict[str, Callable[[], None]]] = {"database": database, "redis": cache, "worker": worker}
PROBES: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "/healthz": alive,
    "/readyz": ready,
    "/metrics": metrics.exposition,
}


class ProbeMiddleware:
    """Answer `/healthz`, `/readyz` and `/metrics` first: those who ask know an address and no host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return self.get_response(request) if probe is None else probe(request)
