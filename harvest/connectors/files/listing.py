"""What one folder holds, without leaving the root."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from core.names import join_path
from harvest.connectors.files.formats import is_hidden
from harvest.facts import Problem


class DataFile(NamedTuple):
    """A file, and what the folder says of it."""

    path: str  # real: no link leads elsewhere
    name: str
    size: int
    modified_ns: int


@dataclass
class Listing:
    """Files and folders of one folder, in order of their names; hidden ones are left out."""

    files: list[DataFile] = field(default_factory=list)
    folders: list[tuple[str, str]] = field(default_factory=list)  # name, real path
    problems: list[Problem] = field(default_factory=list)


def list_folder(folder: str, parts: tuple[str, ...], root: Path) -> Listing:
    """Scan a folder; what cannot be scanned or followed is a problem of the listing."""
    listing = Listing()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not is_hidden(entry.name):
                    _add(entry, parts, root, listing)
    except OSError as error:
        message = f"The folder could not be read: {error.strerror}. Give the service the right to read it."
        listing.problems.append(Problem(join_path(parts) or folder, message, parts))
    listing.files.sort(key=lambda file: file.name)
    listing.folders.sort()
    return listing


def _add(entry: os.DirEntry[str], parts: tuple[str, ...], root: Path, listing: Listing) -> None:
    path = (*parts, entry.name)
    try:
        entry.name.encode()
        real = Path(entry.path).resolve(strict=True) if entry.is_symlink() else Path(entry.path)
        if not real.is_relative_to(root):
            message = "It is a link to a place outside the folder of this source, and was not followed."
            listing.problems.append(Problem(join_path(path), message, path))
        elif entry.is_dir():
            # A link to a folder that is read anyway would show everything twice, or lead round in circles.
            if not entry.is_symlink() or any(is_hidden(part) for part in real.relative_to(root).parts):
                listing.folders.append((entry.name, str(real)))
        elif entry.is_file():
            status = entry.stat()
            listing.files.append(DataFile(str(real), entry.name, status.st_size, status.st_mtime_ns))
    except UnicodeEncodeError:
        shown = entry.name.encode(errors="surrogateescape").decode(errors="replace")
        listing.problems.append(Problem(join_path((*parts, shown)), "Its name is not UTF-8. Rename it."))
    except (OSError, RuntimeError):
        message = "It is a link that leads nowhere, or the service may not read it."
        listing.problems.append(Problem(join_path(path), message, path))
