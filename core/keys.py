"""Secrets that Concord makes for itself on a laptop, once, each in a file that its owner alone reads."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key


def new_secret_key() -> str:
    return get_random_secret_key() + get_random_secret_key()


def new_encryption_key() -> str:
    return Fernet.generate_key().decode()


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in the file, which is made where it is missing; two processes at once agree on one."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        _write_once(path, make())
        return path.read_text().strip()


def _write_once(path: Path, secret: str) -> None:
    owner = path.parent.stat()
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as part:  # made with mode 0600
        part.write(secret)
        part.flush()
        if os.geteuid() == 0:
            os.chown(part.name, owner.st_uid, owner.st_gid)
        try:
            os.link(part.name, path)
        except FileExistsError:
            return
