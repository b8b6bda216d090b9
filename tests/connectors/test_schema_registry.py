"""A schema registry, by a small server that speaks the documented API of Confluent's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from harvest import facts
from harvest.connectors.base import Brakes, ConnectorError, Scope
from harvest.connectors.registry import connector_for_url
from harvest.connectors.schemas import RegistryConnector
from harvest.connectors.schemas.config import RegistryConfig
from tests.connectors.reading import Harvest

ORDER = {
    "type": "record", "name": "Order", "namespace": "shop", "doc": "An order, as it is placed.",
    "fields": [
        {"name": "id", "type": "long", "doc": "Its number."},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "PAID"]}},
        {"name": "buyer", "type": {"type": "record", "name": "Buyer", "fields": [{"name": "city", "type": "string"}]}},
        {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
            {"name": "sku", "type": "string"}, {"name": "gift_to", "type": ["null", "Buyer"]}]}}},
        {"name": "labels", "type": {"type": "map", "values": "int"}},
        {"name": "either", "type": ["int", "string"]},
        {"name": "parent", "type": ["null", "Order"]},
    ],
}  # fmt: skip
PERSON = {
    "type": "object", "title": "A person.", "required": ["id", "address"],
    "properties": {
        "id": {"type": "integer", "description": "Their number."},
        "born": {"type": ["string", "null"], "format": "date"},
        "address": {"$ref": "#/$defs/address"},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"word": {"type": "string"}}}},
        "size": {"enum": ["S", "L"], "type": "string"},
        "extra": {"oneOf": [{"type": "null"}, {"type": "boolean"}]},
    },
    "$defs": {"address": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}  # fmt: skip


class Registry:
    """What the server answers, by path."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"/config": {"compatibilityLevel": "BACKWARD"}, "/subjects": []}
        self.password = ""
        self.address = ""

    def add(self, subject: str, schema: Any, kind: str = "", **more: Any) -> None:
        text = schema if isinstance(schema, str) else json.dumps(schema)
        found = {"subject": subject, "version": 3, "id": 17, "schema": text, **more}
        self.answers["/subjects"].append(subject)
        self.answers[f"/subjects/{subject}/versions/latest"] = found | ({"schemaType": kind} if kind else {})
        self.answers[f"/subjects/{subject}/versions/3"] = self.answers[f"/subjects/{subject}/versions/latest"]

    def read(self, **settings: Any) -> Harvest:
        config = RegistryConfig.model_validate({"address": self.address} | settings)
        with RegistryConnector(config, Brakes(statement_seconds=5)) as connector:
            return Harvest(connector.facts(Scope()))


