"""What other apps have to say of datasets wherever these are named: each lists its own in ``<app>/remarks.py`` as
``REMARKERS``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from core.discovery import collect
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from catalog.models import Dataset


class Remark(NamedTuple):
    """A badge beside a dataset's name: a state of `core.states`, words that say more, and where it leads."""

    state: str
    title: str = ""
    url: str = ""
    callout: str = ""  # what stands on the dataset's own page besides


Remarker = Callable[[Any, Collection[int]], Mapping[int, Remark]]
"""Given who reads and the ids of datasets that they may read: at most one remark on each, in a fixed few queries."""


def remarks_on(viewer: Any, datasets: Collection[Dataset]) -> dict[int, list[Remark]]:
    """Return what there is to say of those of some datasets that the viewer may read, by id."""
    return remarks_on_ids(viewer, [one.pk for one in datasets if may(one, viewer, Level.READ)])


def remarks_on_ids(viewer: Any, ids: Collection[int]) -> dict[int, list[Remark]]:
    """The same of ids of datasets that the viewer is known to be able to read."""
    found: defaultdict[int, list[Remark]] = defaultdict(list)
    for remarker in _remarkers() if ids else ():
        for pk, remark in remarker(viewer, ids).items():
            found[pk].append(remark)
    return dict(found)


@cache
def _remarkers() -> tuple[Remarker, ...]:
    return tuple(collect("remarks", "REMARKERS"))
