"""What of reading is recorded: what was refused, and values of what any rule closes to anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from permissions.audit.recording import note
from permissions.models import OptOutRule, User
from permissions.models.rules import Moment

if TYPE_CHECKING:
    from django.db.models import Model

    from permissions.access import Viewer
    from permissions.denials import Denial
    from permissions.levels import Level

# They stand in the compiled statement for the values of each request.
_TIME = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
_DAY = date(1, 2, 3)
_LABELS = "labels of the thing"


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
    if named := _named_by_rules(labels):
        note("sample.read", actor=person(viewer), thing=thing, after={"under rules on": named, **shown})


def _named_by_rules(labels: Iterable[str]) -> list[str]:
    sql, parameters = _statement()
    now = Moment.now()
    filled: dict[Any, Any] = {_TIME: now.time, _DAY: now.day, _LABELS: list(set(labels))}
    with connection.cursor() as cursor:
        cursor.execute(sql, [filled.get(one, one) for one in parameters])
        return [label for (label,) in cursor.fetchall()]


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return the statement with its parameters: writing it anew costs more than running it."""
    named = RawSQL("permissions_optoutrule.label = ANY(%s)", [_LABELS], BooleanField())
    rules = OptOutRule.objects.in_force(Moment(_TIME, _DAY)).filter(named).order_by("label")
    sql, parameters = rules.values_list("label", flat=True).distinct().query.sql_with_params()
    return sql, tuple(parameters)


def person(viewer: Viewer) -> User | None:
    return viewer if isinstance(viewer, User) else None
