"""Energy of each site on each day, and the flaw that firmware 4.2.0 brought: it loses what the meter says."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import cos, pi
from random import Random
from typing import NamedTuple

from demo.northbeam.chance import DAY, days_between, midnight, stream
from demo.northbeam.fleet import Device, Site


class Reading(NamedTuple):
    site_id: int
    reading_on: date
    production_kwh: float
    consumption_kwh: float | None
    export_kwh: float
    firmware_version: str
    quality_flag: str
    received_at: datetime


def read_sites(sites: list[Site], devices: list[Device], first: date, today: date, seed: int) -> Iterator[Reading]:
    """One reading a site and day, from `first` or its commissioning to yesterday."""
    rng = stream(seed, "readings")
    upgraded = {
        d.site_id: d.firmware_since.date() for d in devices if d.firmware_version == "4.2.0" and d.firmware_since
    }
    for day in days_between(first, today - DAY):
        sky = {zone: rng.betavariate(2.2, 1.8) for zone in ("Europe/London", "Europe/Berlin", "Europe/Stockholm")}
        for site in sites:
            if site.commissioned_on <= day:
                yield _read(site, day, sky[site.time_zone], upgraded.get(site.site_id, today) <= day, rng)


def _read(site: Site, day: date, sky: float, upgraded: bool, rng: Random) -> Reading:
    production = round(site.peak_power_kw * sun_hours(day) * (0.25 + sky) * rng.uniform(0.85, 1.05), 3)
    consumption = round(site.peak_power_kw * rng.uniform(1.2, 2.6), 3)
    kept = min(production, consumption * (0.75 if site.has_battery else 0.42))
    return Reading(
        site.site_id, day, production, None if upgraded else consumption, round(production - kept, 3),
        "4.2.0" if upgraded else "4.1.3", rng.choices("ABC", (94, 5, 1))[0],
        midnight(day + DAY) + timedelta(seconds=rng.randrange(600, 5400)),
    )  # fmt: skip


def sun_hours(day: date) -> float:
    """Hours of full sun that a clear day is worth at 54° north: about 1 in December, 5.5 in June."""
    return 3.25 - 2.25 * cos(2 * pi * (day.timetuple().tm_yday + 10) / 365)
