"""Databases by their SQLAlchemy dialect."""

from harvest.connectors.sql.connector import SQLConnector

__all__ = ["SQLConnector"]
