"""The event lake: Parquet files, one folder a day (``dt=2026-11-19``), with structs and lists of structs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from demo.northbeam import personal
from demo.northbeam.chance import DAY, days_between, midnight, moment, new_uuid, stream
from demo.northbeam.fleet import Device, Site
from demo.northbeam.readings import sun_hours
from demo.northbeam.usage import LoginSession
from demo.northbeam.world import World

Event = dict[str, Any]
INSTANT = pa.timestamp("us", tz="UTC")

SCHEMAS = {
    "app_event": pa.schema([
        ("event_id", pa.string()),
        ("event_name", pa.string()),
        ("occurred_at", INSTANT),
        ("user", pa.struct([("user_id", pa.int64()), ("account_id", pa.int64()), ("role", pa.string())])),
        ("device", pa.struct([
            ("os", pa.string()), ("app_version", pa.string()),
            ("screen", pa.struct([("width", pa.int16()), ("height", pa.int16())])),
        ])),
        ("experiments", pa.list_(pa.struct([("name", pa.string()), ("variant", pa.string())]))),
        ("properties", pa.map_(pa.string(), pa.string())),
    ]),
    "device_telemetry": pa.schema([
        ("device_id", pa.string()),
        ("site_id", pa.int64()),
        ("sent_at", INSTANT),
        ("firmware", pa.string()),
        ("power", pa.struct([("dc_watt", pa.float64()), ("ac_watt", pa.float64()), ("grid_hz", pa.float32())])),
        ("strings", pa.list_(pa.struct([("number", pa.int8()), ("volt", pa.float32()), ("ampere", pa.float32())]))),
        ("temperatures", pa.list_(pa.float32())),
        ("errors", pa.list_(pa.string())),
    ]),
    "web_session": pa.schema([
        ("session_id", pa.string()),
        ("visitor_id", pa.string()),
        ("started_at", INSTANT),
        ("ip_address", pa.string()),
        ("country", pa.string()),
        ("utm", pa.struct([("source", pa.string()), ("medium", pa.string()), ("campaign", pa.string())])),
        ("pages", pa.list_(pa.struct([("path", pa.string()), ("seconds", pa.int32())]))),
        ("signed_up", pa.bool_()),
    ]),
    "energy_forecast": pa.schema([
        ("site_id", pa.int64()),
        ("made_at", INSTANT),
        ("model", pa.struct([("name", pa.string()), ("version", pa.string())])),
        ("hours", pa.list_(pa.struct([
            ("hour", pa.int8()), ("kwh", pa.float32()), ("low_kwh", pa.float32()), ("high_kwh", pa.float32()),
        ]))),
        ("total_kwh", pa.float64()),
    ]),
}  # fmt: skip
DESCRIPTIONS = {"app_event": "What people do in the app.", "energy_forecast": "Production expected on the day."}
NAMES = ("open_today", "open_month", "open_savings", "change_goal", "share_report", "charge_plan")


def app_events(world: World) -> Iterator[Event]:
    """One to four events for each session."""
    rng = stream(world.seed, "app events")
    people = {user.user_id: (user.account_id, user.role) for user in world.users}
    for session in world.sessions:
        for step in range(rng.randrange(1, 5)):
            yield _app_event(session, *people[session.user_id], step, rng)


def _app_event(session: LoginSession, account_id: int, role: str, step: int, rng: Random) -> Event:
    experiments = [{"name": "new_onboarding", "variant": rng.choice("AB")}] if session.user_id % 2 else []
    return {
        "event_id": str(new_uuid(rng)),
        "event_name": rng.choices(NAMES, (50, 18, 12, 4, 3, 13))[0],
        "occurred_at": session.started_at + timedelta(seconds=7 * step + rng.randrange(6)),
        "user": {"user_id": session.user_id, "account_id": account_id, "role": role},
        "device": {"os": session.client, "app_version": session.app_version, "screen": {"width": 390, "height": 844}},
        "experiments": experiments,
        "properties": {"units": "kWh"} if step else {},
    }


def telemetry(world: World) -> Iterator[Event]:
    """A few messages a day from a few inverters: the lake keeps a sample."""
    rng = stream(world.seed, "telemetry")
    inverters = [device for device in world.devices if device.model_code.startswith("HEL")]
    for day in days_between(world.first, world.today - DAY):
        for device in rng.sample(inverters, 24):
            yield _message(device, day, rng)


def _message(device: Device, day: date, rng: Random) -> Event:
    watt = round(rng.uniform(0, 5000), 1)
    strings = [
        {"number": n, "volt": round(rng.uniform(180, 420), 1), "ampere": round(rng.uniform(0, 9), 2)} for n in (1, 2)
    ]
    return {
        "device_id": str(device.device_id),
        "site_id": device.site_id,
        "sent_at": moment(day, rng),
        "firmware": device.firmware_version,
        "power": {"dc_watt": watt, "ac_watt": round(watt * 0.965, 1), "grid_hz": round(rng.gauss(50, 0.02), 3)},
        "strings": strings,
        "temperatures": [round(rng.uniform(12, 60), 1) for _ in range(3)],
        "errors": ["E-031"] if rng.random() < 0.03 else [],
    }


def web_sessions(world: World) -> Iterator[Event]:
    """Visits to the web site. The files of the last day have not arrived."""
    rng = stream(world.seed, "web sessions")
    for day in days_between(world.first, world.today - DAY * 2):
        for _ in range(rng.randrange(12, 30)):
            yield _visit(day, rng)


def _visit(day: date, rng: Random) -> Event:
    source = rng.choice(("google", "newsletter", "fair", None))
    paths = rng.choices(("/", "/plans", "/savings", "/blog/batteries", "/sign-up"), k=rng.randrange(1, 5))
    return {
        "session_id": str(new_uuid(rng)),
        "visitor_id": f"v{rng.getrandbits(40):010x}",
        "started_at": moment(day, rng),
        "ip_address": personal.ip_address(rng),
        "country": rng.choice(("GB", "DE", "SE")),
        "utm": {"source": source, "medium": "cpc" if source == "google" else source, "campaign": None},
        "pages": [{"path": path, "seconds": rng.randrange(2, 240)} for path in paths],
        "signed_up": "/sign-up" in paths and rng.random() < 0.3,
    }


def forecasts(world: World) -> Iterator[Event]:
    """Each morning's forecast for the sites with a battery, a sample of them."""
    rng = stream(world.seed, "forecasts")
    batteries = [site for site in world.sites if site.has_battery][:20]
    for day in days_between(world.first, world.today - DAY):
        yield from (_forecast(site, day, rng) for site in batteries if site.commissioned_on <= day)


