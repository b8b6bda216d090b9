"""Servers of streams on this machine, and what they are given."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import Any

import pytest

from harvest import facts
from harvest.connectors.base import Brakes, Connector, Scope
from harvest.connectors.registry import connector_for
from tests.connectors.reading import Harvest

PORTS = {"nats": 4222, "rabbitmq": 5672, "redis": 6379, "mqtt": 1883}
MESSAGES = [{"id": 1, "at": {"shop": "Bern"}}, {"id": 2, "at": {"shop": "Basel"}, "note": "late"}]


def connector(kind: str, **settings: Any) -> Connector:
    with closing(socket.socket()) as probe:
        probe.settimeout(2)
        if probe.connect_ex(("127.0.0.1", PORTS[kind])):
            pytest.skip(f"no {kind} server answers on this machine")
    factory = connector_for(kind)
    return factory(factory.Config.model_validate({"host": "127.0.0.1"} | settings), Brakes(statement_seconds=10))


def read(source: Connector, *scope: str) -> Harvest:
    with source as entered:
        return Harvest(entered.facts(Scope(scope)))


def shape(harvest: Harvest, *path: str) -> dict[str, tuple[str, bool]]:
    return {
        f"{one.parent}.{one.name}".lstrip("."): (one.type, one.nullable) for one in harvest.about(facts.Field, *path)
    }


LEARNED = {
    "id": ("integer", False), "at": ("struct", False), "at.shop": ("string", False), "note": ("string", True),
}  # fmt: skip
