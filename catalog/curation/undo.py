"""Taking back what was written: a change, an edit, what somebody wrote since some time. What came after stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from catalog.curation.editing import editing
from catalog.curation.kinds import KINDS
from catalog.curation.relabelling import relabel
from catalog.curation.staging import BATCH, Staged, drop
from catalog.curation.writing import write
from catalog.models import Change, Edit, Origin
from catalog.protocol.evaluating import refresh_edited
from permissions.models import Duty
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from catalog.curation.kinds import Kind
    from permissions.models import User

UNDO_LOCK = 7_205_732  # the lock of bulk writers
REFERRED = {
    "owner": "permissions_user", "steward": "permissions_user", "certified_by": "permissions_user",
    "domain": "catalog_domain", "parent": "catalog_domain", "product": "catalog_dataproduct",
    "successor": "catalog_dataset",
}  # fmt: skip
_MEMBER = "CASE WHEN c.fact IN ('tags', 'classifications') THEN (coalesce(c.before, c.after)->>'id')::bigint END"
# What is to stand there again, and whether somebody wrote it since, or in between.
_FACTS = f"""
    CREATE TEMPORARY TABLE undo_fact AS
    SELECT f.*, b.before, EXISTS (
        SELECT FROM catalog_change c
        WHERE c.kind = f.kind AND c.thing_id = f.thing_id AND c.id > f.first AND c.fact = f.fact
            AND {_MEMBER} IS NOT DISTINCT FROM f.member AND NOT EXISTS (SELECT FROM undo_selected u WHERE u.id = c.id)
    ) AS changed_since
    FROM (
        SELECT c.kind, c.thing_id, c.fact, {_MEMBER} AS member, min(c.id) AS first
        FROM catalog_change c JOIN undo_selected u ON u.id = c.id GROUP BY 1, 2, 3, 4
    ) AS f JOIN catalog_change b ON b.id = f.first
"""  # noqa: S608 - all of it stands above
# Members come (+), go (-), go without a word that they do not hold (!), or are suggested again (~).
_STAGE = """
    INSERT INTO stage_edit
    SELECT thing_id, jsonb_object_agg(name, value) FROM (
        SELECT thing_id, fact AS name, coalesce(before, 'null') AS value FROM undo_fact
        WHERE kind = %(kind)s AND member IS NULL AND (%(over)s OR NOT changed_since)
        UNION ALL
        SELECT thing_id, CASE
            WHEN before IS NULL THEN '!' WHEN before->>'state' = 'rejected' THEN '-'
            WHEN before->>'state' IN ('suggested', 'withheld') THEN '~' ELSE '+' END || fact, jsonb_agg(member)
        FROM undo_fact WHERE kind = %(kind)s AND member IS NOT NULL AND (%(over)s OR NOT changed_since) GROUP BY 1, 2
    ) AS known GROUP BY thing_id
