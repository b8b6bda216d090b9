"""The memory of sources that forget, between one harvest and the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from catalog.models import Source
from harvest.connectors.base import Connector, Remembered, Remembering
from harvest.models import Memory

BATCH = 500


def recall(source: Source, connector: Connector) -> None:
    """Give the connector what earlier harvests of the source learned, where it cares."""
    if isinstance(connector, Remembering):
        connector.recall(_known(source))


def remember(source: Source, connector: Connector) -> None:
    """Keep what the connector has learned; a later item of one part and key replaces an earlier one."""
    if isinstance(connector, Remembering):
        _keep(source, connector.learned())


def _known(source: Source) -> Iterator[Remembered]:
    rows = Memory.objects.filter(source=source).values_list("part", "key", "at", "value")
    for part, key, at, value in rows.iterator(chunk_size=BATCH):
        yield Remembered(part, key, at, value)


@transaction.atomic
def _keep(source: Source, items: Iterable[Remembered]) -> None:
    stream = iter(items)
    while batch := list(islice(stream, BATCH)):
        for part in {item.part for item in batch}:
            keys = [item.key for item in batch if item.part == part]
            Memory.objects.filter(source=source, part=part, key__in=keys).delete()
        Memory.objects.bulk_create(
            Memory(source=source, part=item.part, key=item.key, at=item.at, value=item.value)
            for item in batch
            if item.value is not None
        )
