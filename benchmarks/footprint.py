"""What Concord costs on a laptop: memory of everything that runs, time to start, weight of the first page.

    python -m benchmarks.footprint [--new]

Starts `manage.py up --demo` on a data directory of its own, twice: the first start fills it, the second is measured.
Memory is the proportional set size (`smaps_rollup`) of the whole tree and of the embedded servers, once it is idle. The
page is weighed as Chromium receives it. Needs Linux, and Chromium for the page. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from playwright.sync_api import Response, sync_playwright
from rich.console import Console
from rich.table import Table

from core.embedded import places

ROOT = Path(__file__).resolve().parent.parent

IDLE_SECONDS = 10
FILL_SECONDS = 300


class Measure(NamedTuple):
    """A number and the largest it may be."""

    name: str
    value: float
    target: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.target


class Site(NamedTuple):
    """A running Concord."""

    process: subprocess.Popen[str]
    url: str
    seconds_to_healthz: float
    seconds_to_page: float


@contextmanager
def running(data_dir: Path) -> Iterator[Site]:
    """Run `manage.py up --demo` until its first page answers, and stop it in the end."""
    began = time.monotonic()
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    log = (data_dir / "up.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "up", "--demo"],
        env={**environment, "CONCORD_DATA_DIR": str(data_dir), "WEB_PORT": "18200"},
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        url = wait_for_url(process, Path(log.name))
        healthz = time.monotonic() - began
        urllib.request.urlopen(f"{url}/accounts/login/", timeout=60).read()
        yield Site(process, url, healthz, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def wait_for_url(process: subprocess.Popen[str], log: Path) -> str:
    """Return the address that `up` printed, once the site answers there."""
    while process.poll() is None:
        if found := re.search(r"Concord is at (\S+)", log.read_text()):
            return found.group(1)
        time.sleep(0.02)
    raise SystemExit(f"`manage.py up` ended:\n{log.read_text()}")


def fill(site: Site, data_dir: Path) -> None:
    """Wait until the demo is there."""
    until = time.monotonic() + FILL_SECONDS
    time.sleep(2)
    while (data_dir / "demo.unfinished").exists():
        if time.monotonic() > until or site.process.poll() is not None:
            raise SystemExit("the demo was not filled in time; is `manage.py demo` working?")
        time.sleep(0.5)


def members(site: Site, data_dir: Path) -> list[psutil.Process]:
    """Return the tree of processes and those of the embedded servers."""
    found = places.find(data_dir)
    own = psutil.Process(site.process.pid)
    mains = [
        psutil.Process(int((found.postgres_data / "postmaster.pid").read_text().split()[0])),
        psutil.Process(int((found.redis_data / "redis.pid").read_text())),
    ]
    return [process for main in (own, *mains) for process in (main, *main.children(recursive=True))]


def proportional_set(process: psutil.Process) -> int:
    """Return the bytes of memory that are this process's share."""
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def part_of(process: psutil.Process) -> str:
    command: list[str] = process.cmdline()
    ours = any(word.endswith("manage.py") for word in command) and command[-1] in {"web", "worker", "beat"}
    return command[-1] if ours else str(process.name())


def memory(site: Site, data_dir: Path) -> dict[str, int]:
    """Return bytes by part."""
    parts: dict[str, int] = {}
    for process in members(site, data_dir):
        name = part_of(process)
        parts[name] = parts.get(name, 0) + proportional_set(process)
    return parts


def weigh(url: str) -> tuple[int, int]:
    """Return the requests of the first page with an empty cache, and the bytes that came, compressed as they came."""
    received: list[Response] = []
    with sync_playwright() as playwright:
        path = os.environ.get("CONCORD_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("response", lambda response: received.append(response))  # noqa: PLW0108 - playwright marks the function
        page.goto(url, wait_until="networkidle")
        sizes = [response.request.sizes() for response in received]
        browser.close()
    return len(received), sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def measure(data_dir: Path) -> tuple[list[Measure], dict[str, int]]:
    with running(data_dir) as site:
        time.sleep(IDLE_SECONDS)
        parts = memory(site, data_dir)
        requests, size = weigh(f"{site.url}/accounts/login/")
    return [
        Measure("memory of everything, idle", sum(parts.values()) / 1e6, 700, "MB"),
        Measure("later start to /healthz", site.seconds_to_healthz, 8, "s"),
        Measure("later start to the first page", site.seconds_to_page, 8, "s"),
        Measure("first page, requests", requests, 12, ""),
        Measure("first page, compressed", size / 1e3, 200, "kB"),
    ], parts


def show(measures: list[Measure], parts: dict[str, int]) -> None:
    table = Table("measure", "value", "target", "")
    for one in measures:
        table.add_row(
            one.name, f"{one.value:.1f} {one.unit}", f"≤ {one.target:g} {one.unit}", "met" if one.met else "MISSED"
        )
    Console().print(table)
    shares = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in sorted(parts.items(), key=lambda part: -part[1]))
    Console().print(f"memory by part, MB: {shares}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--new", action="store_true", help="also time the first start, on a new data directory")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-footprint-") as folder:
        data_dir = Path(folder).resolve()
        data_dir.chmod(0o711)  # root lends the servers to another account, which must get there
        with running(data_dir) as site:
            first = Measure("first start to the first page", site.seconds_to_page, 30, "s")
            fill(site, data_dir)
        measures, parts = measure(data_dir)
        shutil.rmtree(places.find(data_dir).sockets)
    show([first, *measures] if asked.new else measures, parts)
    return 0 if all(one.met for one in measures) else 1


if __name__ == "__main__":
    sys.exit(main())
