"""How to reach a server of messages, and how much of them is looked at."""

from __future__ import annotations

from typing import ClassVar, Self
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError

from harvest.connectors.base import ConnectorConfig


class StreamConfig(ConnectorConfig):
    """What all servers of messages have."""

    standard_port: ClassVar[int]
    secure: ClassVar[tuple[str, ...]] = ()  # URL schemes that mean TLS

    host: str = Field(title="Host", description="Name or address of the server", max_length=253, min_length=1)
    port: int = Field(title="Port", ge=1, le=65535)
    user: str = Field(default="", title="User", max_length=250)
    password: SecretStr | None = Field(default=None, title="Password")
    tls: bool = Field(
        default=False, title="TLS", description="Encrypt the connection, and check the server's certificate"
    )
    messages: int = Field(
        default=100, title="Messages looked at", description="Of each stream, at most", ge=1, le=10_000
    )

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``scheme://user:password@host:port/…``. Raises `ValueError`."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port or cls.standard_port
        except ValueError:
            raise ValueError("The URL cannot be read: write scheme://user:password@host:port") from None
        if not parts.hostname:
            raise ValueError(f"The URL names no host: write {parts.scheme}://host:{cls.standard_port}")
        try:
            return cls(
                host=parts.hostname, port=port, user=unquote(parts.username or ""), tls=parts.scheme in cls.secure,
                password=SecretStr(unquote(parts.password)) if parts.password else None, **cls._more(parts),
            )  # fmt: skip
        except ValidationError as error:
            raise ValueError(" ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from None

    @classmethod
    def _more(cls, parts: SplitResult) -> dict[str, object]:
        """What else a URL of this kind tells."""
        return {}

    def location(self) -> str:
        return f"{self.host}:{self.port}"

    def default_name(self) -> str:
        return self.host

    @property
    def secret(self) -> str:
        return self.password.get_secret_value() if self.password else ""
