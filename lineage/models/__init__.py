"""Where data comes from."""

from lineage.models.edges import Edge, FieldEdge
from lineage.models.jobs import Job, Run
from lineage.models.nodes import NamespaceAlias, Node, QueryReading
from lineage.models.received import ReceivedEvent, Reported

__all__ = ["Edge", "FieldEdge", "Job", "NamespaceAlias", "Node", "QueryReading", "ReceivedEvent", "Reported", "Run"]
