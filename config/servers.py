"""Which PostgreSQL and Redis this process talks to: the ones it was given, or Concord's own, started on demand."""

import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from config.env import Environment
from core.embedded import servers
from core.embedded.errors import EmbeddedServerError

NEED_NO_SERVER = {"collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "newkey"}
CHECKERS = {"mypy", "dmypy", "lint-imports"}  # they read the settings, and never the data


def reach(env: Environment, data_dir: Path) -> servers.Addresses:
    """Return where the servers are; Concord's own run until this process ends, unless it will not need them."""
    if env.database_url and env.redis_url:
        return servers.Addresses(env.database_url, env.redis_url, broker_url(env.redis_url))
    try:
        servers.make_data_dir(data_dir)
        if _needed(sys.argv):
            servers.hold(data_dir)
        return servers.addresses(data_dir)
    except EmbeddedServerError as error:
        print(f"Concord cannot start its own database: {error}", file=sys.stderr)
        raise SystemExit(1) from None


def _needed(arguments: list[str]) -> bool:
    program = Path(arguments[0])
    if CHECKERS & {program.name, program.parent.name}:
        return False
    if program.name != "manage.py":
        return True
    command = arguments[1] if len(arguments) > 1 else "help"
    return command not in NEED_NO_SERVER and not {"--help", "-h", "--version"} & set(arguments[1:])


def broker_url(redis_url: str) -> str:
    """Return the address of a Redis as Celery spells it: it has a form of its own for sockets."""
    if not redis_url.startswith("unix:"):
        return redis_url
    parts = urlsplit(redis_url)
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"
