"""Where tests put Northbeam: databases and a folder of their own."""

import os
from datetime import date
from pathlib import Path

from django.conf import settings

from demo.northbeam.build import Places, build_sources
from demo.northbeam.reader import give_password
from demo.northbeam.server import Server

TODAY = date(2026, 11, 20)
PASSWORD = "only-for-tests"


def server() -> Server:
    default = settings.DATABASES["default"]
    return Server(
        host=default["HOST"], port=int(default["PORT"] or 5432), user=default["USER"], password=default["PASSWORD"]
    )


def places(folder: Path, name: str) -> Places:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Places(server(), folder / "northbeam", f"nbtest_{os.getpid()}_{worker}_{name}")


def build(where: Places, today: date = TODAY) -> None:
    build_sources(where, today, done=lambda step, seconds: print(f"{seconds:.2f} s {step}"))
    give_password(where.server, where.reader, PASSWORD)
