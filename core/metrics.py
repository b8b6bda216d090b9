"""Requests, counted and timed, and `/metrics` in Prometheus' text format."""

import logging
import os
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest, multiprocess

access = logging.getLogger("concord.access")

SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
REQUESTS: Final = Histogram(
    "concord_request_seconds",
    "Time to answer a request, by the view's name.",
    ["method", "view", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


@login_not_required
def exposition(request: HttpRequest) -> HttpResponse:
    """Answer the metrics of every web process of this machine, to those who bring METRICS_TOKEN."""
    if not _may_ask(request):
        return HttpResponse("Set METRICS_TOKEN and send it as a bearer token.\n", "text/plain", status=403)
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _may_ask(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN is None:
        return bool(settings.CONCORD_EMBEDDED)
    return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")


def _registry() -> CollectorRegistry:
    if SHARED_FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class RequestMetricsMiddleware:
    """Count and time each request under its view's name, never under its address, which anybody may invent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        view = request.resolver_match.view_name if request.resolver_match else ""
        REQUESTS.labels(_method(request), view, response.status_code).observe(seconds)
        facts = {"method": request.method, "path": request.path, "status": response.status_code}
        access.info("request", extra={**facts, "view": view, "milliseconds": round(seconds * 1000, 1)})
        return response


def _method(request: HttpRequest) -> str:
    known = request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return str(request.method) if known else "other"
