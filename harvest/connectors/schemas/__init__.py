"""Schemas of messages as their owners publish them: a registry that speaks Confluent's API."""

from harvest.connectors.schemas.connector import RegistryConnector

__all__ = ["RegistryConnector"]
