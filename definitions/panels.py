"""What a dataset and its fields mean, as far as one person may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from definitions.models import Binding, Meaning
from permissions.models import Duty

if TYPE_CHECKING:
    from catalog.closed import ClosedFields
    from catalog.models import Dataset, Field
    from permissions.models import User

MOST = 100


class Panel(NamedTuple):
    """The definitions that are bound to a dataset, and those that it and its fields are linked to."""

    bound: list[Binding]
    linked: list[Meaning]
    may_link: bool

    @property
    def any(self) -> bool:
        return bool(self.bound or self.linked)


def panel_of(viewer: User, dataset: Dataset, closed: ClosedFields, field: Field | None = None) -> Panel:
    """Return what a dataset, or one field of it, means; of bindings, those in force."""
    linked = Meaning.objects.readable_by(viewer).filter(dataset=dataset).select_related(
        "definition__current", "definition__domain", "version", "field", "dataset"
    )  # fmt: skip
    if field is not None:
        linked = linked.filter(field=field)
    shown = [one for one in linked.order_by("definition__name", "pk")[:MOST] if _open(one, closed)]
    bound = Binding.objects.in_force().readable_by(viewer).filter(dataset=dataset).select_related(
        "version__definition__domain"
    )  # fmt: skip
    bindings = [] if field else list(bound.order_by("version__definition__name", "pk")[:MOST])
    return Panel(bindings, shown, viewer.has_perm(Duty.CURATE, dataset))


def _open(one: Meaning, closed: ClosedFields) -> bool:
    return one.field is None or not closed.closes(one.field.path)
