"""Who may write which dataset, source or domain, besides those who answer for it."""

from __future__ import annotations

from django.db import models

from catalog.models.datasets import Dataset
from catalog.models.sources import Source
from catalog.models.vocabulary import Domain
from permissions.models.grants import Grant


class DatasetGrant(Grant):
    thing = models.ForeignKey(Dataset, models.CASCADE, related_name="grants", db_index=False)

    class Meta(Grant.Meta):
        pass


class SourceGrant(Grant):
    thing = models.ForeignKey(Source, models.CASCADE, related_name="grants", db_index=False)

    class Meta(Grant.Meta):
        pass


class DomainGrant(Grant):
    thing = models.ForeignKey(Domain, models.CASCADE, related_name="grants", db_index=False)

    class Meta(Grant.Meta):
        pass
