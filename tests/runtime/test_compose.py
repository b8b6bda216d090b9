"""The compose file of a server: whole, healthy, and without a secret in it."""

import re
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import get_commands

from config.env import Environment
from tests.runtime.conftest import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
SECRETS = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "CONCORD_ENCRYPTION_KEYS"}

# The part of the Compose Specification (github.com/compose-spec/compose-spec) that the file uses.
DEPENDENCY = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"condition": {"enum": ["service_healthy", "service_completed_successfully", "service_started"]}},
}
DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}
WORDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "restart"],
    "properties": {
        "build": {"type": "string"},
        "image": {"type": "string"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "init": {"type": "boolean"},
        "shm_size": {"type": "string"},
        "stop_grace_period": DURATION,
        "command": WORDS,
        "ports": WORDS,
        "volumes": WORDS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "depends_on": {"type": "object", "additionalProperties": DEPENDENCY},
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test", "interval", "timeout", "retries"],
            "properties": {
                "test": {**WORDS, "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}]},
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["services", "volumes"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(TEXT)
    return parsed


def test_the_file_keeps_to_the_specification(compose):
    jsonschema.validate(compose, SCHEMA)


def test_every_process_of_concord_is_a_command(compose):
    commands = [service["command"] for service in compose["services"].values() if "build" in service]
    assert {tuple(command[:2]) for command in commands} == {("python", "manage.py")}
    assert {command[2] for command in commands} == {"migrate", "web", "worker", "beat"}
    assert {command[2] for command in commands} <= set(get_commands())


def test_every_variable_that_concord_is_given_is_a_setting(compose):
    given = set(compose["services"]["web"]["environment"])
    assert {name.lower() for name in given} <= set(Environment.model_fields)


def test_every_secret_must_be_given_and_has_no_default(compose):
    used = dict(re.findall(r"\$\{([A-Z_]+):?([-?])", TEXT))
    assert {name for name in SECRETS if used[name] == "?"} == SECRETS


def test_what_is_waited_for_tells_of_its_health(compose):
    services = compose["services"]
    waited = {
        name
        for service in services.values()
        for name, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert {name for name in waited if "healthcheck" in services[name]} == waited


def test_every_volume_used_is_declared(compose):
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_only_the_site_is_reachable_from_outside_and_only_from_this_machine(compose):
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {"web": ["${WEB_PUBLISH:-127.0.0.1:8000}:8000"]}
