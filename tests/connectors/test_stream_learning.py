"""Schemas learned from messages: nested, united, and bounded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvest.connectors.streams.learning import LARGEST, MOST_FIELDS, MOST_NAMES, Learned, field_facts
from harvest.facts import Field, Problem


def learned(*messages: Any) -> Learned:
    found = Learned()
    for message in messages:
        found.learn(message if isinstance(message, bytes) else json.dumps(message).encode())
    return found


def fields(found: Learned) -> dict[str, tuple[str, str, bool]]:
    facts = [fact for fact in field_facts("s", found) if isinstance(fact, Field)]
    return {
        f"{fact.parent}.{fact.name}" if fact.parent else fact.name: (fact.native_type, fact.type, fact.nullable)
        for fact in facts
    }


def test_members_of_objects_and_of_lists_of_objects_are_nested() -> None:
    assert fields(learned({"id": 1, "buyer": {"city": "Bern"}, "lines": [{"sku": "a"}, {"sku": "b", "n": 2}]})) == {
        "id": ("integer", "integer", False),
        "buyer": ("object", "struct", False),
        "buyer.city": ("string", "string", False),
        "lines": ("array<object>", "array", False),
        "lines.sku": ("string", "string", False),
        "lines.n": ("integer", "integer", True),
    }


def test_types_are_united_and_whole_numbers_are_numbers_among_others() -> None:
    assert fields(learned({"a": 1, "b": 1}, {"a": 2.5, "b": "one"})) == {
        "a": ("number", "float", False),
        "b": ("integer | string", "json", False),
    }


@pytest.mark.parametrize("others", [({"b": 1},), ({"a": None},)], ids=["missing", "null"])
def test_what_is_missing_or_null_once_is_optional(others: tuple[Any, ...]) -> None:
    assert fields(learned({"a": 1}, *others))["a"] == ("integer", "integer", True)


def test_what_first_comes_later_is_optional() -> None:
    assert fields(learned({"a": 1}, {"a": 1, "b": 2}))["b"][2] is True


@pytest.mark.parametrize(
    ("message", "native", "counted"),
    [
        (b"21.5", "number", "json"),
        (b"[1, 2]", "array<integer>", "json"),
        (b"on", "string", "text"),
        (b"\xff\xfe\x00", "binary", "binary"),
    ],
)
def test_messages_that_are_no_objects_are_a_value(message: bytes, native: str, counted: str) -> None:
    found = learned(message)
    assert fields(found)["value"][0] == native
    assert found.counts[counted] == 1


def test_large_and_deep_messages_are_counted_and_stop_nothing() -> None:
    found = learned(b"x" * (LARGEST + 1), b"[" * 200_000, b'{"a":' * 100 + b"1" + b"}" * 100)
    assert (found.counts["too large"], found.counts["text"], found.counts["json"]) == (1, 1, 1)
    assert max(name.count(".") for name in fields(found)) < 25


def test_names_that_are_data_are_bounded() -> None:
    found = learned({f"user-{number}": 1 for number in range(MOST_NAMES + 50)})
    told = list(field_facts("s", found))
    assert len([fact for fact in told if isinstance(fact, Field)]) == MOST_NAMES
    assert [fact.message for fact in told if isinstance(fact, Problem)] == [
        f"Messages hold more than {MOST_NAMES} names: no more are shown."
    ]


def test_fields_are_bounded() -> None:
    wide = {str(outer): {str(inner): 1 for inner in range(100)} for outer in range(100)}
    assert len(fields(learned(wide))) == MOST_FIELDS


def test_a_later_sample_adds_to_what_is_known() -> None:
    state = json.loads(json.dumps(learned({"a": 1, "b": 2}).state))
    again = Learned(state)
    again.learn(b'{"a": 1}')
    assert fields(again) == {"a": ("integer", "integer", False), "b": ("integer", "integer", True)}
