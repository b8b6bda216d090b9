"""A dataset's sample as one person may see it: closed columns absent or masked, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from catalog.models import Field, FieldProfile, Sample
from core.names import split_path
from permissions.masks import Mask, mask_of, masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.closed import ClosedFields, Stopping
    from catalog.models import Dataset
    from permissions.access import Viewer
    from permissions.models import OptOutRule

COLUMNS = 30  # shown at once
FREQUENT = 0.02  # share of the rows from which on a value is worth a bar


class Bar(NamedTuple):
    """One frequent value, and its share of the rows that were looked at."""

    value: str
    rows: int
    share: float


class Column(NamedTuple):
    """One top-level field; where it is masked, its profile says only how empty it is."""

    at: int  # its place in the stored rows
    path: str
    type: str
    mask: Mask | None  # what is done to its values; None shows them
    rules: tuple[OptOutRule, ...]
    profile: FieldProfile | None
    empty: float | None
    bars: tuple[Bar, ...]

    @property
    def name(self) -> str:
        return split_path(self.path)[-1]

    @property
    def masked(self) -> bool:
        """Whether a rule keeps its values from the viewer."""
        return self.mask is not None

    @property
    def quoted_path(self) -> str:
        """The path as an address holds it."""
        return quote(self.path, safe="")


class SampleTable(NamedTuple):
    """Some columns of a sample and its rows cut to them; `total` is the number of all columns."""

    sample: Sample
    columns: list[Column]
    rows: list[list[tuple[bool, str | None]]]  # (masked, value)
    total: int
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.columns)

    @property
    def masked(self) -> int:
        """How many of the columns shown are masked: on a telephone most of them are out of sight."""
        return sum(column.masked for column in self.columns)

    @property
    def whole(self) -> bool:
        """Whether its rows are all that there are."""
        return self.sample.rows_exact and self.sample.rows_total == len(self.rows)

    @property
    def profiled_whole(self) -> bool:
        return self.sample.rows_exact and self.sample.rows_total == self.sample.rows_read

    @property
    def following(self) -> int | None:
        return self.end if self.end < self.total else None

    @property
    def preceding(self) -> int | None:
        return max(0, self.start - COLUMNS) if self.start else None


def sample_table(
    viewer: Viewer, dataset: Dataset, closed: ClosedFields, start: int = 0, stopping: Sequence[OptOutRule] = ()
) -> SampleTable | None:
    """Return the sample's columns from number `start` on, or None where there is no sample.

    `stopping` are the rules that keep the viewer from sampling the dataset: every column is masked as they say. Only
    columns that are fields of the dataset now are shown: of any other it is not known who may see it.
    """
    sample = Sample.objects.filter(pk=dataset.pk).first()
    if sample is None:
        return None
    fields = Field.objects.filter(dataset=dataset, parent_path="").visible_to(viewer).present()
    types = {path: kind for path, kind in fields.values_list("path", "type") if not closed.hides(path)}
    known = [(at, path) for at, path in enumerate(sample.columns) if path in types]
    columns = [_stopped(one, stopping) for one in _columns(sample, known[start : start + COLUMNS], types, closed)]
    return SampleTable(sample, columns, _cut(sample.rows, columns), len(known), start)


def _columns(
    sample: Sample, shown: Sequence[tuple[int, str]], types: dict[str, str], closed: ClosedFields
) -> list[Column]:
    paths = [path for _, path in shown]
    profiles = {profile.path: profile for profile in FieldProfile.objects.filter(sample=sample, path__in=paths)}
    rules = closed.reasons()
    return [column_of(sample, at, path, types[path], profiles.get(path), closed, rules) for at, path in shown]


def column_of(
    sample: Sample,
    at: int,
    path: str,
    kind: str,
    profile: FieldProfile | None,
    closed: ClosedFields,
    rules: dict[int, OptOutRule],
) -> Column:
    """One field's profile as somebody may see it: where its values are closed, only how empty it is."""
    stopping = closed.masking(path)
    told = tuple(rules[denial.rule_id] for denial in stopping if denial.rule_id in rules)
    empty = profile.nulls / sample.rows_read if profile and sample.rows_read and not closed.closes(path) else None
    shown = None if stopping else profile
    return Column(
        at, path, kind, _mask(path, stopping, told, closed), told, shown, empty, _bars(shown, sample.rows_read)
    )


def _mask(path: str, stopping: Stopping, told: tuple[OptOutRule, ...], closed: ClosedFields) -> Mask | None:
    """What the rules agree on; nothing is shown where one of them cannot be asked, or where only a part is closed."""
    if not stopping:
        return None
    known = len(told) == len(stopping) and not closed.parts_masked(path)
    return mask_of(told) if known else Mask.HIDDEN


def _stopped(column: Column, stopping: Sequence[OptOutRule]) -> Column:
    """The column where the whole dataset is closed as well."""
    if not stopping:
        return column
    rules = (*column.rules, *stopping)
    mask = Mask.HIDDEN if column.mask == Mask.HIDDEN else mask_of(rules)
    return column._replace(mask=mask, rules=rules, profile=None, bars=())


def _bars(profile: FieldProfile | None, rows: int) -> tuple[Bar, ...]:
    """The most frequent values, where any of them is frequent at all: those of a key are not."""
    bars = (
        tuple(Bar(str(value), count, count / rows) for value, count in profile.frequent[:5]) if profile and rows else ()
    )
    return bars if bars and bars[0].share >= FREQUENT else ()


def _cut(rows: list[list[str | None]], columns: Sequence[Column]) -> list[list[tuple[bool, str | None]]]:
    return [
        [(column.masked, _shown(column, row[column.at] if column.at < len(row) else None)) for column in columns]
        for row in rows
    ]


def _shown(column: Column, value: str | None) -> str | None:
    return value if column.mask is None else masked(value, column.mask)
