"""Which databases criteria can be run on, and what to call them."""

from __future__ import annotations

POSTGRES, MYSQL, SQLITE, DUCKDB = "postgres", "mysql", "sqlite", "duckdb"
DIALECTS = (POSTGRES, MYSQL, SQLITE, DUCKDB)
_NAMES = {"postgresql": POSTGRES, "postgres": POSTGRES, "mysql": MYSQL, "mariadb": MYSQL, "sqlite": SQLITE,
          "duckdb": DUCKDB, "files": DUCKDB}  # fmt: skip


def dialect_of(name: str) -> str | None:
    """Return the dialect of a product or of a connector's kind; None where criteria cannot be run there."""
    return _NAMES.get(name.lower().partition("+")[0])
