"""What a change would break, for people and for the checks of a pull request."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from concord_cli import account
from concord_cli.client import Client, segment
from concord_cli.errors import Refused
from concord_cli.tables import console, line, plain, print_json, table

FAILED = 4
MADE = ("model", "seed", "snapshot")
EFFECTS = {
    "values": "its fields come from it",
    "rows": "it decides on rows",
    "unknown": "not known",
    "none": "not used",
}


def describe(parser: ArgumentParser) -> None:
    """Say what may be given."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        help="Files of SQL as they are to be merged, or a manifest.json of dbt; with --source.",
    )
    parser.add_argument("--source", help="Short name of the source in which the files will run.")
    parser.add_argument("--key", help="A dataset, as warehouse.mart.orders; of files, the one that a bare query fills.")
    parser.add_argument("--field", action="append", default=[], help="A field of --key that goes; several times.")
    parser.add_argument(
        "--fail-on", choices=("breaking", "unknown", "never"), default="never",
        help="End with code 4 when something breaks, or may break.",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="For programs.")
    parser.set_defaults(command=impact)


def impact(options: Namespace) -> int:
    """Print what would be hit; the exit code is 4 when --fail-on says so."""
    client = Client(account.current())
    changes, notes = _of_files(client, options) if options.files else (_of_key(client, options), [])
    if options.json:
        print_json({"changes": changes, "notes": notes})
    else:
        _print(changes, notes)
    return FAILED if _fails(changes, notes, options.fail_on) else 0


def _of_key(client: Client, options: Namespace) -> list[Any]:
    if not options.key:
        raise Refused("Name files of SQL and their --source, or a --key.")
    dataset = client.get(f"datasets/by-key/{segment(options.key)}")
    return [client.get(f"datasets/{dataset['id']}/impact", field=field or None) for field in options.field or [""]]


def _of_files(client: Client, options: Namespace) -> tuple[list[Any], list[str]]:
    if not options.source:
        raise Refused("Say by --source in which source the files will run.")
    changes: list[Any] = []
    notes: list[str] = []
    for path in options.files:
        if path.suffix == ".json":
            models, untold = _models(path)
            found = client.post("impact", {"source": options.source, "models": models})
            changes += found["changes"]
            notes += [f"{path}: {one['message']}" for one in found["problems"]]
            notes += [f"{path}: {name} has a star that hides its fields." for name in found["open_ended"]]
            notes += [f"{path}: {name} has no compiled SQL; run dbt compile." for name in untold]
            continue
        target = {"target": options.key} if options.key else {}
        found = client.post("impact", {"source": options.source, "sql": _read(path), **target})
        changes += found["changes"]
        notes += [f"{path}:{one['line']}:{one['column']}: {one['message']}" for one in found["problems"]]
        notes += [f"{path}: {name} is not in the catalog." for name in found["unknown_tables"]]
        notes += [f"{path}: {name} is defined by a star; what goes cannot be told." for name in found["open_ended"]]
    return changes, notes


def _models(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The models, seeds and snapshots of dbt's manifest, and which models have no compiled SQL."""
    try:
        nodes = json.loads(_read(path))["nodes"]
        made = [node for node in nodes.values() if node["resource_type"] in MADE and node.get("relation_name")]
        models = [
            {"id": one["unique_id"], "relation": one["relation_name"], "sql": one.get("compiled_code") or ""}
            for one in made
        ]
        untold = [one["unique_id"] for one in made if one["resource_type"] == "model" and not one.get("compiled_code")]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"{path} is no manifest of dbt.") from None
    return models, untold


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None


def _print(changes: list[Any], notes: list[str]) -> None:
    screen = console()
    for change in changes:
        name = change["dataset"]["key"] + (f" · {change['field']}" if change["field"] else "")
        screen.print(plain(f"{name}: {change['breaking']} break, {change['unknown']} may"), style="bold", markup=False)
        hits = [hit for hit in change["hits"] if hit["effect"] != "none"]
        if hits:
            screen.print(table(("DATASET", "STEPS", "HOW", "TO BE TOLD"), (_row(hit) for hit in hits)))
    for note in notes:
        screen.print(plain(note), markup=False)
    if not changes and not notes:
        screen.print("Nothing that is known goes.")


def _row(hit: dict[str, Any]) -> tuple[str, ...]:
    people = ", ".join(person["name"] for person in hit["responsible"])
    where = f"{hit['name']} ({hit['place']})"
    return line(where, 70), str(hit["distance"]), EFFECTS.get(hit["effect"], plain(hit["effect"])), line(people, 60)


def _fails(changes: list[Any], notes: list[str], when: str) -> bool:
    """What could not be read may break as well, so `unknown` is careful of it."""
    breaking = any(change["breaking"] for change in changes)
    unsure = bool(notes) or any(change["unknown"] or change["closed"] or not change["whole"] for change in changes)
    return when != "never" and (breaking or (when == "unknown" and unsure))
