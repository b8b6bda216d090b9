"""The role with which Northbeam's databases are harvested: it may read everything and change nothing."""

from psycopg2 import extensions, sql

from demo.northbeam.server import MARK, DemoError, Server


def make_reader(server: Server, role: str) -> None:
    """Create the role where it is missing; `give_password` lets it in."""
    name = sql.Identifier(role)
    with server.administer() as cursor:
        if not _exists(cursor, role):
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            cursor.execute(sql.SQL("COMMENT ON ROLE {} IS %s").format(name), [f"Reads Northbeam. {MARK}"])
        cursor.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))


def give_password(server: Server, role: str, password: str) -> None:
    """Let the role of an earlier `make_reader` in by this password only."""
    with server.administer() as cursor:
        if _exists(cursor, role):
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(role)), [password])


def _exists(cursor: extensions.cursor, role: str) -> bool:
    """Whether the role is there. Raises `DemoError` when the demo did not make it."""
    query = "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = %s"
    cursor.execute(query, [role])
    row = cursor.fetchone()
    if row is not None and MARK not in row[0]:
        raise DemoError(f"A role named {role} is on this server and was not made by the demo. Choose another --prefix.")
    return row is not None


def let_read(connection: extensions.connection, role: str) -> None:
    """Grant reading of all that is in this database, and of what will be."""
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'")
        for (schema,) in cursor.fetchall():
            where = sql.Identifier(schema)
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(where, name))
            cursor.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(where, name))
            statement = sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT ON TABLES TO {}")
            cursor.execute(statement.format(where, name))


def drop_reader(server: Server, role: str) -> None:
    """Remove the role; its databases must be gone."""
    with server.administer() as cursor:
        if _exists(cursor, role):
            cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
