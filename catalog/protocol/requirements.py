"""What a protocol may ask for: each is a condition in SQL on a dataset, and words for where it is not met.

The conditions speak of ``d`` (the dataset), ``s`` (its source) and ``hidden`` (labels that hide a field from somebody),
and are read for one dataset and for a million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.curation.facts import FACTS, column_of

if TYPE_CHECKING:
    from catalog.models import Dataset

LONG = 80  # characters of a meaning that says something


@dataclass(frozen=True)
class Requirement:
    """`missing` is what to do where it is not met; `fact` is the fact to write then, and empty for another page."""

    name: str
    label: str
    missing: str
    met: str
    fact: str = ""


def _said(fact: str, label: str, missing: str) -> Requirement:
    """That a fact in a column of text, or of an id, is there."""
    column = f"d.{column_of('dataset', fact)}"
    return Requirement(fact, label, missing, f"coalesce({column}::text, '') NOT IN ('', '{{}}', '[]')", fact)


OPEN_FIELD = "NOT f.labels && (SELECT labels FROM hidden)"
_FIELDS = f"SELECT FROM catalog_field f WHERE f.dataset_id = d.id AND f.archived_at IS NULL AND {OPEN_FIELD}"
_UNDESCRIBED = f"{_FIELDS} AND f.human_description = '' AND f.harvested_description = ''"
_KEY = "SELECT FROM catalog_constraint k WHERE k.dataset_id = d.id AND k.kind IN ('primary', 'unique')"
_UNDECIDED = (
    "SELECT FROM catalog_fieldclassification m JOIN catalog_field f ON f.id = m.field_id"
    f" WHERE f.dataset_id = d.id AND f.archived_at IS NULL AND m.state = 'suggested' AND {OPEN_FIELD}"
)
_GONE = "SELECT FROM permissions_user u WHERE u.id IN (d.owner_id, d.steward_id) AND NOT u.is_active"
_MEANING = "coalesce(nullif(d.human_description, ''), d.harvested_description)"

ALL: Mapping[str, Requirement] = {
    one.name: one
    for one in (
        _said("title", "A title", "Give it a title"),
        Requirement("description", "A meaning", "Say what it means", f"{_MEANING} <> ''", "description"),
        Requirement(
            "long_description", f"A meaning of {LONG} characters or more", "Say more of what it means",
            f"length({_MEANING}) >= {LONG}", "description",
        ),
        Requirement(
            "own_words", "A meaning written by people", "Say what it means, in words of your own",
            "d.human_description <> ''", "description",
        ),
        _said("readme", "A read me", "Write a read me"),
        _said("owner", "An owner", "Name an owner"),
        _said("steward", "A steward", "Name a steward"),
        Requirement(
            "active_people", "Owner and steward still here", "Name somebody for those who have left",
            f"NOT EXISTS ({_GONE})", "owner",
        ),
        Requirement(
            "domain", "A domain", "Say to which domain it belongs", "coalesce(d.domain_id, s.domain_id) IS NOT NULL",
            "domain",
        ),
        _said("product", "A data product", "Say to which data product it belongs"),
        Requirement(
            "tags", "A tag", "Give it a tag", "EXISTS (SELECT FROM catalog_datasettag t WHERE t.dataset_id = d.id)",
            "tags",
        ),
        _said("grain", "What one record is", "Say what one record stands for"),
        Requirement(
            "record_key", "A key", "Say which fields tell its records apart",
            f"d.human_key <> '{{}}' OR EXISTS ({_KEY})", "record_key",
        ),
        _said("stage", "A stage", "Say where in the supply chain it stands"),
        _said("nature", "Its nature", "Say whether it is transaction or interaction data"),
        _said("delivery", "How it is delivered", "Say how it is delivered"),
        _said("service", "What readers may count on", "Say what readers may count on"),
        _said("licence", "A licence", "Say what one may do with the data"),
        _said("retention", "How long data is kept", "Say how long its data is kept"),
        _said("links", "A link", "Link to what tells more"),
        _said("published", "A date of publishing", "Say since when people may use it"),
        Requirement(
            "fields", "A meaning for every field", "Say what each field means", f"NOT EXISTS ({_UNDESCRIBED})"
        ),
        Requirement(
            "classified", "No suggested classification open", "Decide on what its fields are taken for",
            f"NOT EXISTS ({_UNDECIDED})",
        ),
    )
}  # fmt: skip
CHOICES = [(one.name, one.label) for one in ALL.values()]


def known(names: list[str]) -> list[Requirement]:
    """The requirements by their names, in the order in which they are listed; names of none are left out."""
    wanted = set(names)
    return [one for one in ALL.values() if one.name in wanted]


def lacking(dataset: Dataset) -> list[Requirement]:
    """What was missing of a dataset when it was counted last; nothing of one that never was."""
    return known(dataset.completeness.missing) if hasattr(dataset, "completeness") else []


def editable(requirement: Requirement) -> bool:
    """Whether there is a form that writes it."""
    return requirement.fact in FACTS["dataset"]
