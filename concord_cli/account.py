"""Where the server is and who asks it: from the environment, or from what `concord login` kept."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from concord_cli.errors import Refused

SERVER, TOKEN = "CONCORD_SERVER", "CONCORD_TOKEN"
LOG_IN = "Run `concord login`, or set CONCORD_SERVER and CONCORD_TOKEN."


class Account(NamedTuple):
    server: str
    token: str


def place() -> Path:
    """Return where the account is kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "concord" / "config.toml"


def current() -> Account:
    """Return the account to use. Raises `Refused`.

    A token that was kept for one server is never sent to another.
    """
    kept = _kept()
    server = server_address(os.environ.get(SERVER) or (kept.server if kept else ""))
    token = os.environ.get(TOKEN) or (kept.token if kept and kept.server == server else "")
    if not token:
        raise Refused(f"There is no token for {server}. {LOG_IN}")
    return Account(server, token)


def keep(account: Account) -> Path:
    """Keep the account where only its owner reads it."""
    path = place()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{name} = {json.dumps(value)}\n" for name, value in account._asdict().items())
    fresh.replace(path)
    return path


def server_address(text: str) -> str:
    """Return the address of a server as it is used. Raises `Refused`."""
    if not text:
        raise Refused(f"Which server? {LOG_IN}")
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(f"“{text}” is no address of a server. It looks like https://concord.example.org.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _kept() -> Account | None:
    path = place()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return Account(str(values["server"]), str(values["token"]))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, ValueError) as error:
        raise Refused(f"{path} cannot be read ({type(error).__name__}). Run `concord login` again.") from error
