"""A PostgreSQL URL as Django's settings of a database."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg2 import ProgrammingError
from psycopg2.extensions import parse_dsn

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
CONNECT_SECONDS = 5


def from_url(url: str) -> dict[str, Any]:
    """Return the settings; what the URL says besides names (`?sslmode=require`) goes to the driver as it is.

    Raises ImproperlyConfigured, without quoting the URL, where it is not one.
    """
    try:
        parts = parse_dsn(url)
    except ProgrammingError:
        raise ImproperlyConfigured("DATABASE_URL: it must look like postgres://user:password@host:5432/name.") from None
    options = {key: value for key, value in parts.items() if key not in NAMES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name: parts.get(key, "") for key, name in NAMES.items()},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, "application_name": "concord", **options},
    }
