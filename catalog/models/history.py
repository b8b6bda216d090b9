"""What people wrote, and what stood there before: rows that triggers add, so that nothing is written past them.

A change is of one fact of one thing. Harvested columns are not followed: the triggers name the columns of people, so a
statement that sets none of those does not even start them. docs/decisions/0012 says why not django-pghistory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETTING = "concord.edit"  # of the session, holds the id of the edit at hand; empty for what is written past the catalog
_EDIT = f"nullif(current_setting('{SETTING}', true), '')::bigint"
_COLUMNS = "edit_id, at, kind, thing_id, dataset_id, fact, before, after, name, labels"


class Edit(models.Model):
    """One act of writing: by whom, when, why, from where. What it changed refers to it."""

    class Origin(models.TextChoices):
        PAGE = "page", "on a page"
        API = "api", "by the API"
        IMPORT = "import", "by an import"
        RULE = "rule", "by a rule"
        SUGGESTION = "suggestion", "a suggestion taken"
        UNDO = "undo", "undoing"
        COMMAND = "command", "at the command line"
        SYSTEM = "system", "by the catalog itself"

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="edits", null=True)
    at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=10, choices=Origin)
    why = models.CharField(max_length=500, blank=True)
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    undoes = models.ForeignKey("self", models.SET_NULL, related_name="undone_by", null=True, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["actor", "id"], name="edit_by")]

    def __str__(self) -> str:
        return f"edit {self.pk}"


class Change(models.Model):
    """One fact of one thing, before and after, as JSON; ids stand for what is referred to.

    Of facts that are sets (tags) each change is one member that came or went. A change without an edit was written
    past the catalog. `name` and `labels` are kept of what was deleted: its rows outlive it, as hidden as it was.
    `fact` is empty for the making and the deleting of the thing itself.
    """

    edit = models.ForeignKey(Edit, models.PROTECT, related_name="changes", null=True, db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    dataset_id = models.BigIntegerField(null=True)
    fact = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    name = models.TextField(blank=True)
    labels = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "thing_id", "id"], name="change_of_thing"),
            models.Index(fields=["dataset_id", "id"], name="change_of_dataset", condition=Q(dataset_id__isnull=False)),
            models.Index(fields=["edit", "id"], name="change_in_edit"),
            HashIndex(fields=["name"], name="change_of_deleted", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}: {self.fact}"


def history_triggers(
    kind: str, tracked: Mapping[str, str], *, dataset: str = "NULL", name: str, labels: str = "'{}'",
    usual: Mapping[str, str] | None = None, whole: bool = False,
) -> list[pgtrigger.Trigger]:  # fmt: skip
    """Return row triggers that write down each change of the columns of `tracked`, a fact for each.

    `dataset`, `name` and `labels` are SQL in which ROW is the thing; `usual` are values that are as good as empty;
    `whole` writes down its making and deleting as well, instead of the facts that went with it.
    """
    blank = {fact: _blank(f"to_jsonb(OLD.{column})", (usual or {}).get(fact)) for fact, column in tracked.items()}
    updated = pgtrigger.Trigger(
        name="history_update",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(*tracked.values()),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Condition(
            " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in tracked.values())
        ),
        func=_insert(
            f"'{kind}', NEW.id, {dataset.replace('ROW', 'NEW')}, v.fact, v.before, v.after, '', '{{}}'",
            _facts((fact, f"to_jsonb(OLD.{column})", f"to_jsonb(NEW.{column})") for fact, column in tracked.items()),
        ),
    )
    gone = f"{name.replace('ROW', 'OLD')}, {labels.replace('ROW', 'OLD')}"
    if whole:
        return [updated, *_whole(kind, gone)]
    deleted = pgtrigger.Trigger(
        name="history_delete",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition(" OR ".join(f"NOT {test}" for test in blank.values())),
        func=_insert(
            f"'{kind}', OLD.id, {dataset.replace('ROW', 'OLD')}, v.fact, v.before, v.after, {gone}",
            _facts(
                (fact, f"CASE WHEN NOT {blank[fact]} THEN to_jsonb(OLD.{column}) END", "NULL::jsonb")
                for fact, column in tracked.items()
            ),
        ),
    )
    return [updated, deleted]


def member_triggers(
    kind: str, fact: str, *, thing: str, member: str, dataset: str, state: str = "", unless: str = "false",
    part: str = "''",
) -> list[pgtrigger.Trigger]:  # fmt: skip
    """Return row triggers on a table of members of a set: each that comes or goes is a change of `fact` of `thing`.

    `state` is a column that is a part of the member; `unless` is a condition on ROW under which nobody said so;
    `part` follows the key of the dataset in the name that is kept.
    """
    more = f", 'state', ROW.{state}" if state else ""
    value = f"CASE WHEN NOT ({unless}) THEN jsonb_build_object('id', ROW.{member}{more}) END"
    plain = f"jsonb_build_object('id', ROW.{member}{more})"
    told = (
        f"coalesce((SELECT d.key || coalesce({part}, '') FROM catalog_dataset d WHERE d.id = {dataset}), ''),"  # noqa: S608 - names of ours
        f" coalesce((SELECT d.labels FROM catalog_dataset d WHERE d.id = {dataset}), '{{}}')"
    )
    shapes = [
        ("insert", pgtrigger.Insert, "NEW", "NULL::jsonb", value.replace("ROW", "NEW"), "'', '{}'"),
        ("delete", pgtrigger.Delete, "OLD", value.replace("ROW", "OLD"), "NULL::jsonb", told),
    ]
    if state:
        of_state = pgtrigger.UpdateOf(state)  # type: ignore[no-untyped-call]
        was, now = plain.replace("ROW", "OLD"), plain.replace("ROW", "NEW")
        shapes.append(("update", of_state, "NEW", was, now, "'', '{}'"))
    return [
        pgtrigger.Trigger(
            name=f"history_{word}",
            level=pgtrigger.Row,
            when=pgtrigger.After,
            operation=operation,
            condition=pgtrigger.Condition(
                f"OLD.{state} IS DISTINCT FROM NEW.{state}"
                if word == "update"
                else f"NOT ({unless.replace('ROW', row)})"
            ),
            func=_insert(
                f"'{kind}', {row}.{thing}, {dataset.replace('ROW', row)}, v.fact, v.before, v.after,"
                f" {named.replace('ROW', row)}",
                _facts([(fact, before, after)]),
            ),
        )
        for word, operation, row, before, after, named in shapes
    ]


def _whole(kind: str, gone: str) -> list[pgtrigger.Trigger]:
    """The making and the deleting of a thing, with all of its row."""
    return [
        pgtrigger.Trigger(
            name="history_insert",
            level=pgtrigger.Row,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            func=_insert(f"'{kind}', NEW.id, NULL, '', NULL, to_jsonb(NEW), '', '{{}}'", ""),
        ),
        pgtrigger.Trigger(
            name="history_delete",
            level=pgtrigger.Row,
            when=pgtrigger.After,
            operation=pgtrigger.Delete,
            func=_insert(f"'{kind}', OLD.id, NULL, '', to_jsonb(OLD), NULL, {gone}", ""),
        ),
    ]


def _blank(value: str, usual: str | None) -> str:
    also = f", '\"{usual}\"'" if usual else ""
    return f"coalesce({value}, 'null') IN ('null', '\"\"', '[]', '{{}}'{also})"


def _facts(facts: Iterable[tuple[str, str, str]]) -> str:
    rows = ", ".join(f"('{fact}', {before}, {after})" for fact, before, after in facts)
    return f"FROM (VALUES {rows}) AS v(fact, before, after) WHERE v.before IS DISTINCT FROM v.after"


def _insert(values: str, rows: str) -> str:
    return f"INSERT INTO catalog_change ({_COLUMNS}) SELECT {_EDIT}, now(), {values} {rows}; RETURN NULL;"
