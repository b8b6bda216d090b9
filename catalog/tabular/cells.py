"""Cells that say no more than the page would to the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Case, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf

from catalog.closed import closed_fields
from catalog.models import Dataset, Field
from catalog.querysets import named_openly
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import predicate

if TYPE_CHECKING:
    from collections.abc import Callable

    from permissions.access import Viewer
    from permissions.querysets import Labelled

NAMES: ArrayField[list[str], list[str]] = ArrayField(TextField())
NO_NAMES: Value = Value([], output_field=NAMES)


def readable(model: type[Labelled], viewer: Viewer) -> Q:
    """The condition under which the viewer may read about a row, of those they may know of; empty where nothing is
    closed to them."""
    return predicate(denials_of(viewer), Level.READ, model.label_paths)


def if_readable(model: type[Labelled], value: Any, closed: Any = None) -> Callable[[Viewer], Any]:
    """A cell that holds `value` of what the viewer may read about, and `closed` of the rest."""

    def cell(viewer: Viewer) -> Any:
        expression = value(viewer) if callable(value) and not hasattr(value, "resolve_expression") else value
        expression = F(expression) if isinstance(expression, str) else expression
        condition = readable(model, viewer)
        return Case(When(condition, then=expression), default=closed) if condition else expression

    return cell


def is_closed(model: type[Labelled]) -> Callable[[Viewer], Any]:
    """A cell that says whether reading about the row is closed to the viewer."""

    def cell(viewer: Viewer) -> Any:
        condition = readable(model, viewer)
        closed = Case(When(condition, then=Value(value=False)), default=Value(value=True)) if condition else None
        return closed or Value(value=False, output_field=BooleanField())

    return cell


def domain_slug(path: str) -> Callable[[Viewer], Any]:
    """A cell that names a domain, where the viewer may know of it."""
    return lambda viewer: _if_named(F(f"{path}__slug"), named_openly(viewer, "domain", f"{path}__slug"))


def product_slug(path: str) -> Callable[[Viewer], Any]:
    """A cell that names a data product, as `ProductQuerySet.visible_to` lets the viewer know of it."""

    def cell(viewer: Viewer) -> Any:
        mine = named_openly(viewer, "product", f"{path}__slug")
        return _if_named(F(f"{path}__slug"), mine & named_openly(viewer, "domain", f"{path}__domain__slug"))

    return cell


def _if_named(name: Any, condition: Q) -> Any:
    return Case(When(condition, then=name)) if condition else name


def key_of(path: str, datasets: Callable[[Viewer], Any]) -> Callable[[Viewer], Any]:
    """A cell that names another dataset by its key, of those that `datasets` gives the viewer."""
    return lambda viewer: Subquery(datasets(viewer).filter(pk=OuterRef(path)).values("key")[:1])


def names(query: Any, column: str) -> Any:
    """A cell of several short names, in order."""
    return ArraySubquery(query.order_by(column).values(column), output_field=NAMES)


def text(column: str) -> Any:
    """A text that is none where it is empty."""
    return NullIf(F(column), Value(""), output_field=TextField())


def shown_text(human: str, harvested: str) -> Any:
    """What a person wrote, or else the source."""
    return Coalesce(text(human), text(harvested))


def says_who(human: str, harvested: str) -> Any:
    """Who says so: a person or the source."""
    return Case(
        When(~Q(**{human: ""}), then=Value("human")),
        When(~Q(**{harvested: ""}), then=Value("harvest")),
        output_field=TextField(),
    )


def closed_paths(viewer: Viewer) -> list[tuple[int, str]]:
    """Every field that a label of its own, or of one around it, closes to the viewer."""
    if not denials_of(viewer).at(Level.READ):
        return []
    labelled = Field.objects.exclude(labels=[]).values("dataset")
    datasets = Dataset.objects.readable_by(viewer).filter(pk__in=labelled).only("pk", "labels").order_by()
    found = closed_fields(viewer, datasets).items()
    return [(pk, path) for pk, closed in found for path in closed.by_level.get(Level.READ, ())]
