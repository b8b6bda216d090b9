"""What notices may be about, and to whom it is open: each app lists its own in ``<app>/notices.py`` as ``SUBJECTS``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from core.discovery import collect

if TYPE_CHECKING:
    from notifications.models import Notice


class Subject(NamedTuple):
    """A kind of thing; `open_to` returns those of some ids that a person may know of now, in one query."""

    kind: str
    open_to: Callable[[Any, Collection[int]], set[int]]


def still_open(person: Any, notices: Iterable[Notice]) -> list[Notice]:
    """Those of the person's notices that are about nothing closed, in their order; one query for each kind of thing.

    A notice about a kind that no installed app knows is left out: nobody can say to whom it is open.
    """
    wanted = list(notices)
    ids: dict[str, set[int]] = defaultdict(set)
    for notice in wanted:
        if notice.subject and notice.subject_id is not None:
            ids[notice.subject].add(notice.subject_id)
    known = {kind: _subjects()[kind].open_to(person, some) for kind, some in ids.items() if kind in _subjects()}
    return [one for one in wanted if not one.subject or one.subject_id in known.get(one.subject, ())]


@cache
def _subjects() -> dict[str, Subject]:
    return {subject.kind: subject for subject in collect("notices", "SUBJECTS")}
