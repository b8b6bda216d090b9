"""The one way in for what people say of things: checked, written by set, kept in history, labels in step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from catalog.curation.conflicts import require_unchanged
from catalog.curation.editing import editing
from catalog.curation.kinds import KINDS, kind_of, may_edit
from catalog.curation.outcome import Outcome, Refusal, Refused
from catalog.curation.relabelling import relabel
from catalog.curation.staging import staged
from catalog.curation.writing import write
from catalog.lifecycle import announce
from catalog.models import Change, Domain, Edit, Origin
from catalog.protocol.evaluating import count_anew, refresh_edited

if TYPE_CHECKING:
    from django.db.models import Model

    from catalog.curation.kinds import Kind
    from catalog.curation.staging import Row
    from permissions.models import User

BULK_LOCK = 7_205_732  # held by whoever writes many things: two imports wait for each other, not in a circle
CLASHES = {
    "dataset_not_its_own_successor": "A dataset cannot be its own successor.",
    "domain_not_its_own_parent": "A domain cannot lie in itself.",
}


def edit(
    *, actor: User, thing: Model, changes: Mapping[str, Any], why: str = "", origin: str = Edit.Origin.PAGE,
    base: int | None = None,
) -> Outcome:  # fmt: skip
    """Write facts of one thing, by their names in `catalog.curation.facts`; an empty value takes a fact away.

    Facts that are sets are given whole, or by what comes and goes: ``{"+tags": ["gold"], "-tags": ["old"]}``.
    `base` is the `version_of` the thing that the writer read. Raises `Refused`, and `Conflict` where others changed
    the same facts since.
    """
    kind = kind_of(thing)
    with editing(actor=actor, origin=origin, why=why) as one:
        with connection.cursor() as cursor:  # whoever writes the same thing waits
            cursor.execute(f"SELECT 1 FROM {kind.table} WHERE id = %s FOR NO KEY UPDATE", [thing.pk])  # noqa: S608
        with staged(kind, [(thing.pk, changes)], actor) as stage:
            if base is not None:
                require_unchanged(kind, thing.pk, stage.held[0][1], base)
            return _write(kind, stage, one, actor)


def keep_mine(*, actor: User, thing: Model, fact: str) -> None:
    """Say that what people wrote stands over what the source says now; the source is not offered until it changes.

    Raises `Refused`.
    """
    kind = kind_of(thing)
    one = kind.facts.get(fact)
    if one is None or not one.harvested or not may_edit(actor, thing, fact):
        raise Refused([Refusal(0, fact, f"You may not curate this {kind.name}.")])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {kind.table} SET kept_over = coalesce(kept_over, '{{}}')"  # noqa: S608 - names of ours
            f" || jsonb_build_object(%s::text, md5({one.harvested})) WHERE id = %s",
            [fact, thing.pk],
        )


def edit_many(
    *, actor: User, kind: str, rows: Iterable[Row], why: str = "", origin: str = Edit.Origin.IMPORT,
    within: Edit | None = None,
) -> Outcome:  # fmt: skip
    """Write facts of many things of one kind, all or nothing: rows of a thing's id and values by fact.

    Rows are read as a stream; an id of None, or of what the actor may not know of, is refused as absent. Changes stand
    in `Change` by the edit, so that a dry run is this, looked at, and rolled back. `within` adds to an edit begun by
    `editing`. Raises `Refused` with the places of the rows.
    """
    if within is not None:
        return _edit_many(KINDS[kind], rows, within, actor)
    with editing(actor=actor, origin=origin, why=why) as one:
        return _edit_many(KINDS[kind], rows, one, actor)


def _edit_many(kind: Kind, rows: Iterable[Row], one: Edit, actor: User) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BULK_LOCK])
        cursor.execute("SET LOCAL statement_timeout = 0")  # the web's time limit is not for this
    with staged(kind, rows, actor) as stage:
        return _write(kind, stage, one, actor)


def _write(kind: Kind, stage: Any, one: Edit, actor: User) -> Outcome:
    by = Origin.RULE if one.origin == Edit.Origin.RULE else Origin.HUMAN
    before = _changed(kind, one)
    try:
        with transaction.atomic():
            write(kind, stage, actor_id=actor.pk, by=by)
    except IntegrityError as error:
        raise Refused([Refusal(0, "", _in_words(error))]) from error
    if kind.name == "domain" and "parent" in stage.facts:
        _refuse_circle()
    relabel(one, actor)
    refresh_edited(one)
    if kind.name == "dataset" and "lifecycle" in stage.facts:
        announce(one, actor)
    changed = _changed(kind, one) - before
    return Outcome(one if changed or before else None, stage.rows, changed)


def _refuse_circle() -> None:
    """Raises `Refused` where domains lie in themselves, over however many others; moving one changes what is asked."""
    parents = dict(Domain.objects.values_list("pk", "parent_id"))
    for start, parent in parents.items():
        above, met = parent, {start}
        while above is not None and above not in met:
            met.add(above)
            above = parents[above]
        if above is not None:
            raise Refused([Refusal(0, "parent", "That one lies in this one already: they would form a circle.")])
    count_anew()


def _changed(kind: Kind, one: Edit) -> int:
    """How many things of a kind an edit has changed so far."""
    changes = Change.objects.filter(edit=one, kind=kind.name)
    return changes.order_by().values("thing_id").distinct().count()


def _in_words(error: IntegrityError) -> str:
    told = str(error)
    return next((words for name, words in CLASHES.items() if name in told), "Another one has this name already.")
