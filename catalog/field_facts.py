"""What is known of one field: its keys, how its values look, its history, and fields elsewhere of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catalog.closed import closed_fields
from catalog.models import Field, FieldProfile
from catalog.news import as_news
from catalog.relationships import keys_of, relationships
from catalog.sample_table import column_of

if TYPE_CHECKING:
    from catalog.closed import ClosedFields
    from catalog.models import Constraint, Dataset, Sample, SchemaVersion
    from catalog.relationships import Keys, Relationship
    from catalog.sample_table import Column
    from catalog.schema_diff import Change
    from permissions.access import Viewer

VERSIONS = 200  # looked at for the changes of one field
NAMESAKES = 12  # shown
CANDIDATES = 300  # namesakes among which the most used are chosen: `id` may have 100,000


class FieldKeys(NamedTuple):
    """The constraints of its dataset that name the field, as one person may see them."""

    keys: Keys
    references: list[Relationship]
    referenced_by: list[Relationship]


class Moment(NamedTuple):
    """A version in which the field changed, and how; without changes, the version it was first seen in."""

    version: SchemaVersion
    changes: tuple[Change, ...]


def keys_with(viewer: Viewer, dataset: Dataset, path: str, closed: ClosedFields) -> FieldKeys:
    """Return the keys, checks and relationships in which the field at `path` takes part."""
    naming: list[Constraint] = list(dataset.constraints.filter(fields__contains=[path]))
    return FieldKeys(keys_of(naming, closed), *relationships(viewer, dataset, naming, closed, field=path))


def profile_of(dataset: Dataset, field: Field, closed: ClosedFields) -> tuple[Sample, Column] | None:
    """How the field's values looked, and when; masked where they are closed. None where nobody looked.

    The caller has made sure that the viewer may sample the dataset.
    """
    profiles = FieldProfile.objects.filter(sample=dataset.pk, path=field.path, sample__rows_read__gt=0)
    profile = profiles.select_related("sample").defer("sample__rows", "sample__columns").first()
    if profile is None:
        return None
    sample = profile.sample
    return sample, column_of(sample, 0, field.path, field.type, profile, closed, closed.reasons())


def history_of(dataset: Dataset, path: str, closed: ClosedFields) -> list[Moment]:
    """The versions that changed the field, latest first, followed through its guessed renames."""
    moments: list[Moment] = []
    for version in dataset.schema_versions.defer("fields").order_by("-number")[:VERSIONS]:
        mine = tuple(change for change in as_news(version, closed).changes if change.path == path)
        if mine or version.number == 1:
            moments.append(Moment(version, mine))
        if any(change.kind == "added" for change in mine):
            break
        path = next((change.before for change in mine if change.kind == "renamed"), path)
    return moments


def namesakes(viewer: Viewer, field: Field) -> tuple[list[Field], bool]:
    """Fields of other datasets with the same name, of those the viewer may read, the most used datasets first.

    Also whether there are more than are returned.
    """
    same = Field.objects.readable_by(viewer).present().called(field.name).filter(dataset__archived_at=None)
    others = list(
        same.exclude(dataset=field.dataset_id)
        .select_related("dataset", "dataset__source", "dataset__container")
        .defer("dataset__sql", "dataset__details", "details")
        .order_by()[:CANDIDATES]
    )
    closed = closed_fields(viewer, [one.dataset for one in others])
    shown = [one for one in others if not closed[one.dataset_id].closes(one.path)]
    shown.sort(key=lambda one: (-one.dataset.popularity, one.dataset.key, one.path))
    return shown[:NAMESAKES], len(shown) > NAMESAKES
