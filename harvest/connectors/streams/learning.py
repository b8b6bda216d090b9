"""The schema of messages, learned from a sample: fields nested, types united, what is not always there nullable.

What was learned is plain data, so that later samples add to it: a field that a sample happens to lack is not gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.names import join_path
from harvest.facts import Field, Problem

DEEPEST = 20
MOST_NAMES = 300  # members of one object; more are keys of data and not of a schema
MOST_FIELDS = 5_000
LARGEST = 1_000_000  # bytes of a message that are parsed
LONGEST_NAME = 500

VALUE = "value"  # the field of messages that are no objects
_TYPES = {
    "boolean": "boolean", "integer": "integer", "number": "float", "string": "string", "object": "struct",
    "array": "array", "binary": "binary",
}  # fmt: skip


class Learned:
    """What is known of the messages of one stream. `state` is what `json` can hold."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self.fields: dict[str, Any] = (state or {}).get("fields") or _node()
        self.counts = {"json": 0, "text": 0, "binary": 0, "too large": 0}  # of this sample alone

    @property
    def state(self) -> dict[str, Any]:
        return {"fields": self.fields}

    @property
    def seen(self) -> int:
        return sum(self.counts.values())

    def learn(self, message: bytes) -> None:
        """Take one message as it travelled."""
        if len(message) > LARGEST:
            self.counts["too large"] += 1
            return
        try:
            value = json.loads(message.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self._count("binary", b"")
        except (ValueError, RecursionError):
            self._count("text", message.decode("utf-8", "replace"))
        else:
            self._count("json", value)

    def learn_value(self, value: Any) -> None:
        """Take one message that was decoded elsewhere."""
        self._count("json", value)

    def _count(self, what: str, value: Any) -> None:
        self.counts[what] += 1
        _note(self.fields, value if isinstance(value, dict) else {VALUE: value}, 0)

    def summary(self) -> dict[str, Any]:
        """What the sample held, for people."""
        told = ", ".join(f"{count:,} {what}" for what, count in self.counts.items() if count)
        return {"messages looked at": self.seen, "of them": told} if told else {"messages looked at": 0}


def _node() -> dict[str, Any]:
    return {"seen": 0, "nulls": 0, "types": [], "objects": 0, "members": {}}


def _note(node: dict[str, Any], value: Any, depth: int) -> None:
    node["seen"] += 1
    kind = _kind(value)
    if kind == "null":
        node["nulls"] += 1
        return
    if kind not in node["types"]:
        node["types"] = sorted([*node["types"], kind])
    if kind == "array":
        _note_items(node, value, depth)
    elif kind == "object":
        _note_members(node, value, depth)


def _note_items(node: dict[str, Any], items: list[Any], depth: int) -> None:
    """The members of objects in a list lie directly under it; of others the types are kept."""
    for item in items[:MOST_NAMES]:
        kind = _kind(item)
        known = node.setdefault("items", [])
        if kind not in known:
            node["items"] = sorted([*known, kind])
        if isinstance(item, dict):
            _note_members(node, item, depth)


def _note_members(node: dict[str, Any], value: dict[str, Any], depth: int) -> None:
    node["objects"] += 1
    if depth >= DEEPEST:
        return
    for name, member in value.items():
        cut = name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_NAME]
        known = node["members"].get(cut)
        if known is None:
            if len(node["members"]) >= MOST_NAMES:
                node["more"] = True
                continue
            known = node["members"][cut] = _node()
        _note(known, member, depth + 1)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, bytes):
        return "binary"
    kinds = {int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    return kinds.get(type(value), "string")


def field_facts(ref: str, learned: Learned) -> Iterator[Field | Problem]:
    """The fields in reading order."""
    number = 0
    for number, (parents, name, node, around) in enumerate(_walk(learned.fields, ()), 1):
        if number > MOST_FIELDS:
            yield Problem(ref, f"Only the first {MOST_FIELDS:,} fields are shown.")
            return
        native, type_ = _type(node)
        optional = node["nulls"] > 0 or node["seen"] < around["objects"]
        yield Field(ref, number, name, native, type_, nullable=optional, parent=join_path(parents))
        if node.get("more"):
            yield Problem(
                ref, f"{name} holds more than {MOST_NAMES} names: they are taken for data, and no more are shown."
            )
    if learned.fields.get("more"):
        yield Problem(ref, f"Messages hold more than {MOST_NAMES} names: no more are shown.")


def _walk(
    node: dict[str, Any], parents: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, dict[str, Any], dict[str, Any]]]:
    for name, member in node["members"].items():
        yield parents, name, member, node
        yield from _walk(member, (*parents, name))


def _type(node: dict[str, Any]) -> tuple[str, str]:
    """The native type as people would say it, and the catalog's."""
    kinds = ["number"] if node["types"] == ["integer", "number"] else node["types"]
    if not kinds:
        return "null", "unknown"
    items = " | ".join(node.get("items", []))
    native = " | ".join(f"array<{items}>" if kind == "array" and items else kind for kind in kinds)
    return native, _TYPES[kinds[0]] if len(kinds) == 1 else "json"
