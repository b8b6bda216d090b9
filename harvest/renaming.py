"""Deciding whether a dataset that came is one that went: what people wrote of it moves along, or stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Q

from catalog.curation.editing import editing
from catalog.former import part_datasets, settle_dataset
from catalog.models import Dataset, DatasetClassification, DatasetTag, Edit
from catalog.takeover import carry_over
from harvest.models import RenameGuess
from permissions.models import OptOutRule

if TYPE_CHECKING:
    from permissions.models import User

# What is taken over together: the first of each is what counts as "nobody has said yet" when empty.
TOGETHER = (
    ("title",),
    ("human_description", "described_by", "described_at"),
    ("grain",),
    ("domain",),
    ("product",),
    ("owner",),
    ("steward",),
    ("nature",),
    ("delivery",),
    ("stage",),
    ("certified_at", "certified_by", "certification_note"),
    ("published_at",),
    ("retire_on",),
    ("readme",),
    ("human_key",),
    ("human_sort_order",),
    ("service",),
    ("links",),
    ("licence",),
    ("retention",),
)


class AlreadyDecided(Exception):
    """Somebody has accepted or rejected the guess before; `str()` says which."""


class Moved(NamedTuple):
    """What an accepted rename took over."""

    fields: int  # descriptions and decisions on fields
    rules: int  # that closed the old dataset and do not hold for the new one, such as on the place where it was


@transaction.atomic
def accept_rename(*, guess: RenameGuess, actor: User) -> Moved:
    """Take `new` for `old`: what people wrote goes where nothing is written yet, and `old` names its successor.

    What `new` already has is never replaced, and `old` keeps everything. Raises `AlreadyDecided`.
    """
    decided = _decide(guess, RenameGuess.State.ACCEPTED)
    pair = Dataset.objects.select_for_update().order_by("pk").in_bulk([decided.old_id, decided.new_id])
    old, new = pair[decided.old_id], pair[decided.new_id]
    with editing(actor=actor, origin=Edit.Origin.PAGE, why=f"Taken over from {old.key}"):
        _take_over(old, new)
        _copy_marks(old, new)
        moved = _copy_fields(old, new)
        old.successor = new
        old.save(update_fields=["successor"])
    settle_dataset(dataset=new.pk, former=old.pk)
    return Moved(moved, _left_behind(old, new))


@transaction.atomic
def reject_rename(*, guess: RenameGuess, actor: User) -> None:
    """Say that the two are different datasets; they are not guessed again. Raises `AlreadyDecided`."""
    decided = _decide(guess, RenameGuess.State.REJECTED)
    part_datasets([(decided.new_id, decided.old_id)])


def _decide(guess: RenameGuess, state: RenameGuess.State) -> RenameGuess:
    locked = RenameGuess.objects.select_for_update().get(pk=guess.pk)
    if locked.state != RenameGuess.State.OPEN:
        raise AlreadyDecided(f"This was {locked.get_state_display()} before.")
    locked.state = state
    locked.save(update_fields=["state"])
    # A dataset came from one and went to one: the other guesses about either fall with this one.
    if state == RenameGuess.State.ACCEPTED:
        rivals = RenameGuess.objects.filter(Q(old=locked.old_id) | Q(new=locked.new_id), state=RenameGuess.State.OPEN)
        pairs = list(rivals.values_list("new", "old"))
        rivals.update(state=RenameGuess.State.REJECTED)
        part_datasets(pairs)
    return locked


def _left_behind(old: Dataset, new: Dataset) -> int:
    new.refresh_from_db(fields=["labels"])
    lost = set(old.labels) - set(new.labels)
    return OptOutRule.objects.in_force().filter(label__in=lost).count()


def _take_over(old: Dataset, new: Dataset) -> None:
    changed: list[str] = []
    for names in TOGETHER:
        if getattr(old, names[0]) and not getattr(new, names[0]):
            changed += names
    if old.lifecycle != Dataset.Lifecycle.ACTIVE and new.lifecycle == Dataset.Lifecycle.ACTIVE:
        changed += ["lifecycle", "deprecation_note"]
    if old.successor_id not in (None, new.pk) and new.successor_id is None:
        changed.append("successor")
    for name in changed:
        setattr(new, name, getattr(old, name))
    new.save(update_fields=changed)


def _copy_marks(old: Dataset, new: Dataset) -> None:
    DatasetTag.objects.bulk_create(
        [
            DatasetTag(dataset=new, tag_id=one.tag_id, origin=one.origin)
            for one in DatasetTag.objects.filter(dataset=old)
        ],
        ignore_conflicts=True,
    )
    classified = DatasetClassification.objects.filter(dataset=old)
    DatasetClassification.objects.bulk_create(
        [
            DatasetClassification(dataset=new, classification_id=one.classification_id, origin=one.origin)
            for one in classified
        ],
        ignore_conflicts=True,
    )


def _copy_fields(old: Dataset, new: Dataset) -> int:
    """Carry over what people said of fields, where the new dataset has a field of the same path."""
    targets = {field.path: field for field in new.fields.filter(archived_at=None)}
    return carry_over({field: targets[field.path] for field in old.fields.all() if field.path in targets})
