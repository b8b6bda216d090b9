"""Where this installation puts Northbeam: its databases beside the catalog's own, its files where harvests may read."""

from pathlib import Path
from typing import Any

from django.conf import settings

from demo.northbeam.build import Places
from demo.northbeam.server import Server

FOLDER = "northbeam"


def server() -> Server:
    """The server of the catalog's database."""
    default: dict[str, Any] = settings.DATABASES["default"]
    return Server(
        host=default["HOST"] or "localhost",
        port=int(default["PORT"] or 5432),
        user=default["USER"],
        password=default["PASSWORD"],
        database=default["NAME"],
    )


def folder() -> Path:
    """The first folder whose files sources may read; without any, the data directory, which only builds."""
    roots = settings.CONCORD_FILE_ROOTS or (str(settings.CONCORD_DATA_DIR / "demo"),)
    return Path(roots[0]) / FOLDER


def places(prefix: str) -> Places:
    return Places(server(), folder(), prefix)
