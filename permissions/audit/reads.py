"""What of reading is recorded: what was refused, and values of what any rule closes to anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from permissions.audit.recording import note
from permissions.models import OptOutRule, User

if TYPE_CHECKING:
    from django.db.models import Model

    from permissions.access import Viewer
    from permissions.denials import Denial
    from permissions.levels import Level


def note_denied(viewer: Viewer, thing: Model, level: Level, stopping: Iterable[Denial]) -> None:
    """Note that `viewer` was kept from `level` with a thing, by which rules."""
    rules = sorted({denial.rule_id for denial in stopping if denial.rule_id})
    note("read.denied", actor=person(viewer), thing=thing, after={"level": level.value, "rules": rules})


def note_missed(viewer: Viewer, model: type[Model], lookup: Mapping[str, object]) -> None:
    """Note that `viewer` asked for something that is not there: it takes as long as noting a denial."""
    sought = ", ".join(f"{name} {value}" for name, value in lookup.items())
    note("read.missed", actor=person(viewer), thing=f"{model._meta.verbose_name} {sought}")


def note_values(viewer: Viewer, thing: Model, labels: Iterable[str], **shown: Any) -> None:
    """Note that `viewer` was shown values of a thing, where any rule in force names one of its `labels`.

    `shown` says which values: a list of fields, say.
    """
    closed = OptOutRule.objects.in_force().filter(label__in=set(labels)).order_by("label")
    if named := list(closed.values_list("label", flat=True).distinct()):
        note("sample.read", actor=person(viewer), thing=thing, after={"under rules on": named, **shown})


def person(viewer: Viewer) -> User | None:
    return viewer if isinstance(viewer, User) else None
