"""A criterion: one boolean expression over the fields of a dataset, checked, and run only as rendered from its tree.

Pure: knows no Django, opens no connection.
"""

from definitions.criteria.checking import Checked, check
from definitions.criteria.dialects import DIALECTS, dialect_of
from definitions.criteria.model import Column, Node, Problem, column_of
from definitions.criteria.normal import normal_form, normal_text
from definitions.criteria.rendering import render

__all__ = [
    "DIALECTS",
    "Checked",
    "Column",
    "Node",
    "Problem",
    "check",
    "column_of",
    "dialect_of",
    "normal_form",
    "normal_text",
    "render",
]
