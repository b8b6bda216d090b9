"""The web server: gunicorn, its settings in code."""

import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker
from prometheus_client import multiprocess

from core.metrics import SHARED_FOLDER
from core.running.ports import loopbacks

REQUEST_SECONDS = 60
GRACE_SECONDS = 4  # `up` kills what has not ended after five


class SiteLogger(Logger):  # type: ignore[misc]
    """Gunicorn's log lines in the site's own log."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(max(logging.WARNING, logging.getLogger().level))


class Server(BaseApplication):  # type: ignore[misc]
    """The site under gunicorn, with a pool of threads in each worker."""

    def load_config(self) -> None:
        for name, value in options().items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return import_string(settings.WSGI_APPLICATION)


def options() -> dict[str, Any]:
    """Return gunicorn's settings."""
    return {
        "bind": _binds(),
        "worker_class": "gthread",
        "workers": settings.WEB_WORKERS,
        "threads": settings.WEB_THREADS,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 5,
        "limit_request_line": 8190,  # the most there is: addresses hold the state of searches
        "max_requests": 0,
        "preload_app": True,
        "proc_name": "concord-web",
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - gunicorn's heartbeat
        "control_socket_disable": True,
        "logger_class": SiteLogger,
        "accesslog": None,
        "post_fork": post_fork,
        "child_exit": child_exit,
    }


def limit_statements() -> None:
    """Let no database statement of this process outlast WEB_STATEMENT_SECONDS."""
    options = connections["default"].settings_dict["OPTIONS"]
    limit = f"-c statement_timeout={settings.WEB_STATEMENT_SECONDS}s"
    options["options"] = f"{options.get('options', '')} {limit}".strip()


def post_fork(arbiter: Arbiter, worker: Worker) -> None:
    """Start the threads that each web process has: a fork keeps none of its parent's."""
    connections.close_all()
    for name in settings.WEB_BACKGROUND:
        import_string(name)()


def child_exit(arbiter: Arbiter, worker: Worker) -> None:
    """Forget the gauges of a web process that ended."""
    if SHARED_FOLDER in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _binds() -> list[str]:
    hosts = loopbacks() if settings.WEB_HOST in ("localhost", "127.0.0.1") else [settings.WEB_HOST]
    return [f"[{host}]:{settings.WEB_PORT}" if ":" in host else f"{host}:{settings.WEB_PORT}" for host in hosts]
