"""What each command does."""

from __future__ import annotations

import getpass
import sys
import time
from argparse import Namespace
from typing import Any
from urllib.parse import urlsplit

from rich.text import Text

from concord_cli import account
from concord_cli.account import Account
from concord_cli.client import Client, segment
from concord_cli.errors import Refused
from concord_cli.tables import console, facts, line, plain, print_json, table

MOST_FIELDS = 5_000
ENDED = {"succeeded": 0, "failed": 1, "cancelled": 1, "confirm": 3}
LOCAL = ("localhost", "127.0.0.1", "::1")


def login(options: Namespace) -> int:
    """Try a token, and keep it with the address of its server."""
    server = account.server_address(options.server or input("Address of Concord: "))
    parts = urlsplit(server)
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        print(
            "Careful: with http:// anybody on the way reads your token. Is there an https:// address?", file=sys.stderr
        )
    secret = sys.stdin.readline() if not sys.stdin.isatty() else getpass.getpass("Token: ")
    given = Account(server, secret.strip())
    if not given.token.isascii() or not given.token.isprintable() or not given.token:
        raise Refused(f"That is no token. Make one at {server}/me/tokens/.")
    me = Client(given).get("me")
    path = account.keep(given)
    print(f"You are {plain(me['name'])} ({plain(me['username'])}). Kept in {path}.")
    return 0


def search(options: Namespace) -> int:
    """Print the datasets that best answer a question."""
    found = _client().get(
        "search", q=" ".join(options.words), limit=options.limit, source=options.source, domain=options.domain,
        kind=options.kind, tag=options.tag, owner=options.owner, certified="true" if options.certified else None,
    )  # fmt: skip
    if options.json:
        print_json(found)
        return 0
    if not found["items"]:
        print(_nothing(found), file=sys.stderr)
        return 1
    if found["relaxed"]:
        print("No dataset holds these words next to each other, so each was looked for by itself.", file=sys.stderr)
    console().print(table(("DATASET", "WHAT IT IS", "FOUND IN"), (_hit(item) for item in found["items"])))
    if found["total"] is not None and found["total"] > len(found["items"]):
        print(f"{len(found['items'])} of {found['total']}.", file=sys.stderr)
    return 0


def show(options: Namespace) -> int:
    """Print a dataset and its fields."""
    client = _client()
    dataset = client.get(f"datasets/by-key/{segment(options.key)}")
    fields = list(client.items(f"datasets/{dataset['id']}/fields", MOST_FIELDS))
    if options.json:
        print_json(dataset | {"fields": fields})
        return 0
    screen = console()
    screen.print(Text(plain(dataset["key"]), style="bold"))
    screen.print(facts(_facts(dataset)))
    if dataset["description"]:
        screen.print(Text("\n" + plain(dataset["description"])))
    screen.print()
    screen.print(table(("FIELD", "TYPE", "DESCRIPTION"), (_field(field) for field in fields)))
    return 0


def harvest(options: Namespace) -> int:
    """Start a harvest and, with --wait, stay until it has ended; 0 when it succeeded, 3 when it asks."""
    client = _client()
    run = client.post(f"sources/{segment(options.source)}/runs", {"dry": options.dry})
    if options.wait:
        run = _ended(client, run, options.timeout)
    if options.json:
        print_json(run)
    else:
        console().print(facts(_outcome(run)))
    return ENDED.get(run["state"], 0)


def _client() -> Client:
    return Client(account.current())


def _nothing(found: dict[str, Any]) -> str:
    if found["state"] == "building":
        return "The index is being built. Try again in a moment."
    return "Nothing found. Try fewer or other words, or fewer filters."


def _hit(item: dict[str, Any]) -> tuple[str, ...]:
    dataset = item["dataset"]
    about = dataset["title"] or dataset.get("description", "")
    if dataset["restricted"]:
        about = "restricted: " + " ".join(rule["reason"] for rule in dataset["restricted"]["rules"])
    places = dict.fromkeys(match["label"] or match["where"] for match in item["matches"])
    return plain(dataset["key"]), line(about, 80), line(", ".join(places), 60)


def _facts(dataset: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("title", dataset["title"]),
        ("kind", dataset["kind"]),
        ("source", dataset["source"]["name"]),
        ("domain", _name(dataset["domain"])),
        ("owner", _name(dataset["owner"])),
        ("steward", _name(dataset["steward"])),
        ("tags", ", ".join(tag["slug"] for tag in dataset["tags"])),
        ("grain", dataset["grain"]),
        ("rows", f"{dataset['row_estimate']:,}" if dataset["row_estimate"] is not None else ""),
        ("certified", dataset["certified_at"]),
        ("deprecated", (dataset["deprecation_note"] or "yes") if dataset["lifecycle"] == "deprecated" else ""),
        ("archived", dataset["archived_at"]),
        ("page", dataset["page_url"]),
    ]


def _name(thing: dict[str, Any] | None) -> str:
    return str(thing["name"]) if thing else ""


def _field(field: dict[str, Any]) -> tuple[str, ...]:
    indent = "  " * plain(field["parent_path"]).count(".") + ("  " if field["parent_path"] else "")
    if field["restricted"]:
        return indent + line(field["name"]), "restricted", line(field["restricted"]["rules"][0]["reason"], 80)
    marks = [one for one, is_so in (("key", field["key_position"]), ("required", not field["nullable"])) if is_so]
    kind = " ".join([line(field["native_type"] or field["type"], 40), *marks])
    return indent + line(field["name"]), kind, line(field["description"], 80)


def _ended(client: Client, run: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Wait for the end of a run. Raises `Refused` when that takes longer than `seconds`."""
    until, pause, told = time.monotonic() + seconds, 0.5, ""
    while run["state"] not in ENDED:
        if time.monotonic() > until:
            raise Refused(f"Run {run['id']} goes on after {seconds:g} s; the server ends it without this command.")
        if (now := f"{run['state']}: {run['phase']}") != told:
            print(f"run {run['id']} {now}", file=sys.stderr)
            told = now
        time.sleep(pause)
        pause = min(pause * 1.3, 5.0)
        run = client.get(f"runs/{run['id']}")
    return run


def _outcome(run: dict[str, Any]) -> list[tuple[str, Any]]:
    counters = run["counters"] or {}
    names = ("added", "changed", "archived", "restored", "problem_count")
    counted = [(name.replace("_count", "s"), counters.get(name) or None) for name in names]
    asks = "It asks before it archives so much: confirm it on its page." if run["state"] == "confirm" else ""
    return [("run", run["id"]), ("state", run["state"]), ("message", run["message"]), ("", asks), *counted]
