"""What goes in, what comes out, and what a rule is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Column(NamedTuple):
    """A column to look at; `values` are sampled, as text, and may be empty."""

    path: str
    native_type: str
    type: str  # one of catalog.types.TYPES
    comment: str = ""
    values: tuple[str, ...] = ()


class Finding(NamedTuple):
    """What a column seems to hold. `evidence` is in words and never holds a value of the data."""

    path: str
    category: str
    classification: str
    confidence: float  # 0 to 1
    evidence: tuple[str, ...]


TEXT = frozenset(["string", "enum", "unknown"])
NUMBERS = frozenset(["integer", "decimal"])


@dataclass(frozen=True)
class Rule:
    """How one kind of personal data is recognised.

    `names` maps a language to phrases, separated by commas; case, accents and separators of column names do not
    matter. The three confidences apply when the name fits but there are no values, when name and values fit, and when
    only the values do; 0 means that this alone is not enough.
    """

    id: str
    category: str
    classification: str
    label: str  # the thing in words, as evidence names it: "an e-mail address"
    plural: str
    names: Mapping[str, str]
    values: str = ""  # a key of harvest.pii.values.MATCHERS; "" where values say nothing
    types: frozenset[str] = TEXT
    name_only: float = 0.7
    both: float = 0.95
    values_only: float = 0.0
    share: float = 0.7  # of the values, where the name fits too
    share_alone: float = 0.9  # where only the values fit
    values_needed: int = 5  # different values, where only they fit
    exact: bool = False  # the name must hold nothing else but neutral words and words for people
    needs_person: bool = False  # only in tables about people
    unless: frozenset[str] = field(default_factory=frozenset)  # words of the column that speak against it
    unless_table: frozenset[str] = field(default_factory=frozenset)  # words of the table that do
