"""dbt projects, by the artifacts that dbt writes."""

from harvest.connectors.dbt.connector import DbtConnector

__all__ = ["DbtConnector"]
