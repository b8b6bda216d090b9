"""Single objects go through here: unknown is 404, known but closed is 403 with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404

from permissions.access import denials_of
from permissions.audit.reads import note_denied, note_missed
from permissions.explain import Explanation, explain
from permissions.levels import Level
from permissions.things import request_url

if TYPE_CHECKING:
    from permissions.access import Viewer
    from permissions.models.grants import Answerable
    from permissions.querysets import Guarded, LabelledQuerySet

T = TypeVar("T", bound="Guarded")


class Restricted(PermissionDenied):
    """The viewer may know that the thing exists, and not do this with it; `explanation` says why."""

    def __init__(self, thing: Guarded, explanation: Explanation) -> None:
        super().__init__(f"{thing} is closed to you: {explanation.reasons}")
        self.thing = thing
        self.explanation = replace(explanation, request_url=request_url(thing, explanation.level))


def find(queryset: LabelledQuerySet[T], viewer: Viewer, level: Level = Level.READ, **lookup: object) -> T:
    """Return the one row that `lookup` names, for use at `level`.

    Raises `Http404` when there is none or the viewer may not know of it, `Restricted` when they may know of it
    and a rule closes `level`.
    """
    thing = queryset.visible_to(viewer).filter(**lookup).first()
    if thing is None:
        _note_absence(queryset, viewer, lookup)
        raise Http404("There is nothing at this address.")
    require(thing, viewer, level)
    return thing


def require(thing: Guarded, viewer: Viewer, level: Level) -> None:
    """Raise `Restricted`, on record, when a rule keeps the viewer from `level` with a thing they may know of."""
    if stopping := denials_of(viewer).stopping(thing.carried_labels(), level):
        note_denied(viewer, thing, level, stopping)
        raise Restricted(thing, explain(viewer, thing.carried_labels(), level))


def _note_absence(queryset: LabelledQuerySet[T], viewer: Viewer, lookup: dict[str, object]) -> None:
    """Record what was hidden and what never was with as much work, so that time does not tell them apart."""
    hidden = queryset.filter(**lookup).first()
    if hidden is None:
        note_missed(viewer, queryset.model, lookup)
    else:
        stopping = denials_of(viewer).stopping(hidden.carried_labels(), Level.DISCOVER)
        note_denied(viewer, hidden, Level.DISCOVER, stopping)


def may(thing: Guarded | Answerable, viewer: Viewer, level: Level) -> bool:
    """Whether nothing keeps the viewer from `level` with the thing."""
    return denials_of(viewer).allow(thing.carried_labels(), level)
