"""Who answers for what is made of a dataset: for the notices of the catalog, which knows nothing of lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import Dataset
from lineage.closures import Bounds, Direction, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOKED_AT = Bounds(depth=20, nodes=5_000, seconds=1.0)


def answering_downstream(dataset: Dataset) -> Iterable[int]:
    """The owners and stewards of datasets that read from it, however far on, whoever may see what."""
    node = getattr(dataset, "node", None)
    if node is None:
        return set()
    found = walk(None, [node.pk], Direction.DOWN, LOOKED_AT)
    made = Dataset.objects.filter(node__in=[pk for pk, ring in found.rings.items() if ring])
    return {pk for pair in made.values_list("owner", "steward") for pk in pair if pk}


DOWNSTREAM = (answering_downstream,)
