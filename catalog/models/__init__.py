"""What exists: sources, containers, datasets, fields, and what is known of them."""

from catalog.models.datasets import Dataset, DatasetClassification, DatasetTag, Origin
from catalog.models.feed import DatasetChange
from catalog.models.fields import Field, FieldClassification, ForgottenRefusals
from catalog.models.follows import Follow
from catalog.models.former import FormerDataset, FormerField
from catalog.models.grants import DatasetGrant, DomainGrant, SourceGrant
from catalog.models.history import Change, Edit
from catalog.models.metadata_rules import MetadataRule
from catalog.models.people import Person
from catalog.models.protocol import Completeness, CompletenessDay, CompletenessFollowed, Protocol
from catalog.models.schema import Constraint, Index, Routine, SchemaVersion
from catalog.models.searches import RecentSearch, SavedSearch, SavedSearchMatch
from catalog.models.sources import Container, Source
from catalog.models.suggestions import Suggestion
from catalog.models.values import FieldProfile, Sample
from catalog.models.visits import Visit
from catalog.models.vocabulary import Classification, DataProduct, Domain, Tag

__all__ = [
    "Change", "Classification", "Completeness", "CompletenessDay", "CompletenessFollowed", "Constraint", "Container",
    "DataProduct", "Dataset", "DatasetChange", "DatasetClassification", "DatasetGrant", "DatasetTag", "Domain",
    "DomainGrant", "Edit", "Field", "FieldClassification", "FieldProfile", "Follow", "ForgottenRefusals",
    "FormerDataset", "FormerField", "Index", "MetadataRule", "Origin", "Person", "Protocol", "RecentSearch", "Routine",
    "Sample", "SavedSearch", "SavedSearchMatch", "SchemaVersion", "Source", "SourceGrant", "Suggestion", "Tag", "Visit",
]  # fmt: skip