"""


@dataclass(frozen=True)
class Undone:
    """What was taken back, and what was left: facts written since, facts of things the writer may not write."""

    edit: Edit | None
    facts: int
    changed_since: int
    not_yours: int
    itself: int  # words that were made and stay: something refers to them, or they are not the actor's


def undo_change(*, actor: User, change: Change, why: str = "", over: bool = False) -> Undone:
    """Put back what stood before one change; `over` even where somebody wrote it since."""
    return take_back(actor=actor, changes=Change.objects.filter(pk=change.pk), why=why, undoes=change.edit, over=over)


def undo_edit(*, actor: User, edit: Edit, why: str = "", over: bool = False, dry: bool = False) -> Undone:
    """Put back what stood before an edit: an import, a run of a rule, an undoing."""
    return take_back(actor=actor, changes=edit.changes.all(), why=why, undoes=edit, over=over, dry=dry)


def undo_person(*, actor: User, person: User, since: datetime, why: str = "", dry: bool = False) -> Undone:
    """Put back what stood before all that somebody wrote since a time."""
    written = Change.objects.filter(edit__in=Edit.objects.filter(actor=person, at__gte=since))
    return take_back(actor=actor, changes=written, why=why, dry=dry)


class _Looked(Exception):
    """Leaves the transaction of an undoing that was only looked at."""


def take_back(
    *, actor: User, changes: QuerySet[Change], why: str = "", undoes: Edit | None = None, over: bool = False,
    dry: bool = False,
) -> Undone:  # fmt: skip
    """Put back what stood before the first of `changes` of each fact, as one edit that can be undone itself.

    What somebody else wrote since stays, unless `over`, as does what the actor may not write; both are counted.
    Raises `Refused` where it would open something to the actor that a rule closes to them.
    """
    found: list[Undone] = []
    try:
        with transaction.atomic():
            found.append(_take_back(actor, changes, why, undoes, over))
            if dry:
                raise _Looked
    except _Looked:
        pass
    return found[0]


def _take_back(actor: User, changes: QuerySet[Change], why: str, undoes: Edit | None, over: bool) -> Undone:
    with editing(actor=actor, origin=Edit.Origin.UNDO, why=why, undoes=undoes) as one:
        _select(changes)
        spared = _words_back(actor)
        made = _restore_things(actor)
        not_yours = sum(_leave_others(KINDS[name], actor, spared) for name in KINDS)
        facts, since = _counts(over)
        for name in KINDS:
            _write(KINDS[name], actor, over)
        itself = sum(not _taken_away(actor, KINDS[name], pk) for name, pk in made)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE undo_selected, undo_fact")
        relabel(one, actor)
        refresh_edited(one)
        done = one.changes.exists()
    return Undone(one if done else None, facts, since, not_yours, itself)


def _select(changes: QuerySet[Change]) -> None:
    sql, parameters = changes.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [UNDO_LOCK])
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"CREATE TEMPORARY TABLE undo_selected (id) AS {sql}", parameters)
        cursor.execute("CREATE UNIQUE INDEX ON undo_selected (id); ANALYZE undo_selected")
        cursor.execute(_FACTS)
        cursor.execute("CREATE INDEX ON undo_fact (kind, thing_id); ANALYZE undo_fact")


def _restore_things(actor: User) -> list[tuple[str, int]]:
    """Bring back words that were deleted, where the actor may write them; returns those to be taken away: the made."""
    made = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, thing_id, before::text FROM undo_fact WHERE fact = ''")
        for kind, pk, before in cursor.fetchall():
            if before is None:
                made.append((kind, pk))
            if before is None or not may_manage_rules(actor):
                continue
            table = KINDS[kind].table
            cursor.execute(
                f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)"  # noqa: S608
                " ON CONFLICT DO NOTHING",
                [before],
            )
        cursor.execute("DELETE FROM undo_fact WHERE fact = ''")
    return made


def _taken_away(actor: User, kind: Kind, pk: int) -> bool:
    """Take away a word that was made, where nothing refers to it and the actor may; says whether it is gone."""
    model: Any = kind.model
    relations = model._meta.related_objects
    used = any(one.related_model._base_manager.filter(**{one.field.name: pk}).exists() for one in relations)
    if used or not (may_manage_rules(actor) or kind.writable_ids(actor, Duty.APPOINT, [pk])):
        return not model.objects.filter(pk=pk).exists()
    model.objects.filter(pk=pk).delete()
    return True


def _words_back(actor: User) -> list[str]:
    """The facts of datasets that come with a deleted word: who may delete it may bring it back to where it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM undo_fact WHERE fact = '' AND before IS NOT NULL")
        kinds = {kind for (kind,) in cursor.fetchall()}
    return ["tags"] if "tag" in kinds and may_manage_rules(actor) else []


def _leave_others(kind: Kind, actor: User, spared: list[str]) -> int:
    """Take out what the actor may not write; returns how many facts of things they know of that were."""
    left = 0
    for (duty, labels), every in kind.duties().items():
        facts = [fact for fact in every if fact not in spared]
        for ids in _batches(kind, facts):
            allowed = kind.writable_ids(actor, duty, ids, labels=labels)
            others = set(ids) - allowed
            known = kind.known(actor, others) if others else set()
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM undo_fact WHERE kind = %s AND fact = ANY(%s) AND thing_id = ANY(%s)"
                    " RETURNING thing_id",
                    [kind.name, facts, list(others)],
                )
                left += sum(pk in known for (pk,) in cursor.fetchall())
    return left


def _batches(kind: Kind, facts: list[str]) -> Iterator[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT thing_id FROM undo_fact WHERE kind = %s AND fact = ANY(%s) ORDER BY 1", [kind.name, facts]
        )
        every = [pk for (pk,) in cursor.fetchall()]
    yield from (every[start : start + BATCH] for start in range(0, len(every), BATCH))


def _counts(over: bool) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE %(over)s OR NOT changed_since),"
            " count(*) FILTER (WHERE NOT %(over)s AND changed_since) FROM undo_fact",
            {"over": over},
        )
        facts, since = cursor.fetchone()
        return int(facts), int(since)


def _write(kind: Kind, actor: User, over: bool) -> None:
    stage = Staged(sent=True)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE stage_edit (thing_id bigint, given jsonb)")
        cursor.execute(_STAGE, {"kind": kind.name, "over": over})
        _forget_what_is_gone(kind, cursor)
        cursor.execute("SELECT DISTINCT jsonb_object_keys(given) FROM stage_edit")
        stage.facts = {name.lstrip("+-!~") for (name,) in cursor.fetchall()}
    if stage.facts:
        write(kind, stage, actor_id=actor.pk, by=Origin.HUMAN)
    drop(stage)


def _forget_what_is_gone(kind: Kind, cursor: Any) -> None:
    """What a fact referred to may be deleted since: it stays as it is now."""
    for fact, table in REFERRED.items():
        if fact in kind.facts:
            cursor.execute(
                f"UPDATE stage_edit SET given = given - %(fact)s WHERE given->>%(fact)s IS NOT NULL AND NOT EXISTS"  # noqa: S608
                f" (SELECT FROM {table} r WHERE r.id = (stage_edit.given->>%(fact)s)::bigint)",
                {"fact": fact},
            )
