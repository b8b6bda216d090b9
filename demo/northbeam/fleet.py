"""Sites, their devices, and the alerts these raise."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from demo.northbeam import personal
from demo.northbeam.chance import DAY, midnight, moment, new_uuid, stream
from demo.northbeam.customers import Account, Address

ROLLOUT_DAYS = 21  # firmware 4.2.0 has been going out for three weeks
ROLLOUT_SHARE = 0.45
TIME_ZONES = {"GB": "Europe/London", "DE": "Europe/Berlin", "SE": "Europe/Stockholm"}
OPERATORS = {"GB": "Northern Wires", "DE": "Küstennetz", "SE": "Sydnät"}
TARIFF_CURRENCY = {"GB": "GBP", "DE": "EUR", "SE": "SEK"}
COORDINATES = {city: (lat, lon) for cities in personal.CITIES.values() for city, _, lat, lon in cities}


class Installer(NamedTuple):
    installer_id: int
    company_name: str
    contact_name: str
    contact_email: str
    contact_phone: str
    country_code: str
    certified_until: date | None


class GridTariff(NamedTuple):
    tariff_code: str
    grid_operator: str
    currency: str
    bands: list[dict[str, Any]]
    valid: str


class DeviceModel(NamedTuple):
    model_code: str
    manufacturer: str
    kind: str
    rated_kw: float | None
    capacity_kwh: float | None
    warranty_years: int
    datasheet: dict[str, Any]


class FirmwareRelease(NamedTuple):
    version: str
    kind: str
    released_on: date
    rollout_percent: int
    notes: str | None


class Site(NamedTuple):
    site_id: int
    account_id: int
    address_id: int
    installer_id: int | None
    tariff_code: str
    name: str
    peak_power_kw: float
    panel_count: int
    tilt_degrees: int
    azimuth_degrees: int
    latitude: float
    longitude: float
    time_zone: str
    has_battery: bool
    commissioned_on: date


class Device(NamedTuple):
    device_id: uuid.UUID
    site_id: int
    model_code: str
    serial_number: str
    status: str
    firmware_version: str | None
    firmware_since: datetime | None
    mac_address: str
    ip_address: str | None
    config: dict[str, Any]
    installed_on: date
    last_seen_at: datetime | None


class DeviceEvent(NamedTuple):
    event_id: int
    device_id: uuid.UUID
    from_status: str | None
    to_status: str
    occurred_at: datetime


class DeviceAlert(NamedTuple):
    alert_id: int
    device_id: uuid.UUID
    code: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None
    details: dict[str, Any]


MODELS = (
    DeviceModel("NB-G2", "Northbeam", "gateway", None, None, 5, {"radio": ["wifi", "lte"]}),
    DeviceModel("HEL-5", "Helion", "inverter", 5.0, None, 10, {"phases": 1, "mppt": 2}),
    DeviceModel("HEL-12", "Helion", "inverter", 12.0, None, 10, {"phases": 3, "mppt": 3}),
    DeviceModel("STORA-7", "Stora Cell", "battery", 3.6, 7.2, 10, {"chemistry": "LFP"}),
    DeviceModel("ZLR-3", "Zähler & Rath", "meter", None, None, 8, {"class": "B"}),
)  # fmt: skip


def firmware_releases(today: date) -> list[FirmwareRelease]:
    return [
        FirmwareRelease("4.1.3", "gateway", today - DAY * 140, 100, "Fewer reconnects on weak signal."),
        FirmwareRelease("4.2.0", "gateway", today - DAY * ROLLOUT_DAYS, 45, "New meter driver. Rolling out in stages."),
        FirmwareRelease("2.8.1", "inverter", today - DAY * 210, 100, None),
        FirmwareRelease("1.9.0", "battery", today - DAY * 95, 100, "Safer charging below 5 °C."),
        FirmwareRelease("1.2.2", "meter", today - DAY * 400, 100, None),
    ]


def installers(seed: int, today: date) -> list[Installer]:
    rng = stream(seed, "installers")
    return [_installer(number, today, rng) for number in range(1, 15)]


def _installer(number: int, today: date, rng: Random) -> Installer:
    country = rng.choice(("GB", "DE", "SE"))
    given, family = rng.choice(personal.GIVEN_NAMES[country]), rng.choice(personal.FAMILY_NAMES[country])
    company = f"{family} {rng.choice(('Solar', 'Electrical', 'Roofing', 'Energie', 'Sol & El'))}"
    mail = personal.email(given, family, number, "example.org")
    certified = today + DAY * rng.randrange(-60, 700) if rng.random() < 0.9 else None
    return Installer(number, company, f"{given} {family}", mail, personal.phone(country, rng), country, certified)


def grid_tariffs() -> list[GridTariff]:
    return [
        GridTariff(f"{country}-{name}", OPERATORS[country], TARIFF_CURRENCY[country], _bands(name), "[2025-01-01,)")
        for country in OPERATORS
        for name in ("flat", "night")
    ]


def _bands(name: str) -> list[dict[str, Any]]:
    if name == "flat":
        return [{"from": "00:00", "to": "24:00", "import_minor_per_kwh": 27, "export_minor_per_kwh": 8}]
    return [
        {"from": "00:00", "to": "06:00", "import_minor_per_kwh": 14, "export_minor_per_kwh": 8},
        {"from": "06:00", "to": "24:00", "import_minor_per_kwh": 33, "export_minor_per_kwh": 8},
    ]


def build_sites(accounts: list[Account], addresses: list[Address], today: date, seed: int) -> list[Site]:
    """One site for each address of the accounts that are past their first days."""
    rng = stream(seed, "sites")
    ready = {account.account_id: account for account in accounts if account.created_at.date() + DAY * 10 < today}
    roofs = [address for address in addresses if address.account_id in ready]
    return [_site(number, ready[address.account_id], address, rng) for number, address in enumerate(roofs, start=1)]


def _site(number: int, account: Account, address: Address, rng: Random) -> Site:
    business = account.kind == "business"
    panels = rng.randrange(40, 180) if business else rng.randrange(8, 28)
    latitude, longitude = COORDINATES[address.city]
    return Site(
        site_id=number,
        account_id=account.account_id,
        address_id=address.address_id,
        installer_id=rng.randrange(1, 15) if rng.random() < 0.85 else None,
        tariff_code=f"{account.country_code}-{rng.choice(('flat', 'night'))}",
        name=rng.choice(("Barn", "Main hall", "Workshop")) if business else rng.choice(("Home", "Roof", "Garage roof")),
        peak_power_kw=round(panels * 0.41, 2),
        panel_count=panels,
        tilt_degrees=rng.randrange(10, 46),
        azimuth_degrees=rng.choice((90, 135, 180, 180, 200, 225, 270)),
        latitude=round(latitude + rng.uniform(-0.2, 0.2), 5),
        longitude=round(longitude + rng.uniform(-0.2, 0.2), 5),
        time_zone=TIME_ZONES[account.country_code],
        has_battery=rng.random() < 0.45,
        commissioned_on=account.created_at.date() + DAY * rng.randrange(3, 10),
    )


def install_devices(sites: list[Site], today: date, seed: int) -> list[Device]:
    rng = stream(seed, "devices")
    return [device for site in sites for device in _devices_of(site, today, rng)]


def _devices_of(site: Site, today: date, rng: Random) -> Iterator[Device]:
    inverter = "HEL-12" if site.peak_power_kw > 8 else "HEL-5"
    upgrade = today - DAY * rng.randrange(1, ROLLOUT_DAYS) if rng.random() < ROLLOUT_SHARE else None
    since = moment(max(upgrade, site.commissioned_on), rng, 1, 4) if upgrade else None
    yield _device(site, "NB-G2", "4.2.0" if since else "4.1.3", since, today, rng)
    yield _device(site, inverter, "2.8.1", None, today, rng)
    yield _device(site, "ZLR-3", "1.2.2", None, today, rng)
    if site.has_battery:
        yield _device(site, "STORA-7", "1.9.0", None, today, rng)


def _device(site: Site, model: str, firmware: str, since: datetime | None, today: date, rng: Random) -> Device:
    status = rng.choices(("online", "offline", "retired"), (93, 5, 2))[0]
    silent = 0 if status == "online" else rng.randrange(2, 30)
    seen = max(midnight(today) - timedelta(days=silent, minutes=rng.randrange(1, 90)), midnight(site.commissioned_on))
    return Device(
        device_id=new_uuid(rng),
        site_id=site.site_id,
        model_code=model,
        serial_number=f"{model.replace('-', '')}{rng.getrandbits(36):09X}",
        status=status,
        firmware_version=firmware,
        firmware_since=since,
        mac_address=f"02:00:5e:{rng.randrange(256):02x}:{rng.randrange(256):02x}:{rng.randrange(256):02x}",
        ip_address=personal.ip_address(rng) if model == "NB-G2" else None,
        config={"interval_seconds": 300, "region": site.time_zone} if model == "NB-G2" else {},
        installed_on=site.commissioned_on,
        last_seen_at=seen,
    )


def device_events(devices: list[Device]) -> list[DeviceEvent]:
    """The log of device states: every device was provisioned, came online, and some went silent or were replaced."""
    moves = [(at, device, before, after) for device in devices for before, after, at in _moves(device)]
    moves.sort(key=lambda move: (move[0], move[1].device_id))
    return [
        DeviceEvent(number, d.device_id, before, after, at) for number, (at, d, before, after) in enumerate(moves, 1)
    ]


def _moves(device: Device) -> Iterator[tuple[str | None, str, datetime]]:
    installed = midnight(device.installed_on)
    yield None, "provisioned", installed - timedelta(days=1)
    yield "provisioned", "online", installed + timedelta(hours=10)
    if device.status != "online" and device.last_seen_at:
        yield "online", device.status, device.last_seen_at + timedelta(days=1)


def raise_alerts(devices: list[Device], first: date, today: date, seed: int) -> list[DeviceAlert]:
    """About ten alerts a day; most clear within hours."""
    rng = stream(seed, "alerts")
    span = (today - first).days
    raised = sorted((first + DAY * rng.randrange(span), index) for index in range(span * 10))
    return [_alert(number, rng.choice(devices), day, rng) for number, (day, _) in enumerate(raised, start=1)]


def _alert(number: int, device: Device, day: date, rng: Random) -> DeviceAlert:
    code, severity = rng.choice(
        (("NO_DATA_1H", "warning"), ("STRING_LOW", "info"), ("GRID_FREQ", "info"), ("OVERTEMP", "critical"))
    )
    at = moment(day, rng)
    cleared = at + timedelta(minutes=rng.randrange(5, 90)) if rng.random() < 0.93 else None
    return DeviceAlert(number, device.device_id, code, severity, at, cleared, {"value": round(rng.uniform(0, 90), 1)})
