"""What a search gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.models import Dataset, Field

State = Literal["ready", "updating", "building"]
Sort = Literal["relevance", "name", "freshness", "popularity"]
SORTS: tuple[Sort, ...] = ("relevance", "name", "freshness", "popularity")


@dataclass(frozen=True)
class Filters:
    """What results are narrowed to; several values of one kind mean any of them. All but `certified` are slugs, kinds
    or usernames."""

    source: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    certified: bool | None = None


class Part(NamedTuple):
    """A piece of a text, and whether it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Match:
    """One text that was found: `where` is name, title, place, description, tag, people or column; `label` the column's
    path."""

    where: str
    parts: tuple[Part, ...]
    label: str = ""

    @property
    def html(self) -> SafeString:
        """The text, escaped, with what was found in ``<mark>``."""
        return format_html_join("", "{}", ((_marked(part),) for part in self.parts))


def _marked(part: Part) -> SafeString | str:
    return format_html("<mark>{}</mark>", part.text) if part.hit else part.text


@dataclass(frozen=True)
class Hit:
    """A dataset, and what of it was found, of what the viewer may read."""

    dataset: Dataset
    score: float
    readable: bool
    matches: tuple[Match, ...] = ()

    @property
    def matched_fields(self) -> list[str]:
        """The paths of the columns that were found."""
        return [match.label for match in self.matches if match.where == "column"]


@dataclass(frozen=True)
class FacetCount:
    """How many results have a value: `value` narrows the search to them, `label` is for people."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """A page of hits. `total` and `facets` are not known while `state` is not "ready".

    "updating": more has changed than can be left out one by one; "building": there is no index yet.
    """

    hits: tuple[Hit, ...] = ()
    total: int | None = None
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    next_after: str | None = None
    took_ms: float = 0.0
    state: State = "ready"
    shortened: bool = False  # more was typed than is looked for
    relaxed: bool = False  # nothing holds the phrases that were asked for, so they were taken as words
    partial: bool = False  # it took too long to count facets and say why each hit was found, or to read the hits
    cut_short: bool = False  # there are more than can be paged through


@dataclass(frozen=True)
class Suggestions:
    """What a beginning may become: datasets, and columns with their `dataset` loaded."""

    datasets: tuple[Dataset, ...] = ()
    fields: tuple[Field, ...] = ()
