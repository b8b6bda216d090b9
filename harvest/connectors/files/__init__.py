"""Files in a folder: CSV, JSON and Parquet."""

from harvest.connectors.files.connector import FilesConnector

__all__ = ["FilesConnector"]
