"""Fields that a schema version guesses to be renamed: what people said of the old name can be taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from catalog.former import part_fields, settle_field
from catalog.models import Dataset, Field, FormerField
from catalog.takeover import carry_over, something_to_carry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.schema_diff import Change


class FieldRename(NamedTuple):
    """A field that went, and the one that may be it under another name."""

    old: Field
    new: Field
    held: bool = False  # nobody has decided, and labels of the old one keep the new one closed


def open_renames(dataset: Dataset, changes: Iterable[Change]) -> dict[str, FieldRename]:
    """Return, by the new path, the guessed renames among `changes` that have something left to take over."""
    guesses = {change.path: change.before for change in changes if change.kind == "renamed" and change.before}
    paths = {*guesses, *guesses.values()}
    found = dataset.fields.filter(path__in=paths).prefetch_related("classified") if paths else ()
    fields = {field.path: field for field in found}
    undecided = FormerField.objects.filter(field__in=fields.values(), settled=False).exclude(former__labels=[])
    held = set(undecided.values_list("field", "former")) if fields else set()
    pairs = {
        path: FieldRename(fields[before], fields[path], (fields[path].pk, fields[before].pk) in held)
        for path, before in guesses.items()
        if path in fields and before in fields
    }
    return {path: pair for path, pair in pairs.items() if _is_open(pair)}


def _is_open(pair: FieldRename) -> bool:
    gone, here = pair.old.archived_at is not None, pair.new.archived_at is None
    return gone and here and (pair.held or something_to_carry(pair.old, pair.new))


@transaction.atomic
def accept_field_rename(rename: FieldRename) -> int:
    """Carry what people said of the old field to the new one; returns how many things that were."""
    carried = carry_over({rename.old: rename.new})
    settle_field(field=rename.new.pk, former=rename.old.pk)
    return carried


def reject_field_rename(rename: FieldRename) -> bool:
    """Say that the two are different fields; returns whether that had been open. Nothing is carried."""
    return part_fields(field=rename.new.pk, former=rename.old.pk)
