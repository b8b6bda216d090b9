"""The facets of results as one person may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import Domain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.search.results import FacetCount, Results
    from permissions.access import Viewer


def known_facets(viewer: Viewer, found: Results) -> dict[str, tuple[FacetCount, ...]]:
    """Return the facets without domains that are closed to the viewer, who may yet know of single datasets in them."""
    domains = _known_domains(viewer, found.facets.get("domain", ()))
    return {name: domains if name == "domain" else tuple(counts) for name, counts in found.facets.items()}


def _known_domains(viewer: Viewer, counted: Sequence[FacetCount]) -> tuple[FacetCount, ...]:
    slugs = [one.value for one in counted]
    known = set(Domain.objects.visible_to(viewer).filter(slug__in=slugs).values_list("slug", flat=True))
    return tuple(one for one in counted if one.value in known)
