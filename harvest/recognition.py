"""Personal data recognised in a dataset, kept as suggestions for its steward."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.classifying.learning import Kind, refused_kinds, why_withheld
from catalog.labels import refresh_field_labels
from catalog.models import Classification, Dataset, Field, FieldClassification
from harvest.connectors.base import Profile
from harvest.pii import Column, Finding, recognise
from harvest.pii.classifications import CLASSIFICATIONS

State = FieldClassification.State


def recognise_personal_data(dataset: Dataset, fields: Sequence[Field], profile: Profile | None) -> list[Finding]:
    """Suggest classifications for `fields` by their names, types and, where there are some, sampled values.

    A suggestion that somebody confirmed or rejected stays as decided, and what was refused often enough in the source
    is withheld: `catalog.classifying.learning`.
    """
    values = _values(profile)
    findings = recognise(
        [
            Column(field.path, field.native_type, field.type, field.description, values.get(field.path, ()))
            for field in fields
        ],
        dataset.name,
    )
    if findings:
        _suggest(dataset, findings, {field.path: field for field in fields})
        refresh_field_labels("f.dataset_id = %s", [dataset.pk])
    return findings


def _values(profile: Profile | None) -> dict[str, tuple[str, ...]]:
    if profile is None:
        return {}
    columns = zip(*profile.rows, strict=True) if profile.rows else iter(())
    return {
        path: tuple(value for value in column if value is not None)
        for path, column in zip(profile.columns, columns, strict=False)
    }


def _suggest(dataset: Dataset, findings: list[Finding], fields: dict[str, Field]) -> None:
    known = _classifications({finding.classification for finding in findings})
    kinds = {finding.path: _kind(finding, fields[finding.path]) for finding in findings}
    refused = refused_kinds(dataset, set(kinds.values()))
    marks = [_mark(dataset, one, fields[one.path], known, refused.get(kinds[one.path])) for one in findings]
    FieldClassification.objects.bulk_create(marks, ignore_conflicts=True)
    _suggest_what_was_withheld([mark for mark in marks if mark.state == State.SUGGESTED])


def _kind(finding: Finding, field: Field) -> Kind:
    return Kind(field.name.lower(), finding.category, finding.classification)


def _mark(
    dataset: Dataset, finding: Finding, field: Field, known: dict[str, Classification], refused: int | None
) -> FieldClassification:
    why = [] if refused is None else [why_withheld(dataset.source, refused)]
    return FieldClassification(
        field=field,
        classification=known[finding.classification],
        state=State.SUGGESTED if refused is None else State.WITHHELD,
        category=finding.category,
        confidence=finding.confidence,
        evidence=[*finding.evidence, *why],
    )


def _suggest_what_was_withheld(marks: list[FieldClassification]) -> None:
    """What was withheld at an earlier harvest, and would not be now: refusals were taken back meanwhile."""
    again = {(mark.field_id, mark.classification_id): mark for mark in marks}
    fields = {field for field, _ in again}
    held = FieldClassification.objects.filter(field__in=fields, state=State.WITHHELD)
    for one in held:
        if mark := again.get((one.field_id, one.classification_id)):
            one.state, one.evidence, one.confidence = State.SUGGESTED, mark.evidence, mark.confidence
            one.save(update_fields=["state", "evidence", "confidence"])


def _classifications(slugs: set[str]) -> dict[str, Classification]:
    known = {row.slug: row for row in Classification.objects.filter(slug__in=slugs)}
    for slug in slugs - known.keys():
        name, meaning = CLASSIFICATIONS[slug]
        defaults = {"name": name, "description": meaning}
        known[slug], _ = Classification.objects.get_or_create(slug=slug, defaults=defaults)
    return known