def _forecast(site: Site, day: date, rng: Random) -> Event:
    total = round(site.peak_power_kw * sun_hours(day) * rng.uniform(0.4, 0.9), 2)
    hours = [
        {"hour": hour, "kwh": total * share, "low_kwh": total * share * 0.7, "high_kwh": total * share * 1.2}
        for hour, share in ((9, 0.1), (11, 0.3), (13, 0.4), (15, 0.2))
    ]
    made = midnight(day) + timedelta(hours=4)
    model = {"name": "skycast", "version": "2.3"}
    return {"site_id": site.site_id, "made_at": made, "model": model, "hours": hours, "total_kwh": total}


def build_lake(folder: Path, world: World) -> None:
    """Write all files of the lake into `folder`, which is empty."""
    _write_days(folder, "app_event", app_events(world), "occurred_at")
    _write_days(folder, "device_telemetry", telemetry(world), "sent_at")
    _write_days(folder, "web_session", web_sessions(world), "started_at")
    _write_days(folder, "energy_forecast", forecasts(world), "made_at")


def _write_days(folder: Path, name: str, events: Iterable[Event], time_field: str) -> None:
    days: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        days[event[time_field].date()].append(event)
    for day, group in days.items():
        path = folder / name / f"dt={day}" / "part-0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(group, schema=SCHEMAS[name]), path, compression="zstd")
