"""Artifacts onto the workbench, as a stream: a manifest of any size takes the memory of its largest node.

Formats: the schemas at schemas.getdbt.com, manifest v9 (dbt 1.5) to v12, catalog v1, run-results v4 to v6, sources v3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ijson

from harvest.connectors.base import ConnectorError
from harvest.connectors.dbt.bench import Bench
from harvest.connectors.dbt.slim import exposure_of, node_of, result_of, source_of, test_of

OLDEST, NEWEST = 9, 12  # versions of the manifest that are known
_VERSION = re.compile(r"/v(\d+)\.json$")
TESTS = frozenset({"test", "unit_test"})
BUILT = frozenset({"model", "seed", "snapshot"})

Note = Callable[[str], None]


def read_artifacts(files: dict[str, Path], bench: Bench, note: Note) -> None:
    """Put what the artifacts tell on the bench; `note` is told what is odd. Raises `ConnectorError`."""
    for name, read in _READERS.items():
        if name in files:
            with _told_plainly(name):
                read(files[name], bench, note)


class _told_plainly:  # noqa: N801 - a context manager
    """Whatever is wrong with the text of an artifact becomes a sentence."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ijson.JSONError | UnicodeDecodeError):
            message = (
                f"{self.name} is not whole JSON: dbt may have been writing it, or the upload was cut off. Try again."
            )
            raise ConnectorError(message, part="format") from error
        if isinstance(error, AttributeError | TypeError | KeyError | ValueError):
            message = f"{self.name} is not shaped like an artifact of dbt: name files that dbt wrote itself."
            raise ConnectorError(message, part="format") from error


def _metadata(path: Path, schema: str) -> tuple[dict[str, Any], int]:
    """The metadata of an artifact, and the version of its schema."""
    with path.open("rb") as file:
        found: dict[str, Any] = next(ijson.items(file, "metadata", use_float=True), {}) or {}
    named = str(found.get("dbt_schema_version", ""))
    version = _VERSION.search(named)
    if not version or schema not in named:
        message = f"{path.name} names no schema of dbt's, but {named[:100] or 'none'}: it is not what dbt writes there."
        raise ConnectorError(message, part="format")
    return found, int(version[1])


def _each(path: Path, prefix: str) -> Iterator[tuple[str, Any]]:
    with path.open("rb") as file:
        yield from ijson.kvitems(file, prefix, use_float=True)


def _read_manifest(path: Path, bench: Bench, note: Note) -> None:
    metadata, version = _metadata(path, "/manifest/")
    if version < OLDEST:
        message = f"The manifest is of version {version}: use dbt 1.5 or newer, which writes version {OLDEST} or later."
        raise ConnectorError(message, part="format")
    if version > NEWEST:
        note(f"The manifest is of version {version}, newer than {NEWEST}, the newest known here; it was read as that.")
    at = str(metadata.get("generated_at", ""))
    known = bench.get("project", "project")
    if known and known["at"] > at:
        note(f"The manifest of {at[:19]} is older than the one of {known['at'][:19]} that is known; it was left aside.")
        return
    _put_manifest(path, bench, at)
    names = ("dbt_version", "project_name", "adapter_type")
    bench.put("project", "project", at, {"at": at, **{name: metadata.get(name) or "" for name in names}})
    bench.drop_unseen()


def _put_manifest(path: Path, bench: Bench, at: str) -> None:
    groups = dict(_each(path, "groups"))
    for key, node in _each(path, "nodes"):
        kind = node.get("resource_type")
        if kind in BUILT:
            bench.put("node", key, at, node_of(node, groups))
            if code := node.get("compiled_code"):
                bench.put("compiled", key, at, {"sql": code})
        elif kind in TESTS:
            bench.put("test", key, at, test_of(node))
    for key, source in _each(path, "sources"):
        bench.put("node", key, at, source_of(source))
    for key, exposure in _each(path, "exposures"):
        bench.put("exposure", key, at, exposure_of(exposure))
    for key, unit in _each(path, "unit_tests"):
        bench.put("test", key, at, test_of(unit))


def _read_catalog(path: Path, bench: Bench, note: Note) -> None:
    at = str(_metadata(path, "/catalog/")[0].get("generated_at", ""))
    for part in ("nodes", "sources"):
        for key, found in _each(path, part):
            bench.put("catalog", key, at, {"metadata": found["metadata"], "columns": list(found["columns"].values())})


def _read_results(path: Path, bench: Bench, note: Note) -> None:
    at = str(_metadata(path, "/run-results/")[0].get("generated_at", ""))
    with path.open("rb") as file:
        for found in ijson.items(file, "results.item", use_float=True):
            bench.put("result", found["unique_id"], at, result_of(found, at))


def _read_freshness(path: Path, bench: Bench, note: Note) -> None:
    at = str(_metadata(path, "/sources/")[0].get("generated_at", ""))
    with path.open("rb") as file:
        for found in ijson.items(file, "results.item", use_float=True):
            names = ("status", "max_loaded_at", "snapshotted_at")
            bench.put("freshness", found["unique_id"], at, {name: found.get(name) or "" for name in names})


_READERS: dict[str, Callable[[Path, Bench, Note], None]] = {
    "manifest.json": _read_manifest,
    "catalog.json": _read_catalog,
    "run_results.json": _read_results,
    "sources.json": _read_freshness,
}
