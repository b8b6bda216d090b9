"""Where a schema registry is."""

from __future__ import annotations

from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator

from harvest.connectors.base import ConnectorConfig

SCHEMES = {"schema-registry": "http", "schema-registry+http": "http", "schema-registry+https": "https"}


class RegistryConfig(ConnectorConfig):
    """A registry that speaks Confluent's API, as Karapace and Apicurio do too."""

    address: str = Field(title="Address", description="`https://registry.example:8081`", max_length=1000)
    user: str = Field(default="", title="User", description="Or the key of an API key", max_length=250)
    password: SecretStr | None = Field(default=None, title="Password", description="Or the secret of an API key")

    @field_validator("address")
    @classmethod
    def check_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("Write the address with its scheme and host: https://registry.example:8081")
        if parts.username or parts.password:
            raise ValueError("Give user and password by themselves, not in the address.")
        return value.rstrip("/")

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``schema-registry+https://user:password@host:8081/path``. Raises `ValueError`."""
        try:
            parts = urlsplit(url.strip())
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            raise ValueError("The URL cannot be read: write schema-registry://host:8081") from None
        try:
            return cls(
                address=f"{SCHEMES[parts.scheme]}://{parts.hostname or ''}{port}{parts.path}",
                user=unquote(parts.username or ""),
                password=SecretStr(unquote(parts.password)) if parts.password else None,
            )
        except ValidationError as error:
            raise ValueError(" ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from None

    def location(self) -> str:
        return self.address.partition("://")[2]

    def default_name(self) -> str:
        return urlsplit(self.address).hostname or "registry"
