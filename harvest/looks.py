"""How kinds of sources and what can go wrong with them look and read."""

from __future__ import annotations

from typing import NamedTuple

from harvest.connectors.base import ConnectorError
from harvest.connectors.registry import connector_for


class KindLook(NamedTuple):
    """An icon of Tabler's set, what the kind is called, and what it is for."""

    icon: str
    word: str
    about: str = ""


class Part(NamedTuple):
    """The part of a connection or harvest that failed."""

    icon: str
    title: str


KINDS = {
    "postgresql": KindLook(
        icon="database",
        word="PostgreSQL",
        about="Read from its own catalog: every kind of table, keys, views, comments.",
    ),
    "files": KindLook(
        icon="files", word="Files", about="CSV, JSON and Parquet in a folder, on the machine that harvests."
    ),
    "nats": KindLook(
        icon="broadcast", word="NATS JetStream", about="Streams, their subjects, retention and consumers."
    ),
    "rabbitmq": KindLook(icon="mailbox", word="RabbitMQ", about="Queues and exchanges; stream queues read by offset."),
    "redis": KindLook(icon="stack-2", word="Redis Streams", about="The streams of a database, with their groups."),
    "mqtt": KindLook(icon="antenna", word="MQTT", about="Topics, by what the broker keeps and what comes in a while."),
    "schema-registry": KindLook(
        icon="schema", word="Schema registry", about="Subjects with their Avro, JSON or Protobuf schemas."
    ),
    "dbt": KindLook(
        icon="transform",
        word="dbt project",
        about="Models, their tests, owners and lineage, by the artifacts that dbt writes.",
    ),
    "sqlalchemy": KindLook(
        icon="sql", word="SQL database", about="MySQL, MariaDB, SQLite, and whatever has a SQLAlchemy dialect."
    ),
}
PARTS = {
    "name": Part(icon="world-question", title="The name was not found"),
    "network": Part(icon="plug-connected-x", title="It could not be reached"),
    "password": Part(icon="password", title="The user or password was refused"),
    "rights": Part(icon="lock", title="Rights are missing"),
    "format": Part(icon="file-broken", title="It is in a form that cannot be read"),
    "missing": Part(icon="file-unknown", title="It is not there"),
    "timeout": Part(icon="clock-exclamation", title="It took too long"),
    "driver": Part(icon="package-off", title="A driver is missing"),
    "source": Part(icon="database-x", title="The source could not be used"),
    "worker": Part(icon="server-off", title="The worker was stopped"),
    "catalog": Part(icon="database-x", title="The catalog's own database"),
}
OTHER = Part(icon="alert-circle", title="Something went wrong")


def look_of_kind(kind: str) -> KindLook:
    """How a kind of source looks; one that a package brought is called what it calls itself."""
    if kind in KINDS:
        return KINDS[kind]
    try:
        return KindLook(icon="plug", word=connector_for(kind).label)
    except ConnectorError:
        return KindLook(icon="plug-off", word=kind, about="The connector of this kind is not installed here.")


def look_of_part(part: str) -> Part:
    """How a part that failed reads."""
    return PARTS.get(part, OTHER)
