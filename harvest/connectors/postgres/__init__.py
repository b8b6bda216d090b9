"""PostgreSQL: everything its catalog knows, read in a fixed number of queries."""

from harvest.connectors.postgres.config import PostgresConfig
from harvest.connectors.postgres.connector import PostgresConnector

__all__ = ["PostgresConfig", "PostgresConnector"]
