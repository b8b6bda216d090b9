"""A schema registry: each subject is a stream with the fields of its latest schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar, Self
from urllib.parse import quote

from core.names import join_path
from harvest import facts as told
from harvest.connectors.base import Brakes, ConnectorConfig, ConnectorError, DatasetTarget, ObjectError, Profile, Scope
from harvest.connectors.files.nodes import Node, distinct, field_facts
from harvest.connectors.schemas import json_schema
from harvest.connectors.schemas.avro import AvroReader, BadSchema
from harvest.connectors.schemas.config import SCHEMES, RegistryConfig
from harvest.connectors.streams.asking import ask, basic

MOST_REFERENCES = 50  # of one schema, those of its references included
LONGEST = 100_000  # characters of a schema that are shown


class RegistryConnector:
    """Reads subjects and their latest versions; registers and checks nothing."""

    kind: ClassVar[str] = "schema-registry"
    label: ClassVar[str] = "Schema registry"
    schemes: ClassVar[tuple[str, ...]] = tuple(SCHEMES)
    Config: ClassVar[type[ConnectorConfig]] = RegistryConfig
    values: ClassVar[bool] = False

    def __init__(self, config: RegistryConfig, brakes: Brakes) -> None:
        self.config = config
        self.brakes = brakes
        password = config.password.get_secret_value() if config.password else ""
        self._authorization = basic(config.user, password) if config.user else ""
        self._subjects: list[str] = []

    def __enter__(self) -> Self:
        found = self._ask("/subjects")
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise ConnectorError(f"What answers at {self.config.location()} is no schema registry.", part="format")
        self._subjects = sorted(found)
        return self

    def __exit__(self, *exception: object) -> None:
        self._subjects = []

    def _ask(self, path: str) -> Any:
        address = f"{self.config.address}{path}"
        return ask(address, self.config.location(), self.brakes.statement_seconds, authorization=self._authorization)

    def describe(self) -> str:
        level = (self._ask("/config") or {}).get("compatibilityLevel", "")
        return f"Schema registry, {level.lower()} compatible" if level else "Schema registry"

    def names(self) -> Iterator[tuple[str, ...]]:
        yield from ((subject,) for subject in self._subjects)

    def signature(self) -> str | None:
        return None

    def facts(self, scope: Scope) -> told.Facts:
        yield told.Container((), "database")
        for subject in self._subjects:
            if scope.wants((subject,)):
                yield from self._subject(subject)

    def profile(self, target: DatasetTarget) -> Profile:
        raise ObjectError("A registry holds no values.")

    def _subject(self, subject: str) -> told.Facts:
        ref, path = join_path((subject,)), f"/subjects/{quote(subject, safe='')}"
        latest = self._ask(f"{path}/versions/latest")
        if not isinstance(latest, dict) or not isinstance(latest.get("schema"), str):
            yield told.Problem(subject, "It has no version that can be read.", (subject,))
            return
        kind = str(latest.get("schemaType") or "AVRO").upper()
        try:
            comment, nodes = self._fields(kind, latest)
        except BadSchema as error:
            yield told.Problem(subject, f"Its schema cannot be read: {error}", (subject,))
            return
        level = (self._ask(f"/config/{quote(subject, safe='')}") or {}).get("compatibilityLevel", "")
        details = {"schema": kind.capitalize(), "version": latest.get("version"), "id": latest.get("id"),
                   "compatibility": level.lower(), "topic": _topic(subject)}  # fmt: skip
        if kind not in ("AVRO", "JSON"):
            details["text"] = latest["schema"][:LONGEST]
        kept = {name: value for name, value in details.items() if value}
        yield told.Dataset(ref, (subject,), "stream", comment=comment, details=kept)
        doubled: list[str] = []
        problems: list[told.Problem] = []
        for fact in field_facts(ref, subject, distinct(nodes, doubled), problems.append):
            words = dict(fact.details or {})
            comment = str(words.pop("comment", ""))
            yield fact._replace(comment=comment, details=words or None)
        yield from problems

    def _fields(self, kind: str, latest: dict[str, Any]) -> tuple[str, list[Node]]:
        """The description and fields of a schema. Raises `BadSchema`."""
        if kind not in ("AVRO", "JSON"):
            return "", []  # Protobuf is shown as its text
        others = self._references(latest)
        try:
            schema = json.loads(latest["schema"])
            if kind == "JSON":
                return json_schema.fields(schema, {name: json.loads(text) for name, text in others.items()})
            reader = AvroReader()
            for text in others.values():
                reader.learn(json.loads(text))
            return reader.fields(schema)
        except (ValueError, RecursionError, AttributeError, TypeError) as error:
            raise BadSchema("it is not a schema of its kind.") from error

    def _references(self, schema: dict[str, Any]) -> dict[str, str]:
        """The schemas that a schema refers to, and those that they do, by the name they are referred to."""
        found: dict[str, str] = {}
        waiting = list(schema.get("references") or [])
        while waiting and len(found) < MOST_REFERENCES:
            one = waiting.pop()
            name = str(one.get("name", ""))
            if name in found:
                continue
            path = f"/subjects/{quote(str(one.get('subject', '')), safe='')}/versions/{int(one.get('version', 0))}"
            other = self._ask(path) or {}
            found[name] = str(other.get("schema", "null"))
            waiting += other.get("references") or []
        return found


def _topic(subject: str) -> str:
    """The topic, where the subject is named for one, as is usual."""
    return next((subject.removesuffix(end) for end in ("-value", "-key") if subject.endswith(end)), "")
