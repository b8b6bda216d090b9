"""Which account of the machine runs the embedded servers: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from core.embedded.errors import EmbeddedServerError

OWN_ACCOUNT = "concord"
ACCOUNTS = (OWN_ACCOUNT, "postgres")  # accounts that exist to run a database


class Account(NamedTuple):
    """The person or service account whose processes and files the servers are."""

    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, command: Sequence[str | Path], *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, with an environment and folder of no meaning, and return its outcome."""
        return subprocess.run(
            [str(part) for part in command],
            user=None if self.is_self else self.uid,
            group=None if self.is_self else self.gid,
            extra_groups=None if self.is_self else [],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def can(self, access: str, path: Path) -> bool:
        """Say whether the account may read (``r``), write (``w``) or enter and execute (``x``) the path."""
        if self.is_self:
            return os.access(path, {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[access])
        return self.run(["/usr/bin/test", f"-{access}", path]).returncode == 0

    def give(self, path: Path) -> None:
        """Make the account the owner of a file or folder that this process made."""
        if not self.is_self:
            os.chown(path, self.uid, self.gid)


def choose(data_dir: Path) -> Account:
    """Return the account that runs the servers of a data directory.

    An ordinary person runs them as themselves. Root lends them to whoever owns the data directory, or else to a
    service account, which is made where none exists.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = data_dir.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _service_account()


def _service_account() -> Account:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    return _make_account()


def _make_account() -> Account:
    useradd = shutil.which("useradd")
    if useradd is None:
        raise EmbeddedServerError(
            "PostgreSQL refuses to run as root, and this machine has no `useradd` to make an account for it.\n"
            f"Make an account called {OWN_ACCOUNT}, or run as an ordinary user, or set DATABASE_URL and REDIS_URL."
        )
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OWN_ACCOUNT]
    made = subprocess.run(command, capture_output=True, text=True, timeout=30)
    try:
        entry = pwd.getpwnam(OWN_ACCOUNT)  # another command may have made it meanwhile
    except KeyError:
        raise EmbeddedServerError(f"cannot make the account {OWN_ACCOUNT}: {made.stderr.strip()}") from None
    return Account(entry.pw_uid, entry.pw_gid)