@pytest.fixture
def registry() -> Iterator[Registry]:
    told = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = told.answers.get(unquote(self.path))
            status = 401 if told.password and self.headers["Authorization"] != told.password else 200 if found else 404
            status = 200 if status == 404 and found == [] else status
            body = found if isinstance(found, bytes) else json.dumps(found or []).encode()
            self.send_response(302 if body == b"elsewhere" else status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.address = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


def shape(harvest: Harvest, subject: str) -> dict[str, tuple[str, str, bool]]:
    return {
        f"{one.parent}.{one.name}".lstrip("."): (one.native_type, one.type, one.nullable)
        for one in harvest.about(facts.Field, subject)
    }


def test_avro_becomes_nested_fields(registry: Registry) -> None:
    registry.add("orders-value", ORDER)
    harvest = registry.read()
    stream = harvest.datasets["orders-value",]
    assert (stream.kind, stream.comment) == ("stream", "An order, as it is placed.")
    assert (stream.details["schema"], stream.details["version"], stream.details["topic"]) == ("Avro", 3, "orders")
    assert shape(harvest, "orders-value") == {
        "id": ("long", "integer", False),
        "note": ("string", "string", True),
        "total": ("decimal(10,2)", "decimal", False),
        "at": ("timestamp-millis", "timestamptz", False),
        "state": ("enum", "enum", False),
        "buyer": ("shop.Buyer", "struct", False),
        "buyer.city": ("string", "string", False),
        "lines": ("array<shop.Line>", "array", False),
        "lines.sku": ("string", "string", False),
        "lines.gift_to": ("shop.Buyer", "struct", True),
        "lines.gift_to.city": ("string", "string", False),
        "labels": ("map<string, int>", "map", False),
        "labels.key": ("string", "string", False),
        "labels.value": ("int", "integer", False),
        "either": ("int | string", "json", False),
        "parent": ("shop.Order", "struct", True),
    }
    assert harvest.about(facts.Field, "orders-value")[0].comment == "Its number."


def test_json_schema_becomes_nested_fields(registry: Registry) -> None:
    registry.add("people", PERSON, "JSON")
    harvest = registry.read()
    assert harvest.datasets["people",].comment == "A person."
    assert shape(harvest, "people") == {
        "id": ("integer", "integer", False),
        "born": ("string (date)", "date", True),
        "address": ("object", "struct", False),
        "address.city": ("string", "string", False),
        "tags": ("array<object>", "array", True),
        "tags.word": ("string", "string", True),
        "size": ("string", "enum", True),
        "extra": ("boolean", "boolean", True),
    }


def test_protobuf_is_shown_as_its_text(registry: Registry) -> None:
    text = 'syntax = "proto3"; message Ping { string at = 1; }'
    registry.add("pings", text, "PROTOBUF")
    harvest = registry.read()
    assert harvest.datasets["pings",].details["text"] == text
    assert harvest.about(facts.Field, "pings") == []


def test_types_of_other_subjects_are_followed(registry: Registry) -> None:
    registry.add(
        "buyer", {"type": "record", "name": "Buyer", "namespace": "x", "fields": [{"name": "n", "type": "int"}]}
    )
    order = {"type": "record", "name": "O", "fields": [{"name": "buyer", "type": "x.Buyer"}]}
    registry.add("order", order, references=[{"name": "x.Buyer", "subject": "buyer", "version": 3}])
    assert shape(registry.read(), "order")["buyer.n"] == ("int", "integer", False)


@pytest.mark.parametrize(
    "schema",
    ["{", "7", {"type": "record", "name": "A", "fields": [{"name": "b", "type": "Unknown"}]}, "[" * 50_000],
    ids=["cut", "number", "unknown", "deep"],
)
def test_a_schema_that_is_none_is_a_problem_and_the_others_are_read(registry: Registry, schema: Any) -> None:
    registry.add("bad", schema)
    registry.add("good", ORDER)
    harvest = registry.read()
    assert [problem.path for problem in harvest.of(facts.Problem)] == [("bad",)]
    assert set(harvest.datasets) == {("good",)}


def test_compatibility_is_told(registry: Registry) -> None:
    registry.add("orders-value", ORDER)
    registry.answers["/config/orders-value"] = {"compatibilityLevel": "FULL"}
    assert registry.read().datasets["orders-value",].details["compatibility"] == "full"


def test_a_password_is_needed_and_never_told(registry: Registry) -> None:
    registry.add("good", ORDER)
    registry.password = "Basic a2V5OnNlY3JldA=="  # key:secret
    assert ("good",) in registry.read(user="key", password="secret").datasets
    with pytest.raises(ConnectorError) as caught:
        registry.read(user="key", password="other")
    assert (caught.value.part, "other" in str(caught.value)) == ("password", False)


@pytest.mark.parametrize("body", [b"<html>", b'{"a": 1}', b"elsewhere"])
def test_what_is_no_registry_is_said_to_be_none(registry: Registry, body: bytes) -> None:
    registry.answers["/subjects"] = body
    with pytest.raises(ConnectorError) as caught:
        registry.read()
    assert caught.value.part in ("format", "source")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "registry:8081", "http://u:p@h", "http://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"Write the address|Give user and password"):
        RegistryConfig(address=address)


def test_a_url_tells_kind_and_place() -> None:
    found = connector_for_url("schema-registry+https://k:s@h:8081/api")
    config = found.Config.from_url("schema-registry+https://k:s@h:8081/api")
    assert (found.kind, config.location(), config.model_dump()["address"]) == (
        "schema-registry", "h:8081/api", "https://h:8081/api",
    )  # fmt: skip
