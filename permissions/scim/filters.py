"""A SCIM filter (RFC 7644, 3.4.2.2) as a condition of the database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from scim2_models import InvalidFilterException
from scim2_models.path.expressions import (
    AttrPath,
    CompareOperator,
    Comparison,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)
from scim2_models.path.visitor import FilterVisitor

LOOKUPS = {
    CompareOperator.eq: "iexact",
    CompareOperator.co: "icontains",
    CompareOperator.sw: "istartswith",
    CompareOperator.ew: "iendswith",
}
EXACT = {"id", "externalid", "active", "members.value"}
MOST_TERMS = 50


class UnknownAttribute(InvalidFilterException):
    """The filter names what is not kept here, or not of this kind."""


class Condition(FilterVisitor[Q]):
    """Knows by `columns` where each attribute is kept, by its name in small letters."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.columns = columns
        self.terms = 0

    def visit_comparison(self, node: Comparison) -> Q:
        self._count()
        name, column = self._column(node.attr_path)
        if node.op is CompareOperator.ne:
            return ~self._equal(name, column, node.value)
        if node.op is CompareOperator.eq:
            return self._equal(name, column, node.value)
        if node.op not in LOOKUPS or name == "active" or not isinstance(node.value, str):
            raise InvalidFilterException(detail=f"“{node.op}” does not work on {name} here.")
        return Q(**{f"{column}__{LOOKUPS[node.op]}": _text(node.value)})

    def visit_present(self, node: Present) -> Q:
        self._count()
        name, column = self._column(node.attr_path)
        return Q(**{f"{column}__isnull": False}) & (Q() if name in ("id", "active") else ~Q(**{column: ""}))

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        joined = and_ if node.op is LogicalOperator.and_ else or_
        return reduce(joined, (self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> Q:
        raise InvalidFilterException(detail="Filters in square brackets are not supported here.")

    def _count(self) -> None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise InvalidFilterException(detail=f"A filter has at most {MOST_TERMS} comparisons here.")

    def _equal(self, name: str, column: str, value: Any) -> Q:
        if name == "active":
            return Q(**{column: value})
        if name in ("id", "members.value"):
            return Q(**{column: int(value)}) if str(value).isdecimal() and len(str(value)) < 19 else Q(pk__in=[])
        lookup = "exact" if name in EXACT else "iexact"
        return Q(**{f"{column}__{lookup}": _text(value)}) if isinstance(value, str) else Q(pk__in=[])

    def _column(self, path: AttrPath) -> tuple[str, str]:
        name = f"{path.attr}.{path.sub_attr}".lower() if path.sub_attr else path.attr.lower()
        if name not in self.columns:
            raise UnknownAttribute(detail=f"{name} cannot be filtered by here.")
        return name, self.columns[name]


def _text(value: str) -> str:
    if "\0" in value:
        raise InvalidFilterException(detail="A value holds what no text can.")
    return value
