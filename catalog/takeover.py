"""What people said of one field, carried to another that takes its place."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from catalog.models import Field, FieldClassification

TEXT = ("human_description", "described_by", "described_at")
DECISION = ["state", "origin", "category", "confidence", "evidence", "decided_by", "decided_at"]


def carry_over(pairs: Mapping[Field, Field]) -> int:
    """Copy descriptions and decisions from the first field of each pair to the second; returns how many.

    Nothing that somebody said of the second is replaced, and the first keeps everything. The caller refreshes labels.
    """
    told = [(old, new) for old, new in pairs.items() if old.human_description and not new.human_description]
    for old, new in told:
        for name in TEXT:
            setattr(new, name, getattr(old, name))
    Field.objects.bulk_update([new for _, new in told], TEXT, batch_size=500)
    return len(told) + _carry_decisions({old.pk: new.pk for old, new in pairs.items()})


def something_to_carry(old: Field, new: Field) -> bool:
    """Whether people said something of `old` that `new` lacks; reads the prefetched `classified` of both."""
    if old.human_description and not new.human_description:
        return True
    decided = FieldClassification.DECIDED
    settled = {one.classification_id for one in new.classified.all() if one.state in decided}
    return any(one.state in decided and one.classification_id not in settled for one in old.classified.all())


def _carry_decisions(fields: dict[int, int]) -> int:
    settled_states = FieldClassification.DECIDED
    decided = FieldClassification.objects.filter(field__in=fields, state__in=settled_states)
    here = FieldClassification.objects.filter(field__in=fields.values(), state__in=settled_states)
    settled = set(here.values_list("field_id", "classification_id"))
    copies = [_copy_of(one, fields[one.field_id]) for one in decided]
    copies = [one for one in copies if (one.field_id, one.classification_id) not in settled]
    FieldClassification.objects.bulk_create(
        copies,
        update_conflicts=True,
        unique_fields=["field", "classification"],
        update_fields=DECISION,
        batch_size=500,
    )
    return len(copies)


def _copy_of(one: FieldClassification, field_id: int) -> FieldClassification:
    return FieldClassification(
        field_id=field_id,
        classification_id=one.classification_id,
        state=one.state,
        origin=one.origin,
        category=one.category,
        confidence=one.confidence,
        evidence=one.evidence,
        decided_by_id=one.decided_by_id,
        decided_at=one.decided_at or timezone.now(),
    )
