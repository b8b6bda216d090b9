"""Which folder or file is read."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator

from harvest.connectors.base import ConnectorConfig


class FilesConfig(ConnectorConfig):
    """A folder of data files, or one file, on the machine that harvests."""

    path: str = Field(
        title="Folder or file",
        description="Whole path of a folder with CSV, JSON or Parquet files, or of one such file",
        max_length=4096,
    )

    @field_validator("path")
    @classmethod
    def check_path(cls, value: str) -> str:
        if "\x00" in value:
            raise ValueError("A path holds no NUL sign.")
        if not Path(value).is_absolute():
            raise ValueError("Give the whole path, from the root: /data/landing")
        return value

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``file:///data/landing`` or a bare absolute path. Raises `ValueError`."""
        try:
            return cls(path=_path_of(url.strip()))
        except ValidationError as error:
            raise ValueError(" ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from None

    def location(self) -> str:
        return self.path

    def default_name(self) -> str:
        path = Path(self.path)
        return path.stem.partition(".")[0] or path.name or "files" if path.suffix else path.name or "files"


def _path_of(url: str) -> str:
    if not url.startswith("file:"):
        return url
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"}:
        raise ValueError("A file URL names no host. Write three slashes: file:///data/landing")
    return unquote(url.removeprefix("file:").removeprefix(f"//{parts.netloc}"))
