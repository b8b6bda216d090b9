"""Lineage that a person states: for what no system tells. Only who curates the dataset downstream may, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from catalog.duties import may_curate
from lineage.models import Edge
from lineage.nodes import nodes_of_datasets
from lineage.recording import Flow, close_edges, record_flows
from permissions.audit import record
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from catalog.models import Dataset
    from permissions.models import User

LONGEST_REASON = 1_000


@transaction.atomic
def state_upstream(*, actor: User, dataset: Dataset, upstream: Dataset, reason: str) -> Edge:
    """State that `dataset` reads from `upstream`, both of which the actor may read; once more changes the reason.

    Raises `PermissionDenied` for who does not curate `dataset`, `ValidationError` without a reason or for one dataset.
    """
    _require(actor, dataset)
    if not may(upstream, actor, Level.READ):
        raise PermissionDenied("You may not read what it would come from.")
    if not reason.strip():
        raise ValidationError("Say why: whoever doubts it later will want to know.")
    if dataset.pk == upstream.pk:
        raise ValidationError("A dataset that reads from itself tells nothing.")
    nodes = nodes_of_datasets([dataset.pk, upstream.pk])
    flow = Flow(nodes[upstream.pk], nodes[dataset.pk], (), {"by": "person"})
    written = record_flows(origin=Edge.Origin.HAND, flows=[flow], seen_at=timezone.now())
    edge = Edge.objects.get(pk=written.edges[0])
    edge.stated_by, edge.reason = actor, reason.strip()[:LONGEST_REASON]
    edge.save(update_fields=["stated_by", "reason"])
    record("lineage.stated", actor=actor, thing=dataset, after={"reads from": upstream.key}, note=edge.reason)
    return edge


@transaction.atomic
def withdraw_upstream(*, actor: User, dataset: Dataset, upstream: Dataset) -> bool:
    """Close what people stated of the two; returns whether there was anything. Raises `PermissionDenied`."""
    _require(actor, dataset)
    stated = Edge.objects.current().filter(
        origin=Edge.Origin.HAND, upstream__dataset=upstream, downstream__dataset=dataset
    )
    closed = close_edges(stated.values_list("pk", flat=True))
    if closed:
        record("lineage.withdrawn", actor=actor, thing=dataset, before={"reads from": upstream.key})
    return bool(closed)


def _require(actor: User, dataset: Dataset) -> None:
    if not may(dataset, actor, Level.READ) or not may_curate(actor, dataset):
        raise PermissionDenied("You do not curate this dataset.")
