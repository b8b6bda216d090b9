"""Types that are more than their name: domains, enumerations, composites, ranges and arrays of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from catalog.types import normalise
from harvest.connectors.postgres.session import Row

_FORMS = {"e": "enum", "c": "struct", "r": "range", "m": "range"}


class Member(NamedTuple):
    """A part of a composite type."""

    name: str
    native: str
    type_oid: int
    comment: str | None


class Resolved(NamedTuple):
    """What a column of a type is."""

    type: str  # one of catalog.types.TYPES
    not_null: bool = False
    details: dict[str, Any] | None = None
    members: tuple[Member, ...] = ()
    parts: int = 0  # members, their members, and so on


class _Declared(NamedTuple):
    oid: int
    form: str
    element: int
    base: int
    name: str
    base_name: str
    not_null: bool
    default: str | None
    comment: str | None
    labels: list[str] | None
    checks: list[str] | None
    attributes: list[list[Any]] | None


class Types:
    """Says what a type is by its oid; knows only those that `queries.TYPES` gives."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._declared = {declared.oid: declared for declared in map(_Declared._make, rows)}
        self._resolved: dict[int, Resolved] = {}

    def of(self, oid: int, native: str) -> Resolved | None:
        """Return what the type is, or None where its name says it all (`catalog.types.normalise`)."""
        if oid not in self._declared:
            return None
        if oid not in self._resolved:
            self._resolved[oid] = self._resolve(self._declared[oid])
        return self._resolved[oid]

    def _resolve(self, declared: _Declared) -> Resolved:
        if declared.element:
            return self._array(declared)
        if declared.form == "d":
            return self._domain(declared)
        members = tuple(Member(*attribute) for attribute in declared.attributes or ())
        details = _without_empty({"enum": declared.labels, "type_comment": declared.comment})
        kind = _FORMS.get(declared.form) or normalise(declared.name)
        return Resolved(kind, False, details, members, sum(1 + self._parts(member) for member in members))

    def _parts(self, member: Member) -> int:
        resolved = self.of(member.type_oid, member.native)
        return resolved.parts if resolved else 0

    def _array(self, declared: _Declared) -> Resolved:
        element = self.of(declared.element, "")
        if element is None:
            return Resolved("array")
        return element._replace(type="array", not_null=False)

    def _domain(self, declared: _Declared) -> Resolved:
        base = self.of(declared.base, declared.base_name) or Resolved(normalise(declared.base_name))
        details = _without_empty(
            {
                "domain": declared.name,
                "base": declared.base_name,
                "check": " AND ".join(declared.checks or ()),
                "domain_default": declared.default,
                "type_comment": declared.comment,
            }
        )
        return base._replace(not_null=declared.not_null or base.not_null, details={**(base.details or {}), **details})


def _without_empty(details: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value}
