"""Criteria against the fields of a dataset, as the catalog knows them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import Field
from definitions.criteria import Checked, Column, Problem, check, column_of, dialect_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models import Dataset, Source
    from permissions.access import Viewer

NO_DIALECT = "Criteria cannot be run on this kind of source: bind a dataset of a database or of files."
GONE = "The dataset is no longer there."


def dialect_of_source(source: Source) -> str | None:
    """Return the dialect of a source's criteria; None where they cannot be run."""
    url = source.config.get("url") if source.kind == "sqlalchemy" else None
    return dialect_of(str(url).partition(":")[0] if url else source.kind)


def columns_of(dataset: Dataset, viewer: Viewer | None = None) -> tuple[Column, ...]:
    """Return the top-level fields of a dataset as a criterion may use them; with a viewer, those they may read."""
    fields = Field.objects.filter(dataset=dataset, parent_path="").present()
    if viewer is not None:
        fields = fields.readable_by(viewer)
    return tuple(column_of(name, kind) for name, kind in fields.order_by("position").values_list("name", "type"))


def check_criterion(
    dataset: Dataset, text: str, viewer: Viewer | None = None, columns: Iterable[Column] | None = None
) -> Checked:
    """Read `text` over a dataset's fields; a viewer's mistakes are answered with the fields that they may read."""
    dialect = dialect_of_source(dataset.source)
    if dialect is None:
        return Checked(text, "", None, (Problem(NO_DIALECT),))
    if dataset.archived_at is not None:
        return Checked(text, dialect, None, (Problem(GONE),))
    return check(text, columns_of(dataset, viewer) if columns is None else columns, dialect)


def check_names(columns: Iterable[Column], names: Iterable[str]) -> list[Problem]:
    """Return a problem for each of `names` that is no column."""
    known = {column.name for column in columns}
    return [Problem(f"There is no field {name[:60]}.") for name in names if name not in known]
