"""Finding the dialect and driver of a URL, and which package brings a missing one."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import NoSuchModuleError

from harvest.connectors.base import ConnectorError

DIALECT_PACKAGES = {
    "awsathena": "PyAthena[SQLAlchemy]",
    "bigquery": "sqlalchemy-bigquery",
    "cockroachdb": "sqlalchemy-cockroachdb",
    "databricks": "databricks-sqlalchemy",
    "db2": "ibm_db_sa",
    "dremio": "sqlalchemy_dremio",
    "druid": "pydruid[sqlalchemy]",
    "exa": "sqlalchemy-exasol",
    "firebird": "sqlalchemy-firebird",
    "hana": "sqlalchemy-hana",
    "hive": "PyHive[hive]",
    "ibm_db_sa": "ibm_db_sa",
    "redshift": "sqlalchemy-redshift",
    "snowflake": "snowflake-sqlalchemy",
    "teradatasql": "teradatasqlalchemy",
    "trino": "trino[sqlalchemy]",
    "vertica": "sqlalchemy-vertica-python",
}
MODULE_PACKAGES = {"MySQLdb": "mysqlclient", "psycopg2": "psycopg2-binary", "mysql": "mysql-connector-python"}


def check_driver(url: URL) -> None:
    """Raise `ConnectorError` (driver) naming the package to install when the dialect or its driver is missing."""
    try:
        url.get_dialect().import_dbapi()
    except NoSuchModuleError as error:
        raise ConnectorError(_unknown_dialect(url.get_backend_name()), part="driver") from error
    except ImportError as error:
        module = (error.name or url.get_driver_name()).partition(".")[0]
        raise ConnectorError(
            f"The driver {module} for {url.get_backend_name()} is not installed. "
            f"Install it where Concord runs: pip install {MODULE_PACKAGES.get(module, module)}",
            part="driver",
        ) from error


def _unknown_dialect(name: str) -> str:
    package = DIALECT_PACKAGES.get(name)
    if package:
        return f"The dialect {name} is not installed. Install it where Concord runs: pip install {package}"
    return (
        f"SQLAlchemy knows no dialect {name}. Check the spelling of the URL's first word, "
        "or install the package that brings the dialect where Concord runs."
    )
