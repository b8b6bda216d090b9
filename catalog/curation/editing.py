"""The edit at hand: who writes, why and from where, as the triggers that keep history read it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

from catalog.models import Change, Edit
from catalog.models.history import SETTING
from permissions.audit import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import User

LONGEST_WHY = 500


@contextmanager
def editing(
    *, actor: User | None, origin: str, why: str = "", undoes: Edit | None = None
) -> Iterator[Edit]:  # fmt: skip
    """Write within one edit and one transaction; the edit goes again when nothing was changed.

    Everything written in it is told to be this edit's, bulk statements and SQL included.
    """
    with transaction.atomic():
        edit = Edit.objects.create(actor=actor, origin=origin, why=why.strip()[:LONGEST_WHY], undoes=undoes)
        before = _name(str(edit.pk))
        yield edit
        _name(before)
        _close(edit, actor)


def _name(edit: str) -> str:
    """Name the edit at hand until the transaction ends or is undone; returns the one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [SETTING])
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, edit])
    return before or ""


def _close(edit: Edit, actor: User | None) -> None:
    changes = Change.objects.filter(edit=edit)
    if not changes.exists():
        edit.delete()
        return
    facts = sorted(set(changes.order_by().values_list("kind", "fact").distinct()))
    told = {
        "edit": edit.pk,
        "origin": edit.origin,
        "facts": [f"{kind} {fact or 'itself'}" for kind, fact in facts],
        "things": changes.order_by().values("kind", "thing_id").distinct().count(),
    }
    record("metadata.edited", actor=actor, after=told, note=edit.why)
