"""Normalised types of fields: few enough to filter by, exact enough to compare."""

from catalog.types.changes import TypeChange, compare
from catalog.types.native import TYPES, NativeType, normalise, parse, sqlite_type

__all__ = ["TYPES", "NativeType", "TypeChange", "compare", "normalise", "parse", "sqlite_type"]
