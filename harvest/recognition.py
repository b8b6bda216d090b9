"""Personal data recognised in a dataset, kept as suggestions for its steward."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.labels import refresh_field_labels
from catalog.models import Classification, Dataset, Field, FieldClassification
from harvest.connectors.base import Profile
from harvest.pii import Column, Finding, recognise
from harvest.pii.classifications import CLASSIFICATIONS


def recognise_personal_data(dataset: Dataset, fields: Sequence[Field], profile: Profile | None) -> list[Finding]:
    """Suggest classifications for `fields` by their names, types and, where there are some, sampled values.

    A suggestion that somebody confirmed or rejected stays as decided.
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
        _suggest(findings, {field.path: field for field in fields})
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


def _suggest(findings: list[Finding], fields: dict[str, Field]) -> None:
    slugs = {finding.classification for finding in findings}
    known = {row.slug: row for row in Classification.objects.filter(slug__in=slugs)}
    for slug in slugs - known.keys():
        name, meaning = CLASSIFICATIONS[slug]
        defaults = {"name": name, "description": meaning}
        known[slug], _ = Classification.objects.get_or_create(slug=slug, defaults=defaults)
    FieldClassification.objects.bulk_create(
        [
            FieldClassification(
                field=fields[finding.path],
                classification=known[finding.classification],
                category=finding.category,
                confidence=finding.confidence,
                evidence=list(finding.evidence),
            )
            for finding in findings
        ],
        ignore_conflicts=True,
    )
