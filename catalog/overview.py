"""What there is, by source and by domain: counts of what one person may know of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from catalog.counting import Sums, groups_of, summed
from catalog.health import TROUBLED, with_last_run
from catalog.models import Container, DataProduct, Dataset, Domain, Source
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from permissions.access import Viewer


class SourceSummary(NamedTuple):
    """A source, how many datasets it holds, and how many came and went since a moment.

    `readable` says whether its description and its harvests are open to the viewer.
    """

    source: Source
    readable: bool
    datasets: int
    added: int
    gone: int

    @property
    def troubled(self) -> bool:
        return self.readable and getattr(self.source, "run_state", None) in TROUBLED


class ContainerCount(NamedTuple):
    container: Container
    datasets: int
    parts: bool  # there are containers in it


class ProductCount(NamedTuple):
    product: DataProduct
    datasets: int


class DomainNode(NamedTuple):
    """A domain in the tree of domains, with its datasets, those of domains in it too, and its products."""

    domain: Domain
    depth: int
    datasets: int
    with_below: int
    products: list[ProductCount]


def sources_of(viewer: Viewer, since: datetime) -> list[SourceSummary]:
    """The sources the viewer may know of, by name, with counts of the datasets they may know of."""
    sources = with_last_run(Source.objects.visible_to(viewer).filter(retired_at=None)).select_related("owner")
    counts = summed(groups_of(viewer, since), lambda group: group.source)
    return [
        SourceSummary(source, may(source, viewer, Level.READ), *counts.get(source.pk, Sums())) for source in sources
    ]


def containers_of(viewer: Viewer, source: Source, parent: Container | None) -> list[ContainerCount]:
    """The containers directly below `parent` (or the source itself), with counts of all datasets below each.

    One in which nothing is, or ever was, that the viewer may know of is left out.
    """
    every = list(Container.objects.visible_to(viewer).filter(source=source, archived_at=None).order_by("name", "pk"))
    known = list(_counts_by_container(viewer, source))
    present = _totals(every, {container: held for container, held, _ in known})
    ever = _totals(every, {container: held for container, _, held in known})
    wanted = parent.pk if parent else None
    around = {one.parent_id for one in every if ever[one.pk]}
    shown = (one for one in every if one.parent_id == wanted and ever[one.pk])
    return [ContainerCount(one, present[one.pk], one.pk in around) for one in shown]


def _counts_by_container(viewer: Viewer, source: Source) -> Iterable[tuple[int | None, int, int]]:
    """Containers with their datasets: those present, and those archived as well."""
    rows = Dataset.objects.visible_to(viewer).filter(source=source).order_by()
    return rows.values_list("container").annotate(present=Count("pk", filter=Q(archived_at=None)), ever=Count("pk"))


def _totals(containers: list[Container], own: dict[int | None, int]) -> dict[int, int]:
    """Datasets in each container and in those below it."""
    totals = {one.pk: 0 for one in containers}
    parents = {one.pk: one.parent_id for one in containers}
    for pk in parents:
        at: int | None = pk
        while at in totals:
            totals[at] += own.get(pk, 0)
            at = parents[at]
    return totals


def domains_of(viewer: Viewer, since: datetime) -> list[DomainNode]:
    """The domains the viewer may know of as a tree, each before those in it, with counts of what they may know of."""
    groups = groups_of(viewer, since)
    by_domain, by_product = summed(groups, lambda group: group.domain), summed(groups, lambda group: group.product)
    domains = list(Domain.objects.visible_to(viewer).select_related("steward", "parent").order_by("name", "pk"))
    products: dict[int, list[ProductCount]] = defaultdict(list)
    for product in DataProduct.objects.visible_to(viewer).filter(domain__in=domains).order_by("name", "pk"):
        products[product.domain_id].append(ProductCount(product, by_product.get(product.pk, Sums()).held))
    return list(_tree(domains, {one.pk: by_domain.get(one.pk, Sums()).held for one in domains}, products))


def _tree(domains: list[Domain], own: dict[int, int], products: dict[int, list[ProductCount]]) -> Iterator[DomainNode]:
    """Domains from the top down; one whose parent is not among them stands at the top."""
    known = {one.pk for one in domains}
    inside: dict[int | None, list[Domain]] = defaultdict(list)
    for one in domains:
        inside[one.parent_id if one.parent_id in known else None].append(one)

    def below(domain: Domain) -> int:
        return own[domain.pk] + sum(below(child) for child in inside[domain.pk])

    def walk(parent: int | None, depth: int) -> Iterator[DomainNode]:
        for one in inside[parent]:
            yield DomainNode(one, depth, own[one.pk], below(one), products[one.pk])
            yield from walk(one.pk, depth + 1)

    return walk(None, 0)
