"""Saying what data means: datasets and fields are linked to definitions by those who curate them, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from definitions.models import Definition, Meaning
from permissions.audit import record
from permissions.models import Duty

if TYPE_CHECKING:
    from catalog.models import Dataset, Field
    from permissions.models import User


def _require_curator(actor: User, dataset: Dataset) -> None:
    if not actor.has_perm(Duty.CURATE, dataset):
        raise PermissionDenied("Those who curate the dataset say what it means.")


@transaction.atomic
def link(*, actor: User, definition: Definition, dataset: Dataset, field: Field | None = None) -> Meaning:
    """Say that a dataset, or a field of it, holds what a definition means; linked again, it is linked to the version
    in force now.

    Raises `PermissionDenied`, and `ValidationError` for a definition that is not in force.
    """
    _require_curator(actor, dataset)
    if definition.status != Definition.Status.APPROVED:
        raise ValidationError({"definition": "It is not in force."})
    made, new = Meaning.objects.update_or_create(
        definition=definition, dataset=dataset, field=field,
        defaults={"version": definition.current, "linked_by": actor},
    )  # fmt: skip
    told = {"definition": definition.slug, "field": field.path if field else None}
    if new:
        record("meaning.linked", actor=actor, thing=dataset, after=told)
    return made


@transaction.atomic
def unlink(*, actor: User, meaning: Meaning) -> None:
    """Take that back. Raises `PermissionDenied`."""
    _require_curator(actor, meaning.dataset)
    told = {"definition": meaning.definition.slug, "field": meaning.field.path if meaning.field else None}
    record("meaning.unlinked", actor=actor, thing=meaning.dataset, before=told)
    meaning.delete()
