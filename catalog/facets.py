"""The facets of results as one person may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.models import Dataset, Domain, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from catalog.search.results import FacetCount, Results
    from permissions.access import Viewer


def known_facets(viewer: Viewer, found: Results) -> dict[str, tuple[FacetCount, ...]]:
    """Return the facets without domains that are closed to the viewer, who may yet know of single datasets in them."""
    domains = _known_domains(viewer, found.facets.get("domain", ()))
    return {name: domains if name == "domain" else tuple(counts) for name, counts in found.facets.items()}


def names_of(viewer: Viewer, facet: str, values: Iterable[str]) -> dict[str, str]:
    """Return what people call these values of a facet, of those that the viewer may know of."""
    if facet == "kind":
        return {kind.value: str(kind.label) for kind in Dataset.Kind}
    known: QuerySet[Any] = (Source if facet == "source" else Domain).objects.visible_to(viewer)
    return dict(known.filter(slug__in=list(values)).values_list("slug", "name"))


def _known_domains(viewer: Viewer, counted: Sequence[FacetCount]) -> tuple[FacetCount, ...]:
    slugs = [one.value for one in counted]
    known = set(Domain.objects.visible_to(viewer).filter(slug__in=slugs).values_list("slug", flat=True))
    return tuple(one for one in counted if one.value in known)
