"""What is missing, as work: of whose data, the most used first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from catalog.models import Dataset, Domain

if TYPE_CHECKING:
    from catalog.querysets import DatasetQuerySet
    from permissions.access import Viewer

ORDER = ("-popularity", "-pk")


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to: a person who is to do it, a domain, and what is missing."""

    username: str = ""
    domain: str = ""
    missing: str = ""


def incomplete(viewer: Viewer, wanted: Wanted) -> DatasetQuerySet:
    """Datasets that the viewer may read of which something is missing, to be read in `ORDER`."""
    found = Dataset.objects.readable_by(viewer).present()
    found = found.filter(completeness__isnull=False).exclude(completeness__missing=[])
    if wanted.missing:
        found = found.filter(completeness__missing__contains=[wanted.missing])
    if wanted.domain:
        slugs = list(Domain.objects.visible_to(viewer).filter(slug=wanted.domain).values_list("slug", flat=True))
        found = found.filter(labels__overlap=[f"domain:{slug}" for slug in slugs] or ["domain:"])
    return found.filter(falls_to(wanted.username)) if wanted.username else found


def falls_to(username: str) -> Q:
    """The condition on datasets that a person is to look after: as `Dataset.responsible` says, and its owner too."""
    nobody = Q(steward=None, owner=None)
    domain = Q(domain__steward__username=username) | Q(domain=None, source__domain__steward__username=username)
    no_steward = Q(domain__isnull=False, domain__steward=None) | Q(domain=None, source__domain=None)
    no_steward |= Q(domain=None, source__domain__isnull=False, source__domain__steward=None)
    of_source = no_steward & Q(source__owner__username=username)
    return Q(steward__username=username) | Q(owner__username=username) | (nobody & (domain | of_source))
