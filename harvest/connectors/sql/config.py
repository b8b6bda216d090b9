"""Where a database is and with which account to read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from harvest.connectors.base import ConnectorConfig

PREFERRED = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql", "postgres": "postgresql+psycopg2",
             "postgresql": "postgresql+psycopg2"}  # fmt: skip
SECRET_OPTION = re.compile(r"passw|pwd|secret|token|private_?key|api_?key|odbc_connect", re.IGNORECASE)
# These let a server, or whoever writes the URL, read files of this machine or run statements on connecting.
REFUSED_OPTIONS = frozenset({"local_infile", "read_default_file", "read_default_group", "init_command", "plugin_dir"})


class SQLConfig(ConnectorConfig):
    """A database that SQLAlchemy has a dialect for."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: str = Field(
        title="URL",
        description="dialect://user@host:port/database, without the password; sqlite:////folder/file.db for a file",
        max_length=2000,
    )
    password: SecretStr | None = Field(default=None, title="Password", description="Of the account in the URL")

    @field_validator("url")
    @classmethod
    def check_url(cls, value: str) -> str:
        url = parse_url(value)
        if url.password is not None:
            raise ValueError("The URL holds a password. Leave it out and put it in the field Password.")
        _check_options(url)
        if url.get_backend_name() == "sqlite":
            _check_sqlite(url)
        return value

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Split the password from the URL. Raises `ValueError`, which never quotes the URL's password."""
        parsed = parse_url(url)
        password = SecretStr(str(parsed.password)) if parsed.password is not None else None
        bare = _without_password(parsed).render_as_string(hide_password=False)
        try:
            return cls(url=bare, password=password)
        except ValidationError as error:
            raise ValueError(" ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from None

    def parsed(self) -> URL:
        """The URL with its password and a driver that is installed with Concord, where there is one."""
        url = parse_url(self.url)
        url = url.set(drivername=PREFERRED.get(url.drivername, url.drivername))
        return url if self.password is None else url.set(password=self.password.get_secret_value())

    def location(self) -> str:
        url = parse_url(self.url)
        if url.get_backend_name() == "sqlite":
            return url.database or ""
        port = f":{url.port}" if url.port else ""
        database = f"/{url.database}" if url.database else ""
        host = url.host or url.query.get("host") or url.get_backend_name()
        return f"{host}{port}{database}"

    def default_name(self) -> str:
        url = parse_url(self.url)
        if url.get_backend_name() == "sqlite":
            return Path(url.database or "").stem
        return url.database or url.host or url.get_backend_name()


def parse_url(text: str) -> URL:
    """Parse a URL. Raises `ValueError` without quoting it, for it may hold a password."""
    try:
        return make_url(text.strip())
    except (ArgumentError, ValueError) as error:
        raise ValueError(
            "This is not a database URL. Write dialect://user@host:port/database, with special signs in the user or "
            "password as %40 (@), %3A (:) and %2F (/)."
        ) from error


def _without_password(url: URL) -> URL:
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)


def _check_options(url: URL) -> None:
    for option in url.query:
        if SECRET_OPTION.search(option):
            raise ValueError(f"The option {option} may hold a secret. Leave it out and use the field Password.")
        if option.lower() in REFUSED_OPTIONS:
            raise ValueError(f"The option {option} is not allowed here. Leave it out.")


def _check_sqlite(url: URL) -> None:
    database = url.database or ""
    if database in {"", ":memory:"} or database.startswith("file:"):
        raise ValueError("Name a SQLite file: sqlite:////folder/file.db")
    if not Path(database).is_absolute():
        raise ValueError("Give the whole path of the SQLite file, with four slashes: sqlite:////folder/file.db")
    if url.query:
        raise ValueError("A SQLite URL takes no options here: the file is always opened read-only.")
