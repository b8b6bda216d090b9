"""Reading the command line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence

from concord_cli import commands, impact
from concord_cli.errors import Refused
from concord_cli.tables import plain

EPILOG = """\
CONCORD_SERVER and CONCORD_TOKEN go before what `concord login` kept. Tokens are made on your page of API tokens.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns its exit code: 0 done, 1 not, 2 misunderstood, 3 when a harvest asks, 4 when a change breaks
    something and --fail-on says so.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except Refused as refused:
        print(f"concord: {plain(refused)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("concord: stopped. A harvest that was started goes on.", file=sys.stderr)
    except EOFError:
        print("concord: nothing was entered.", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has had enough
    return 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="concord", description="Ask a Concord server.", epilog=EPILOG)
    actions = parser.add_subparsers(required=True, metavar="command")
    login = actions.add_parser("login", help="Keep a server and a token; the token is asked for, or read from a pipe.")
    login.add_argument("server", nargs="?", help="As https://concord.example.org.")
    login.set_defaults(command=commands.login)
    _describe_search(actions.add_parser("search", help="Find datasets."))
    show = actions.add_parser("show", help="Show a dataset and its fields.")
    show.add_argument("key", help="As warehouse.mart.orders.")
    show.set_defaults(command=commands.show)
    impact.describe(actions.add_parser("impact", help="Tell what a change would break."))
    harvest = actions.add_parser("harvest", help="Harvest a source.")
    harvest.add_argument("source", help="Short name of the source.")
    harvest.add_argument("--dry", action="store_true", help="Tell what would change, and change nothing.")
    harvest.add_argument("--wait", action="store_true", help="Stay until it has ended.")
    harvest.add_argument("--timeout", type=_seconds, default=7200.0, metavar="SECONDS", help="Wait no longer.")
    harvest.set_defaults(command=commands.harvest)
    for action in (show, harvest):
        action.add_argument("--json", action="store_true", help="For programs.")
    return parser


def _describe_search(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="What you look for.")
    parser.add_argument("--limit", type=int, default=20, help="Most results, up to 100.")
    for name in ("source", "domain", "kind", "tag", "owner"):
        parser.add_argument(f"--{name}", action="append", default=[], help="May be given several times.")
    parser.add_argument("--certified", action="store_true", help="Only certified ones.")
    parser.add_argument("--json", action="store_true", help="For programs.")
    parser.set_defaults(command=commands.search)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise ArgumentTypeError("Say how many seconds, more than 0.")
    return seconds
