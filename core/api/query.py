"""What an address may ask for: one serializer an address, which refuses what it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from core.api.problems import BadParameters

MOST_VALUES = 50
LONGEST_VALUE = 500
LONGEST_CURSOR = 4_000
MOST_ROWS = 200
ROWS = 50


class Query(serializers.Serializer[Any]):
    """The parameters of an address; by itself: none."""

    @classmethod
    def read(cls, given: QueryDict) -> dict[str, Any]:
        """Return the values. Raises `BadParameters` naming each that is unknown, doubled or wrong."""
        query = cls(data=dict(given.items()))
        problems = dict(query._misplaced(given))
        query.initial_data = {name: query._value(name, given) for name in given if name in query.fields}
        if not query.is_valid():
            problems |= query.errors
        if problems:
            raise BadParameters(problems)
        return dict(query.validated_data)

    def _misplaced(self, given: QueryDict) -> Iterator[tuple[str, list[str]]]:
        for name in given:
            if name not in self.fields:
                known = ", ".join(self.fields) or "none"
                yield name[:LONGEST_VALUE], [f"There is no such parameter here. Known are: {known}."]
            elif not self._takes_many(name) and len(given.getlist(name)) > 1:
                yield name, ["Give it once."]

    def _value(self, name: str, given: QueryDict) -> Any:
        return given.getlist(name) if self._takes_many(name) else given[name]

    def _takes_many(self, name: str) -> bool:
        return isinstance(self.fields[name], serializers.ListField)


class ListQuery(Query):
    """The parameters of a list."""

    limit = serializers.IntegerField(
        required=False, default=ROWS, min_value=1, max_value=MOST_ROWS, help_text="Most items on one page."
    )
    cursor = serializers.CharField(
        required=False, max_length=LONGEST_CURSOR,
        help_text="Where the page begins: follow `next` and `previous` of the page at hand instead of making one.",
    )  # fmt: skip


class Flag(serializers.BooleanField):
    """true or false, as an address says it."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


def many(help_text: str) -> serializers.ListField:
    """A parameter that may be given several times, meaning any of its values."""
    child = serializers.CharField(max_length=LONGEST_VALUE, trim_whitespace=False)
    return serializers.ListField(child=child, required=False, max_length=MOST_VALUES, help_text=help_text)


def many_of(choices: Any, help_text: str) -> serializers.ListField:
    """A parameter of known values that may be given several times."""
    child = serializers.ChoiceField(choices=choices, error_messages={"invalid_choice": "There is no such value."})
    return serializers.ListField(child=child, required=False, max_length=MOST_VALUES, help_text=help_text)


def text(help_text: str, **more: Any) -> serializers.CharField:
    """A text given once."""
    shape: dict[str, Any] = {"required": False, "max_length": LONGEST_VALUE, "trim_whitespace": False}
    return serializers.CharField(**shape | {"help_text": help_text} | more)


def flag(help_text: str, **more: Any) -> Flag:
    """Yes or no; not given, it does not matter."""
    return Flag(required=False, help_text=help_text, **more)
