"""SQL lineage: from text to the tables and columns it reads and writes. Pure Python, knows no Django."""

from lineage.sql.model import ColumnSource, Influence, Lineage, OutputColumn, Problem, Span, Statement, Step, Use
from lineage.sql.script import lineage

__all__ = [
    "ColumnSource", "Influence", "Lineage", "OutputColumn", "Problem", "Span", "Statement", "Step", "Use", "lineage",
]  # fmt: skip
