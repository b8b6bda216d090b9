"""One digest of everything in Northbeam's sources, row order aside."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from psycopg2 import sql

from demo.northbeam.build import MARKER, Places

RELATIONS = """
    SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'v', 'm', 'p') AND NOT c.relispartition
    ORDER BY 1, 2
"""


def fingerprints(where: Places) -> dict[str, str]:
    """A digest for each relation and file, by name."""
    found: dict[str, str] = {}
    for database in (where.platform, where.warehouse):
        found |= {name.replace(where.prefix, ""): digest for name, digest in _relations(where, database).items()}
    found["crm"] = _sqlite(where.crm)
    for path in sorted(where.folder.rglob("*")):
        if path.suffix in {".csv", ".parquet"}:
            found[str(path.relative_to(where.folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (where.folder / MARKER).exists()
    return found


def relations(where: Places, database: str) -> list[tuple[str, str]]:
    with where.server.open(database) as connection, connection.cursor() as cursor:
        cursor.execute(RELATIONS)
        return cursor.fetchall()


def _relations(where: Places, database: str) -> dict[str, str]:
    digests = {}
    with where.server.open(database) as connection, connection.cursor() as cursor:
        for schema, name in relations(where, database):
            statement = sql.SQL("SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} AS t")
            cursor.execute(statement.format(sql.Identifier(schema, name)))
            row = cursor.fetchone()
            assert row is not None
            digests[f"{database}.{schema}.{name}"] = row[0]
    return digests


def _sqlite(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
