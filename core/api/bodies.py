"""Bodies of requests: what is not known is refused, so that a misspelt member is never passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

PLAIN = r"^[^\u0000]*$"  # what any text must match


class YesNo(serializers.BooleanField):
    """true or false, and neither 1 nor "yes"."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Body(serializers.Serializer[Any]):
    """The members of a body."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """Return the values. Raises `ValidationError` pointing at each that is unknown or wrong."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {name: [f"There is no such member here. Known are: {known}."] for name in unknown}
            )
        if isinstance(data, dict) and (odd := dict(self._no_texts(data))):
            raise serializers.ValidationError(odd)
        return super().to_internal_value(data)

    def _no_texts(self, data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
        """Yield the members that should be text and are not: a number would be taken for its digits."""
        for name, field in self.fields.items():
            value = data.get(name)
            if isinstance(field, serializers.CharField) and value is not None:
                if not isinstance(value, str):
                    yield name, ["Give text."]
                elif "\0" in value:
                    yield name, ["Leave out the character NUL."]
