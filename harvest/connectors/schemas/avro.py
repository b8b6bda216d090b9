"""Avro schemas as trees of fields (Apache Avro 1.12, specification)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from harvest.connectors.files.nodes import DEEPEST, Node

_PRIMITIVES = {
    "null": "unknown", "boolean": "boolean", "int": "integer", "long": "integer", "float": "float", "double": "float",
    "bytes": "binary", "string": "string", "fixed": "binary",
}  # fmt: skip
_LOGICAL = {
    "decimal": "decimal", "big-decimal": "decimal", "uuid": "uuid", "date": "date", "duration": "interval",
    "time-millis": "time", "time-micros": "time", "timestamp-millis": "timestamptz", "timestamp-micros": "timestamptz",
    "timestamp-nanos": "timestamptz", "local-timestamp-millis": "timestamp", "local-timestamp-micros": "timestamp",
    "local-timestamp-nanos": "timestamp",
}  # fmt: skip


class BadSchema(Exception):
    """The text is not a schema of its kind; `str()` says what is wrong."""


@dataclass
class AvroReader:
    """Reads schemas; those read first may be referred to by name by later ones."""

    named: dict[str, Any] = field(default_factory=dict)

    def learn(self, schema: Any) -> None:
        """Take note of the types that a schema names."""
        self._name_all(schema, "", 0)

    def fields(self, schema: Any) -> tuple[str, list[Node]]:
        """The description of a schema and its fields; of one that is no record, a field ``value``."""
        self.learn(schema)
        if isinstance(schema, dict) and schema.get("type") == "record":
            return str(schema.get("doc") or ""), self._members(schema, _space(schema, ""), ())
        return "", [self._node("value", schema, "", ())]

    def _name_all(self, schema: Any, space: str, depth: int) -> None:
        if depth > 100:
            raise BadSchema("The schema is nested too deep.")
        if isinstance(schema, list):
            for one in schema:
                self._name_all(one, space, depth + 1)
        elif isinstance(schema, dict):
            inner = _space(schema, space)
            if schema.get("type") in ("record", "enum", "fixed", "error") and schema.get("name"):
                self.named[_whole(str(schema["name"]), inner)] = schema
            for member in schema.get("fields") or []:
                self._name_all(member.get("type") if isinstance(member, dict) else None, inner, depth + 1)
            for part in ("items", "values", "type"):
                if isinstance(schema.get(part), dict | list):
                    self._name_all(schema[part], inner, depth + 1)

    def _members(self, record: dict[str, Any], space: str, around: tuple[str, ...]) -> list[Node]:
        name = _whole(str(record.get("name", "")), space)
        if name in around or len(around) > DEEPEST:
            return []  # a type within itself: its fields stand above
        found = []
        for member in record.get("fields") or []:
            if not isinstance(member, dict) or not member.get("name"):
                raise BadSchema("A field has no name.")
            node = self._node(str(member["name"]), member.get("type"), space, (*around, name))
            comment = {"comment": str(member["doc"])} if member.get("doc") else {}
            found.append(replace(node, details=(node.details or {}) | comment or None))
        return found

    def _node(self, name: str, schema: Any, space: str, around: tuple[str, ...]) -> Node:
        if isinstance(schema, list):
            return self._union(name, schema, space, around)
        if isinstance(schema, str):
            return self._reference(name, schema, space, around)
        if not isinstance(schema, dict):
            raise BadSchema(f"The type of {name} is missing.")
        kind = schema.get("type")
        if isinstance(kind, dict | list):
            return self._node(name, kind, space, around)
        return self._complex(name, str(kind), schema, _space(schema, space), around)

    def _complex(self, name: str, kind: str, schema: dict[str, Any], space: str, around: tuple[str, ...]) -> Node:
        if kind in ("record", "error"):
            native = _whole(str(schema.get("name", "record")), space)
            return Node(name, native, "struct", False, tuple(self._members(schema, space, around)))
        if kind == "array":
            item = self._node("item", schema.get("items"), space, around)
            return Node(name, f"array<{item.native}>", "array", False, item.children)
        if kind == "map":
            value = self._node("value", schema.get("values"), space, around)
            return Node(
                name, f"map<string, {value.native}>", "map", False, (Node("key", "string", "string", False), value)
            )
        if kind == "enum":
            return Node(
                name, "enum", "enum", False, details={"enum": [str(one) for one in schema.get("symbols") or []]}
            )
        if (logical := str(schema.get("logicalType") or "")) in _LOGICAL:
            exact = f"({schema.get('precision')},{schema.get('scale', 0)})" if logical == "decimal" else ""
            return Node(name, f"{logical}{exact}", _LOGICAL[logical], False)
        return self._reference(name, kind, space, around)

    def _reference(self, name: str, kind: str, space: str, around: tuple[str, ...]) -> Node:
        if kind in _PRIMITIVES:
            return Node(name, kind, _PRIMITIVES[kind], kind == "null")
        whole = kind if "." in kind or kind in self.named else _whole(kind, space)
        if whole not in self.named:
            raise BadSchema(f"The type {kind} of {name} is not known.")
        found = self.named[whole]
        return self._complex(name, str(found["type"]), found, _space(found, space), around)

    def _union(self, name: str, kinds: list[Any], space: str, around: tuple[str, ...]) -> Node:
        nodes = [self._node(name, kind, space, around) for kind in kinds if kind != "null"]
        nullable = "null" in kinds
        if len(nodes) == 1:
            return replace(nodes[0], nullable=nullable)
        native = " | ".join(node.native for node in nodes)
        children = tuple(child for node in nodes for child in node.children)
        return Node(name, native or "null", "json" if nodes else "unknown", nullable, children)


def _space(schema: dict[str, Any], around: str) -> str:
    name = str(schema.get("name", ""))
    return name.rpartition(".")[0] if "." in name else str(schema.get("namespace", around) or "")


def _whole(name: str, space: str) -> str:
    return name if "." in name or not space else f"{space}.{name}"
