"""A registered source as a connector ready to use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from pydantic import SecretStr, ValidationError

from catalog.models import Source
from harvest.connectors.base import Brakes, Connector, ConnectorConfig, ConnectorError, Scope
from harvest.connectors.registry import connector_for

PUSHED = "push"  # the kind of sources that are filled from outside


def brakes() -> Brakes:
    """The bounds that the settings put on every look at a source."""
    bounds: dict[str, Any] = settings.HARVEST_BRAKES
    return Brakes(**bounds)


def connect(source: Source, seconds: int | None = None) -> Connector:
    """Return the connector of `source`, not yet entered, with less time for statements where `seconds` says so.

    Raises `ConnectorError` for settings that do not fit.
    """
    if source.kind == PUSHED:
        message = "Programs push what is in this source: there is nothing to connect to. Send it by POST /api/v1/facts."
        raise ConnectorError(message, part="source")
    return open_config(source.kind, source.config | source.secrets, seconds)


def open_config(kind: str, values: dict[str, Any], seconds: int | None = None) -> Connector:
    """Return the connector of `kind` for plain configuration values."""
    factory = connector_for(kind)
    try:
        config = factory.Config.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise ConnectorError(f"The connection settings do not fit: {problems}.", part="source") from None
    bounds = brakes()
    if seconds is not None:
        bounds = replace(bounds, statement_seconds=min(seconds, bounds.statement_seconds))
    return factory(config, bounds)


def split_config(config: ConnectorConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a configuration as what may be shown and what must be encrypted."""
    shown: dict[str, Any] = {}
    secret: dict[str, Any] = {}
    for name, value in config:
        if isinstance(value, SecretStr):
            secret[name] = value.get_secret_value()
        else:
            shown[name] = value
    return shown, secret


def scope_of(source: Source) -> Scope:
    """The part of the source that is wanted."""
    return Scope(tuple(source.include), tuple(source.exclude))
