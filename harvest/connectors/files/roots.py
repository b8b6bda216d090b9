"""Which files of this machine a connector may open."""

from __future__ import annotations

from pathlib import Path

from harvest.connectors.base import ConnectorError


def allowed_path(path: str, roots: tuple[str, ...] | None) -> Path:
    """Return the real path, all links followed, of a file or folder that exists within one of the roots.

    `roots` of None allows any path. Raises `ConnectorError` with part missing or rights.
    """
    real = _existing(path)
    if roots is not None and not any(real.is_relative_to(Path(root).resolve()) for root in roots):
        raise ConnectorError(
            f"{path} is outside the folders that may be read here. {_choices(roots)}",
            part="rights",
        )
    return real


def _existing(path: str) -> Path:
    try:
        return Path(path).resolve(strict=True)
    except PermissionError as error:
        raise ConnectorError(
            f"{path} may not be read by this service. Give it the right to read.", part="rights"
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise ConnectorError(
            f"There is no file or folder {path} on the machine that harvests. Check the path.", part="missing"
        ) from error


def _choices(roots: tuple[str, ...]) -> str:
    if not roots:
        return "No folder is allowed yet: ask an administrator to allow one."
    return f"Allowed: {', '.join(roots)}."
