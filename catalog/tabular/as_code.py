"""Metadata as code: a folder of YAML files that says what people say, to be kept under review and applied again.

A file a dataset, with its fields inside, and a file for each list of words:

    datasets/crm/crm.public.customers.yaml      domains.yaml  products.yaml  tags.yaml  classifications.yaml
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.tabular import datasets, fields, words
from core.tabular.code import NotPlain, dump, load
from core.tabular.collections import Kind
from core.tabular.reading import Unreadable, as_cell
from core.tabular.writing import FORMATS
from permissions.tabular.exporting import table_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.tabular.collections import Collection
    from permissions.models import User

DATASETS, FIELDS = datasets.COLLECTION, fields.COLLECTION
WORDS = {one.name: one for one in words.COLLECTIONS if one.edits}
MOST_FILES = 200_000
LONGEST_NAME = 150


class Said(NamedTuple):
    """What a file says of one thing: cells by column, the key among them; columns that are left out stay."""

    collection: Collection
    cells: dict[str, str]
    place: str


def write_folder(person: User, folder: Path, wanted: Mapping[str, Any]) -> int:
    """Write what people say of what the person may know of; returns how many files. `wanted` narrows the datasets."""
    count = 0
    rows = groupby(_lines(person, FIELDS, wanted), key=lambda row: row["dataset"])
    parts = next(rows, None)
    for row in _lines(person, DATASETS, wanted):
        told = _told(DATASETS, row)
        if parts and parts[0] == row["dataset"]:
            said = {one["field"]: kept for one in parts[1] if (kept := _told(FIELDS, one, keyed=False))}
            told |= {"fields": said} if said else {}
            parts = next(rows, None)
        if len(told) > 1:
            _write(folder / "datasets" / _safe(row["source"]) / f"{_safe(row['dataset'])}.yaml", told)
            count += 1
    for name, collection in WORDS.items():
        if listed := [_told(collection, row) for row in _lines(person, collection, {})]:
            _write(folder / f"{name}.yaml", {name: listed})
            count += 1
    return count


def _lines(person: User, collection: Collection, wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows in the order of the table: both of datasets and of fields by the datasets' keys."""
    with table_for(person, collection, wanted, FORMATS["jsonl"]).file as file:
        for line in file:
            yield json.loads(line)


def _told(collection: Collection, row: dict[str, Any], *, keyed: bool = True) -> dict[str, Any]:
    """The key, and what people say: what only the source says is not theirs to keep."""
    told = {name: row[name] for name in collection.key} if keyed else {}
    for column in collection.columns:
        said = row[column.name] if column.fact and column.name not in collection.key else None
        if said not in (None, "", []) and not (column.who and row[column.who] != "human"):
            told[column.name] = said
    return told


def _safe(name: str) -> str:
    """A name as that of a file; with a digest where it cannot stand as it is."""
    plain = re.sub(r"[^\w.-]", "_", name).lstrip(".")[:LONGEST_NAME]
    return plain if plain == name else f"{plain}~{sha256(name.encode()).hexdigest()[:8]}"


def _write(path: Path, told: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(told), encoding="utf-8")


def read_folder(folder: Path) -> Iterator[Said]:
    """Yield what the files of a folder say, in order of their names. Raises `Unreadable`, naming the file."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file())
    if not paths:
        raise Unreadable(f"There is no .yaml file in {folder}.")
    if len(paths) > MOST_FILES:
        raise Unreadable(f"There are more than {MOST_FILES:,} files in {folder}.")
    for path in paths:
        place = str(path.relative_to(folder))
        try:
            yield from _of_file(load(path.read_bytes()), place)
        except (NotPlain, Unreadable) as error:
            raise Unreadable(f"{place}: {error}") from error


def _of_file(told: Any, place: str) -> Iterator[Said]:
    if not isinstance(told, dict):
        raise Unreadable("A file is a mapping: of one dataset, or with a list of words.")
    if "dataset" in told:
        yield from _of_dataset(told, place)
        return
    for name, listed in told.items():
        if name not in WORDS or not isinstance(listed, list):
            raise Unreadable(f"There is no list “{name}”. Known are: {', '.join(WORDS)}; or begin with “dataset:”.")
        for one in listed:
            yield _said(WORDS[name], one, place)


def _of_dataset(told: dict[Any, Any], place: str) -> Iterator[Said]:
    parts = told.pop("fields", None) or {}
    if not isinstance(parts, dict):
        raise Unreadable("“fields” is a mapping of fields to what is said of each.")
    yield _said(DATASETS, told, place)
    for name, said in parts.items():
        if not isinstance(said, dict):
            raise Unreadable(f"What is said of the field “{name}” is no mapping.")
        yield _said(FIELDS, {"dataset": told["dataset"], "field": name, **said}, place)


def _said(collection: Collection, told: Any, place: str) -> Said:
    if not isinstance(told, dict):
        raise Unreadable("Each entry is a mapping of columns to values.")
    can = (*collection.key, *(column.name for column in collection.columns if column.fact))
    if unknown := [str(name) for name in told if name not in can]:
        raise Unreadable(f"There is no {', '.join(unknown)[:200]} to write. Known are: {', '.join(can)}.")
    if missing := [name for name in collection.key if not told.get(name)]:
        raise Unreadable(f"It does not say which is meant: {', '.join(missing)} is missing.")
    return Said(collection, {name: _cell(collection, name, value) for name, value in told.items()}, place)


def _cell(collection: Collection, name: str, value: Any) -> str:
    if isinstance(value, list) and collection.column(name).kind is not Kind.NAMES:
        raise Unreadable(f"“{name}” is a text and no list.")
    return as_cell(value)
