"""The rows of the schema tab: one a field, with what its reader may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Prefetch

from catalog.models import Field, FieldClassification, FieldProfile, Sample
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.closed import ClosedFields
    from catalog.models import Dataset
    from permissions.access import Viewer
    from permissions.models import OptOutRule

PAGE = 200


class Row(NamedTuple):
    """One field; where it is closed, nothing but its name and the rules that close it is shown."""

    field: Field
    closed: bool
    rules: tuple[OptOutRule, ...]
    typed: bool  # its native type names nothing closed
    classified: tuple[FieldClassification, ...]
    empty: float | None  # share of rows without a value
    distinct: int | None
    masked: bool  # its values are closed
    parts: bool  # it has fields in it


class SchemaPage(NamedTuple):
    """Some rows of a schema, how many there are in all and how many match, and where the next ones begin."""

    rows: list[Row]
    total: int
    matching: int
    following: int | None

    @property
    def nested(self) -> bool:
        """Whether any of these rows has fields in it."""
        return any(row.parts for row in self.rows)


def schema_page(
    viewer: Viewer, dataset: Dataset, closed: ClosedFields, *, query: str = "", start: int = 0, size: int | None = PAGE
) -> SchemaPage:
    """Return up to `size` fields (all for None) from number `start` of those that hold every word of `query`."""
    known = [light for light in _light(viewer, dataset) if not closed.hides(light.path)]
    words = query.casefold().split()
    matching = [light.pk for light in known if _matches(light, words, closed)]
    chosen = matching[start:] if size is None else matching[start : start + size]
    following = start + len(chosen) if start + len(chosen) < len(matching) else None
    around = frozenset(light.parent_path for light in known)
    return SchemaPage(_rows(viewer, dataset, closed, chosen, around), len(known), len(matching), following)


def count_fields(viewer: Viewer, dataset: Dataset, closed: ClosedFields) -> int:
    """How many fields the viewer may know of."""
    if not closed.any_hidden():
        return dataset.fields.present().count()
    return sum(not closed.hides(light.path) for light in _light(viewer, dataset))


class _Light(NamedTuple):
    """As much of a field as filtering needs; a schema of thousands is read in milliseconds."""

    pk: int
    path: str
    native_type: str
    type: str
    human_description: str
    harvested_description: str
    parent_path: str


def _light(viewer: Viewer, dataset: Dataset) -> list[_Light]:
    fields = Field.objects.filter(dataset=dataset).visible_to(viewer).present().order_by("position", "pk")
    return [_Light(*values) for values in fields.values_list(*_Light._fields)]


def _matches(light: _Light, words: Sequence[str], closed: ClosedFields) -> bool:
    """Whether every word stands in the field's name or, where that is open, in its type or description."""
    if not words:
        return True
    text = light.path if closed.closes(light.path) else " ".join(light[1:6])
    folded = text.casefold()
    return all(word in folded for word in words)


def _rows(
    viewer: Viewer, dataset: Dataset, closed: ClosedFields, chosen: Sequence[int], around: frozenset[str]
) -> list[Row]:
    live = FieldClassification.objects.filter(state__in=FieldClassification.COUNTING)
    fields = (
        dataset.fields.filter(pk__in=chosen)
        .select_related("described_by")
        .prefetch_related(Prefetch("classified", live.select_related("classification", "decided_by"), to_attr="live"))
        .order_by("position", "pk")
    )
    profiles = _profiles(dataset)
    rules = closed.reasons()
    samples = may(dataset, viewer, Level.SAMPLE)
    return [
        _row(field, closed, rules, profiles.get(field.path), samples)._replace(parts=field.path in around)
        for field in fields
    ]


def _row(
    field: Field,
    closed: ClosedFields,
    rules: dict[int, OptOutRule],
    profile: tuple[FieldProfile, int] | None,
    samples: bool,
) -> Row:
    stopping = closed.stopping(field.path, Level.READ)
    masked = not samples or bool(closed.masking(field.path))
    empty, distinct = (profile[0].nulls / profile[1], profile[0].distinct) if profile else (None, None)
    return Row(
        field=field,
        closed=bool(stopping),
        rules=tuple(rules[denial.rule_id] for denial in stopping if denial.rule_id in rules),
        typed=not closed.closes(field.path),
        classified=tuple(getattr(field, "live", ())),
        empty=None if stopping else empty,
        distinct=None if masked else distinct,
        masked=bool(closed.masking(field.path)),
        parts=False,
    )


def _profiles(dataset: Dataset) -> dict[str, tuple[FieldProfile, int]]:
    """The light profile of each field, with the number of rows it was taken over."""
    sample = Sample.objects.filter(pk=dataset.pk, rows_read__gt=0).only("rows_read").first()
    if sample is None:
        return {}
    profiles = FieldProfile.objects.filter(sample=sample).only("path", "nulls", "distinct")
    return {profile.path: (profile, sample.rows_read) for profile in profiles}
