"""Which connectors there are: those of Concord, and those that installed packages bring.

A package brings one by an entry point in the group ``concord.connectors``, named for its kind (docs/connectors.md).
Connectors are imported when they are asked for, so that a missing database driver stops only what needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from harvest.connectors.base import Connector, ConnectorConfig, ConnectorError

GROUP = "concord.connectors"
SPECIAL = {
    "postgresql": "harvest.connectors.postgres:PostgresConnector",
    "files": "harvest.connectors.files:FilesConnector",
    "nats": "harvest.connectors.streams.nats:NatsConnector",
    "rabbitmq": "harvest.connectors.streams.rabbitmq:RabbitConnector",
    "redis": "harvest.connectors.streams.redis:RedisConnector",
    "mqtt": "harvest.connectors.streams.mqtt:MqttConnector",
    "schema-registry": "harvest.connectors.schemas:RegistryConnector",
    "dbt": "harvest.connectors.dbt:DbtConnector",
}
# Asked last: it answers to whatever has a SQLAlchemy dialect, and a connector made for one source knows it better.
GENERAL = {"sqlalchemy": "harvest.connectors.sql:SQLConnector"}
BUILT_IN = SPECIAL | GENERAL

_METHODS = ("__enter__", "__exit__", "describe", "names", "signature", "facts", "profile")


class Broken(NamedTuple):
    """A connector that cannot be used here."""

    kind: str
    message: str  # what is wrong and what to do


def kinds() -> tuple[str, ...]:
    """Return the kinds that can be used."""
    return tuple(kind for kind, found in _loaded() if not isinstance(found, ConnectorError))


def broken() -> tuple[Broken, ...]:
    """Return the connectors that cannot be used, and why."""
    unusable = [Broken(kind, str(found)) for kind, found in _loaded() if isinstance(found, ConnectorError)]
    taken = [Broken(point.name, f"{_origin(point)} is of a kind that there is already.") for point in _of_packages()[1]]
    return (*unusable, *taken)


def connector_for(kind: str) -> type[Connector]:
    """Return the connector of a kind. Raises `ConnectorError` where there is none or it cannot be used."""
    if kind in BUILT_IN:  # no package replaces one of ours: there is no need to look at what is installed
        return _load(EntryPoint(kind, BUILT_IN[kind], GROUP))
    for point in _points():
        if point.name == kind:
            return _load(point)
    raise ConnectorError(
        f"There is no connector of the kind {kind}: install the package that brings it, or use one of "
        f"{', '.join(kinds())}.",
        part="driver",
    )


def connector_for_url(url: str) -> type[Connector]:
    """Return the connector that answers to the URL's scheme; text without a scheme is the path of a file or folder.

    Raises `ConnectorError` where none does. The URL is not quoted: it may hold a password.
    """
    scheme = _scheme(url)
    dialect = scheme.partition("+")[0]  # SQLAlchemy writes dialect+driver
    failed: list[ConnectorError] = []
    for kind, found in _loaded():
        if not isinstance(found, ConnectorError):
            if scheme in found.schemes or dialect in found.schemes:
                return found
        elif kind == dialect:
            raise found
        else:
            failed.append(found)
    raise ConnectorError(_unknown_scheme(scheme, failed), part="driver")


def _unknown_scheme(scheme: str, failed: list[ConnectorError]) -> str:
    known = {name for _, found in _loaded() if not isinstance(found, ConnectorError) for name in found.schemes}
    sentences = [f"No connector answers to {scheme}: URLs; known are {', '.join(sorted(known))}.", *map(str, failed)]
    return " ".join(sentences)


def _scheme(url: str) -> str:
    scheme, colon, _ = url.strip().partition(":")
    try:
        scheme = urlsplit(url.strip()).scheme if colon else ""
    except ValueError:  # a host in broken brackets, say, which the connector will complain about
        scheme = scheme.lower()
    return scheme if len(scheme) > 1 else "file"  # a single letter is a drive of Windows


def _points() -> Iterator[EntryPoint]:
    yield from (EntryPoint(kind, target, GROUP) for kind, target in SPECIAL.items())
    yield from _of_packages()[0].values()
    yield from (EntryPoint(kind, target, GROUP) for kind, target in GENERAL.items())


def _of_packages() -> tuple[dict[str, EntryPoint], list[EntryPoint]]:
    """Return the first entry point of each new kind, and those whose kind is taken: none replaces another."""
    first: dict[str, EntryPoint] = {}
    taken: list[EntryPoint] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        if point.name in BUILT_IN or point.name in first:
            taken.append(point)
        else:
            first[point.name] = point
    return first, taken


def _loaded() -> Iterator[tuple[str, type[Connector] | ConnectorError]]:
    for point in _points():
        try:
            yield point.name, _load(point)
        except ConnectorError as error:
            yield point.name, error


def _load(point: EntryPoint) -> type[Connector]:
    try:
        found = point.load()
    except ModuleNotFoundError as error:
        raise ConnectorError(_missing(point, error), part="driver") from error
    except Exception as error:  # a package from elsewhere may fail in any way, and the others must go on
        message = f"{_origin(point)} could not be loaded ({type(error).__name__}: {error}): ask who made it."
        raise ConnectorError(message, part="driver") from error
    if fault := _fault(point.name, found):
        raise ConnectorError(f"{_origin(point)} is not a connector: {fault}.", part="driver")
    return cast(type[Connector], found)


def _missing(point: EntryPoint, error: ModuleNotFoundError) -> str:
    package = (error.name or "it needs").partition(".")[0]
    return f"{_origin(point)} needs the Python package {package}, which is not installed: install it on every worker."


def _fault(kind: str, found: Any) -> str:
    """Return what `found` lacks to be a connector of this kind, "" where it is one."""
    if lacking := [name for name in _METHODS if not callable(getattr(found, name, None))]:
        return f"it has no {lacking[0]}"
    if getattr(found, "kind", None) != kind:
        return f"its kind is {getattr(found, 'kind', None)!r}, its entry point's name is {kind!r}"
    config = getattr(found, "Config", None)
    if not (isinstance(config, type) and issubclass(config, ConnectorConfig)):
        return "its Config is not a ConnectorConfig"
    return "" if isinstance(getattr(found, "schemes", None), tuple) else "its schemes are not a tuple"


def _origin(point: EntryPoint) -> str:
    package = f" of the package {point.dist.name}" if point.dist else ""
    return f"The connector {point.name}{package}"
