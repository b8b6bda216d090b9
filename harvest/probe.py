"""Trying a source before it is registered: does it answer, and what would a harvest of it take?"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.names import join_path
from harvest.connecting import open_config
from harvest.connectors.base import ConnectorError, Scope

SHOWN = 200  # datasets listed in a preview
SECONDS = 15.0  # time a preview may take


@dataclass(frozen=True)
class Answer:
    """What came of a test: `version` of what was reached or, when it failed, what failed and what to do."""

    version: str = ""
    part: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        return not self.message


@dataclass(frozen=True)
class Preview:
    """What include and exclude globs take of a source; `complete` is False when time ran out on the way."""

    taken: tuple[str, ...]  # the first `SHOWN`
    left: tuple[str, ...]  # the first `SHOWN`
    taken_count: int
    left_count: int
    complete: bool


def try_connection(kind: str, values: dict[str, Any]) -> Answer:
    """Reach the source that `values` tell of, within the brakes."""
    try:
        with open_config(kind, values) as connector:
            return Answer(version=connector.describe())
    except ConnectorError as error:
        return Answer(part=error.part, message=str(error))


def preview(kind: str, values: dict[str, Any], scope: Scope) -> Preview:
    """List what `scope` takes of the source and what it leaves. Raises `ConnectorError`."""
    end = time.monotonic() + SECONDS
    with open_config(kind, values) as connector:
        return _sort(connector.names(), scope, end)


def _sort(names: Iterable[tuple[str, ...]], scope: Scope, end: float) -> Preview:
    taken: list[str] = []
    left: list[str] = []
    counts = [0, 0]
    complete = True
    for path in names:
        wanted = scope.wants(path)
        counts[0 if wanted else 1] += 1
        shown = taken if wanted else left
        if len(shown) < SHOWN:
            shown.append(join_path(path))
        if time.monotonic() > end:
            complete = False
            break
    return Preview(tuple(sorted(taken)), tuple(sorted(left)), counts[0], counts[1], complete)
