"""Where data comes from."""

from lineage.models.edges import Edge

__all__ = ["Edge"]
