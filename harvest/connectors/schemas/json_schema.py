"""JSON Schemas as trees of fields: what properties there are, of which type, and which must be there."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from harvest.connectors.files.nodes import DEEPEST, Node

_TYPES = {
    "string": "string", "integer": "integer", "number": "float", "boolean": "boolean", "object": "struct",
    "array": "array", "null": "unknown",
}  # fmt: skip
_FORMATS = {"date-time": "timestamptz", "date": "date", "time": "time", "duration": "interval", "uuid": "uuid"}


def fields(schema: Any, others: dict[str, Any]) -> tuple[str, list[Node]]:
    """The description and fields of a schema; `others` are those that it refers to, by name."""
    if not isinstance(schema, dict):
        return "", []
    found = _Reader(schema, others).node("value", schema, False, 0)
    described = str(schema.get("description") or schema.get("title") or "")
    return described, list(found.children) if found.type == "struct" else [found]


class _Reader:
    def __init__(self, root: dict[str, Any], others: dict[str, Any]) -> None:
        self.root = root
        self.others = others

    def node(self, name: str, given: Any, nullable: bool, depth: int) -> Node:
        schema, optional = self._plain(given)
        nullable = nullable or optional
        kinds = schema.get("type")
        kinds = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]
        if "null" in kinds and len(kinds) > 1:
            kinds, nullable = [kind for kind in kinds if kind != "null"], True
        if not kinds:
            kinds = ["object"] if "properties" in schema else ["array"] if "items" in schema else []
        details = _details(schema)
        if len(kinds) != 1:
            return Node(name, " | ".join(map(str, kinds)) or "any", "json", nullable, details=details)
        return self._of_kind(name, str(kinds[0]), schema, nullable, depth, details)

    def _of_kind(
        self, name: str, kind: str, schema: dict[str, Any], nullable: bool, depth: int, details: dict[str, Any] | None
    ) -> Node:
        if kind == "object":
            return Node(name, "object", "struct", nullable, self._members(schema, depth), details)
        if kind == "array":
            item = self.node("item", schema.get("items") or {}, False, depth + 1)
            return Node(name, f"array<{item.native}>", "array", nullable, item.children, details)
        native = f"{kind} ({schema['format']})" if isinstance(schema.get("format"), str) else kind
        type_ = (
            "enum"
            if details and "enum" in details
            else _FORMATS.get(str(schema.get("format")), _TYPES.get(kind, "unknown"))
        )
        return Node(name, native, type_, nullable, details=details)

    def _members(self, schema: dict[str, Any], depth: int) -> tuple[Node, ...]:
        if depth > DEEPEST:
            return ()
        required = set(map(str, schema.get("required") or []))
        properties = schema.get("properties")
        items = properties.items() if isinstance(properties, dict) else []
        return tuple(self.node(str(name), part, name not in required, depth + 1) for name, part in items)

    def _plain(self, given: Any) -> tuple[dict[str, Any], bool]:
        """The schema with references followed, its alternatives of one type taken, and all of `allOf` together."""
        nullable, schema = False, given if isinstance(given, dict) else {}
        for _ in range(DEEPEST):
            if isinstance(schema.get("$ref"), str):
                schema = self._found(schema["$ref"]) | {key: value for key, value in schema.items() if key != "$ref"}
            elif choices := next(
                (schema[key] for key in ("oneOf", "anyOf") if isinstance(schema.get(key), list)), None
            ):
                kept = [one for one in choices if not (isinstance(one, dict) and one.get("type") == "null")]
                nullable = nullable or len(kept) < len(choices)
                if len(kept) != 1 or not isinstance(kept[0], dict):
                    return {
                        "type": sorted({str(one.get("type", "any")) for one in kept if isinstance(one, dict)})
                    }, nullable
                schema = kept[0]
            elif isinstance(schema.get("allOf"), list):
                schema = _together([part for one in schema["allOf"] for part in [self._plain(one)[0]]], schema)
            else:
                break
        return schema, nullable

    def _found(self, reference: str) -> dict[str, Any]:
        place, _, pointer = reference.partition("#")
        found: Any = self.others.get(place, {}) if place else self.root
        for part in filter(None, pointer.split("/")):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}


def _together(parts: list[dict[str, Any]], schema: dict[str, Any]) -> dict[str, Any]:
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    properties: dict[str, Any] = {}
    required: list[Any] = []
    for part in [*parts, whole]:
        properties |= part.get("properties") or {}
        required += part.get("required") or []
    return {
        **{key: value for part in parts for key, value in part.items()},
        **whole,
        "properties": properties,
        "required": required,
    }


def _details(schema: dict[str, Any]) -> dict[str, Any] | None:
    told: dict[str, Any] = {}
    if isinstance(schema.get("enum"), list):
        told["enum"] = [str(one) for one in schema["enum"][:1_000]]
    if schema.get("description"):
        told["comment"] = str(schema["description"])
    return told or None
