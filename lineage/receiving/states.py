"""The merged states, held for as long as they are changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from lineage.models import Reported
from lineage.openlineage.bodies import digest_of, spelling
from lineage.openlineage.events import Kind, run_key
from lineage.openlineage.facets import parent
from lineage.openlineage.merging import Key, facets_of, job_of, whole

if TYPE_CHECKING:
    from lineage.openlineage.lattice import State

CHUNK = 500


def digest(key: Key) -> bytes:
    return digest_of(spelling([key.kind.value, key.namespace, key.name]))


def held(keys: Iterable[Key]) -> dict[Key, State]:
    """Lock the states of the keys until the transaction ends, and return those that exist.

    Everybody makes and locks rows in one order, by their keys, so that nobody waits in a circle.
    """
    by_digest = dict(sorted((digest(key), key) for key in keys))
    Reported.objects.bulk_create(
        [Reported(key=row, kind=key.kind.value, namespace=key.namespace, name=key.name, state="")
         for row, key in by_digest.items()],
        ignore_conflicts=True, batch_size=CHUNK,
    )  # fmt: skip
    rows = Reported.objects.select_for_update().filter(key__in=list(by_digest)).order_by("key")
    return {by_digest[bytes(row.key)]: json.loads(row.state) for row in rows if row.state}


def keep(states: Mapping[Key, State]) -> None:
    """Write states that are held."""
    now = timezone.now()
    rows = [
        Reported(key=digest(key), state=spelling(state), parent=parent_of(key, state), updated_at=now)
        for key, state in states.items()
    ]
    Reported.objects.bulk_update(rows, ["state", "parent", "updated_at"], batch_size=CHUNK)


def parent_of(key: Key, state: State) -> UUID | None:
    """The id of the run that started a run."""
    if key.kind is not Kind.RUN:
        return None
    facet: dict[str, Any] | None = facets_of(whole(state)).get("parent")
    found = parent(facet) if facet else None
    return run_key(found.run_id, found.job or job_of(state)) if found else None
