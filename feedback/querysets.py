"""Which tickets: those somebody may read, open ones, those of a board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from catalog.models import Domain, Field
from feedback.workflow import OPEN
from permissions.access import denials_of
from permissions.querysets import LabelledQuerySet

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from feedback.models import Clock, Ticket  # noqa: F401
    from permissions.access import Viewer
    from permissions.levels import Level


class TicketQuerySet(LabelledQuerySet["Ticket"]):
    def open_to(self, viewer: Viewer, level: Level) -> Self:
        """Tickets of datasets and fields that are open; a field that lies in a closed one is closed."""
        found = super().open_to(viewer, level)
        if not denials_of(viewer).at(level):
            return found
        around = Field.objects.closed_to(viewer, level).filter(
            _StartsWith(OuterRef("field__path"), Concat(F("path"), Value("."))), dataset=OuterRef("dataset")
        )
        return found.filter(Q(field=None) | ~Exists(around))

    def unresolved(self) -> Self:
        """Those whose problem may still be there."""
        return self.filter(state__in=[state.value for state in OPEN])

    def about(self, domain: Domain) -> Self:
        """Those of datasets in a domain and in what lies below it."""
        ids = _with_those_below(domain)
        own = Q(dataset__domain__in=ids)
        return self.filter(own | Q(dataset__domain=None, dataset__source__domain__in=ids))

    def overdue(self) -> Self:
        """Open ones of which a promise is broken."""
        return self.unresolved().filter(
            Exists(_clocks().filter(ticket=OuterRef("pk"), stopped_at=None, breached_at__isnull=False))
        )

    def with_due(self) -> Self:
        """With `promised_at`, when the first promise that still runs falls due."""
        due = _clocks().filter(ticket=OuterRef("pk"), due_at__isnull=False).order_by("due_at")
        return self.annotate(promised_at=Subquery(due.values("due_at")[:1]))

    def for_lists(self) -> Self:
        """With what a line of a list shows."""
        people = ("reporter", "assignee")
        return self.select_related("dataset", "dataset__source", "dataset__container", "field", *people)


def _clocks() -> QuerySet[Clock]:
    """Clocks hang on tickets, whose model this module makes."""
    return apps.get_model("feedback", "Clock")._default_manager.all()


class _StartsWith(Func):
    function = "starts_with"
    output_field = BooleanField()


def _with_those_below(domain: Domain) -> list[int]:
    children: dict[int | None, list[int]] = {}
    for pk, parent in Domain.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: list[int] = []
    waiting = [domain.pk]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(child for child in children.get(found[-1], ()) if child not in found)
    return found
