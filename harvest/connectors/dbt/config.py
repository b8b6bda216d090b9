"""Which artifacts are read, and where the tables that dbt builds are registered."""

from __future__ import annotations

from pathlib import PurePath
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator

from harvest.connectors.base import ConnectorConfig


class DbtConfig(ConnectorConfig):
    """A folder or archive of artifacts on the machine that harvests, or uploads alone."""

    path: str = Field(
        default="",
        title="Folder or archive",
        description="Whole path of a folder with manifest.json (dbt's target folder), or of a .zip or .tar.gz of it. "
        "Leave it empty where artifacts are uploaded.",
        max_length=4096,
    )
    told: str = Field(
        default="",
        title="Registered sources of its tables",
        description="Short names of the sources that hold the tables that dbt builds and reads, with commas between. "
        "What dbt says then enriches those tables; any other becomes a dataset of this source.",
        max_length=1000,
    )

    @field_validator("path")
    @classmethod
    def check_path(cls, value: str) -> str:
        if "\x00" in value:
            raise ValueError("A path holds no NUL sign.")
        if value and not PurePath(value).is_absolute():
            raise ValueError("Give the whole path, from the root: /srv/dbt/target")
        return value

    @field_validator("told")
    @classmethod
    def check_told(cls, value: str) -> str:
        return ", ".join(dict.fromkeys(slug for slug in value.replace(",", " ").split()))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``dbt:///srv/dbt/target``. Raises `ValueError`."""
        parts = urlsplit(url.strip())
        if parts.netloc:
            raise ValueError("A dbt URL names no host. Write three slashes: dbt:///srv/dbt/target")
        try:
            return cls(path=unquote(parts.path))
        except ValidationError as error:
            raise ValueError(" ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from None

    def location(self) -> str:
        return self.path or "artifacts that are uploaded"

    def default_name(self) -> str:
        path = PurePath(self.path)
        name = path.parent.name if path.name == "target" else path.name.partition(".")[0]
        return name or "dbt"
