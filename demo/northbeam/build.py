"""Build all of Northbeam's sources, remove them, or take them into the second act."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from demo.northbeam.billing_export import build_billing_export
from demo.northbeam.crm import build_crm
from demo.northbeam.evolve import evolve_billing_export, evolve_crm, evolve_database, is_evolved
from demo.northbeam.lake import build_lake
from demo.northbeam.platform import build_platform
from demo.northbeam.reader import drop_reader, let_read, make_reader
from demo.northbeam.server import DemoError, Server
from demo.northbeam.warehouse import build_warehouse
from demo.northbeam.world import SEED, imagine

MARKER = "made-by-manage-py-demo.txt"
FINISHED = "finished.json"


@dataclass(frozen=True)
class Places:
    """Where Northbeam is put. `prefix` begins the names of its databases and of the role that reads them."""

    server: Server
    folder: Path
    prefix: str = "northbeam"

    @property
    def platform(self) -> str:
        return f"{self.prefix}_platform"

    @property
    def warehouse(self) -> str:
        return f"{self.prefix}_warehouse"

    @property
    def reader(self) -> str:
        return f"{self.prefix}_reader"

    @property
    def crm(self) -> Path:
        return self.folder / "crm" / "crm.sqlite3"

    @property
    def billing_export(self) -> Path:
        return self.folder / "billing-export"

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    def built(self) -> bool:
        """Whether a finished build is there. Raises `DemoError` when a stranger's database has one of the names."""
        self.server.refuse_strangers(self.platform, self.warehouse)
        databases = self.server.marked(self.platform) and self.server.marked(self.warehouse)
        return bool(databases) and (self.folder / FINISHED).exists()


Progress = Callable[[str, float], None]  # what was done, and the seconds it took


def build_sources(places: Places, today: date, *, seed: int = SEED, done: Progress) -> None:
    """Make every source anew, as it was on the morning of `today`."""
    remove_sources(places)
    start = perf_counter()
    for step in _steps(places, today, seed):
        done(step, perf_counter() - start)
        start = perf_counter()
    (places.folder / FINISHED).write_text(json.dumps({"today": today.isoformat(), "seed": seed}))


def _steps(places: Places, today: date, seed: int) -> Iterator[str]:
    server = places.server
    world = imagine(today, seed)
    yield f"imagined {len(world.accounts)} customers and {len(world.readings):,} readings"
    make_reader(server, places.reader)
    server.create(places.platform, "The product platform of Northbeam: app, billing, fleet and help desk.")
    server.create(places.warehouse, "The warehouse of Northbeam: landing, staging, core and marts.")
    with server.open(places.platform) as platform:
        build_platform(platform, world)
        let_read(platform, places.reader)
    yield f"database {places.platform}"
    with server.open(places.platform) as platform, server.open(places.warehouse) as warehouse:
        build_warehouse(warehouse, platform, world)
        let_read(warehouse, places.reader)
    for name in (places.platform, places.warehouse):
        server.analyze(name)
    yield f"database {places.warehouse}"
    _claim(places.folder)
    build_crm(places.crm, world)
    yield f"CRM {places.crm}"
    build_billing_export(places.billing_export, world)
    yield f"billing export {places.billing_export}"
    build_lake(places.lake, world)
    yield f"event lake {places.lake}"


def _claim(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(
        "Files of the fictional company Northbeam. `manage.py demo --reset` removes this folder.\n"
    )


def remove_sources(places: Places) -> None:
    """Remove what the demo made; raises `DemoError` before touching anything when part of it is a stranger's."""
    places.server.refuse_strangers(places.platform, places.warehouse)
    if places.folder.exists() and any(places.folder.iterdir()) and not (places.folder / MARKER).exists():
        raise DemoError(f"{places.folder} holds files that the demo did not write. Move them away, then try again.")
    for name in (places.platform, places.warehouse):
        places.server.drop(name)
    drop_reader(places.server, places.reader)
    shutil.rmtree(places.folder, ignore_errors=True)


def evolved(places: Places) -> bool:
    """Whether release 5.4 has been applied."""
    with places.server.open(places.platform) as platform:
        return is_evolved(platform)


def evolve_sources(places: Places) -> None:
    """Apply release 5.4 everywhere. Raises `DemoError` when it was applied before."""
    if evolved(places):
        raise DemoError("Release 5.4 is out already.")
    with places.server.open(places.platform) as platform, places.server.open(places.warehouse) as warehouse:
        evolve_database(platform, "platform")
        evolve_database(warehouse, "warehouse")
    evolve_crm(places.crm)
    evolve_billing_export(places.billing_export)
