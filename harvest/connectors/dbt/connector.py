"""A dbt project as a source: what its artifacts tell, and what earlier ones told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import ClassVar, Self

from harvest import facts
from harvest.connectors.base import (
    Brakes,
    ConnectorError,
    DatasetTarget,
    ObjectError,
    Profile,
    Remembered,
    Scope,
)
from harvest.connectors.dbt.artifacts import read_artifacts
from harvest.connectors.dbt.bench import Bench
from harvest.connectors.dbt.bundle import artifacts_of
from harvest.connectors.dbt.config import DbtConfig
from harvest.connectors.dbt.described import facts_of, path_of
from harvest.connectors.files.roots import allowed_path


class DbtConnector:
    """Reads manifest, catalog, run results and freshness of sources; runs no dbt and reaches no database.

    Every command of dbt writes the manifest anew and most leave compiled SQL out, and results are those of the last
    command alone: what an earlier command brought is recalled.
    """

    kind: ClassVar[str] = "dbt"
    label: ClassVar[str] = "dbt project"
    schemes: ClassVar[tuple[str, ...]] = ("dbt",)
    Config: ClassVar[type[DbtConfig]] = DbtConfig
    values: ClassVar[bool] = False  # artifacts hold none
    tells_lineage: ClassVar[bool] = True

    def __init__(self, config: DbtConfig, brakes: Brakes) -> None:
        self.config = config
        self.brakes = brakes
        self._open = ExitStack()
        self._bench: Bench | None = None
        self._notes: list[str] = []
        self._read = False

    def __enter__(self) -> Self:
        self._bench = Bench()
        self._open.callback(self._bench.close)
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()
        self._bench = None

    @property
    def bench(self) -> Bench:
        if self._bench is None:
            raise RuntimeError("Enter the connector with `with` before using it.")
        return self._bench

    def recall(self, items: Iterator[Remembered]) -> None:
        self.bench.recall(items)

    def learned(self) -> Iterator[Remembered]:
        yield from self.bench.changed()

    def describe(self) -> str:
        self._ensure_read()
        project = self.bench.get("project", "project") or {}
        words = [f"dbt {project.get('dbt_version', '')}".strip()]
        if project.get("adapter_type"):
            words.append(f"on {project['adapter_type']}")
        return " ".join(words)[:200]

    def names(self) -> Iterator[tuple[str, ...]]:
        self._ensure_read()
        for _, node in self.bench.all("node"):
            yield path_of(node)

    def signature(self) -> str | None:
        return None  # whether its tables are registered elsewhere changes without it

    def facts(self, scope: Scope) -> facts.Facts:
        self._ensure_read()
        if not self.bench.get("project", "project"):
            message = "No manifest is known yet: upload manifest.json, or name the folder that dbt writes it to."
            raise ConnectorError(message, part="missing")
        yield from (facts.Problem("artifacts", note) for note in self._notes)
        yield from facts_of(self.bench, scope)

    def profile(self, target: DatasetTarget) -> Profile:
        raise ObjectError("Artifacts of dbt hold no values.")

    def _ensure_read(self) -> None:
        if self._read or not self.config.path:
            return
        path = allowed_path(self.config.path, self.brakes.file_roots)
        with artifacts_of(path) as files:
            read_artifacts(files, self.bench, self._notes.append)
        self._read = True
