"""How to reach a PostgreSQL database."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError

from harvest.connectors.base import ConnectorConfig

SCHEMES = ("postgresql", "postgres")
_PARAMETERS = {
    "host": "host", "port": "port", "user": "user", "password": "password", "dbname": "database", "sslmode": "sslmode",
}  # fmt: skip
_ENCODE = "write / as %2F, @ as %40, : as %3A, # as %23 and ? as %3F inside a user name or password"


class PostgresConfig(ConnectorConfig):
    """Settings of a PostgreSQL source."""

    host: str = Field(
        "localhost", min_length=1, title="Host", description="Name or address, or the folder of a Unix socket."
    )
    port: int = Field(5432, ge=1, le=65535, title="Port")
    database: str = Field(min_length=1, title="Database")
    user: str = Field(
        "", title="User", description="A role that may only read; empty for the account Concord runs under."
    )
    password: SecretStr | None = Field(None, title="Password")
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] = Field(
        "prefer", title="Encryption", description="`verify-full` also checks that the server is who it says."
    )

    @classmethod
    def from_url(cls, url: str) -> PostgresConfig:
        """Read ``postgresql://user:password@host:5432/database?sslmode=require``.

        A socket's folder is given as ``postgresql:///database?host=/run/postgresql``.
        """
        parts = _split(url)
        settings = {**_from_authority(parts), **_from_query(parts)}
        if not settings.get("database"):
            raise ValueError("The URL names no database: add it after the host, as in postgresql://host/database.")
        try:
            return cls.model_validate(settings)
        except ValidationError as error:
            # Pydantic's own text quotes what was given, and a password may stand anywhere in a mistyped URL.
            wrong = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors(include_input=False))
            raise ValueError(f"The URL does not make sense ({wrong}).") from None

    def location(self) -> str:
        if self.host.startswith("/"):
            return f"this machine/{self.database}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}/{self.database}"

    def default_name(self) -> str:
        return self.database


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise ValueError(f"The URL cannot be read: {_ENCODE}.") from None
    if parts.scheme.partition("+")[0] not in SCHEMES:  # SQLAlchemy names the driver after a plus
        raise ValueError("The URL of a PostgreSQL database begins with postgresql://.")
    if parts.fragment:
        raise ValueError(f"The URL holds a #: {_ENCODE}.")
    return parts


def _from_authority(parts: SplitResult) -> dict[str, Any]:
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"The port in the URL is not a number from 1 to 65535; {_ENCODE}.") from None
    # urlsplit folds the host's case, which an address may lose but the folder of a socket may not.
    address = parts.netloc.rpartition("@")[2]
    host = parts.hostname if address.startswith("[") else address.partition(":")[0]
    found = {
        "host": unquote(host or ""),
        "port": port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.removeprefix("/")),
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def _from_query(parts: SplitResult) -> dict[str, Any]:
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(pairs.keys() - _PARAMETERS.keys()):
        known = ", ".join(_PARAMETERS)
        raise ValueError(f"The URL has parameters that are not understood: {', '.join(unknown)}. Known are {known}.")
    return {_PARAMETERS[name]: value for name, value in pairs.items()}
