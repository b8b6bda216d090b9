"""The SQL of Northbeam, kept as files that read like a company's own."""

from pathlib import Path

from psycopg2 import extensions

FOLDER = Path(__file__).parent / "sql"


def scripts(folder: str) -> list[Path]:
    """The files of one folder in the order in which they run."""
    return sorted((FOLDER / folder).glob("*.sql"))


def run_scripts(connection: extensions.connection, folder: str) -> None:
    with connection.cursor() as cursor:
        for path in scripts(folder):
            cursor.execute(path.read_text())
