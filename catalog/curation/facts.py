"""What people say of things, fact by fact: what may be given, where it is kept, who may write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.curation import cleaning as clean
from catalog.curation.cleaning import Choice, Cleaner, Day, Links, Names, Text
from catalog.models import Dataset, Domain
from catalog.models.tracked import TRACKED
from permissions.models import Duty


@dataclass(frozen=True)
class Fact:
    """One thing that people say of a kind of thing.

    `cast` makes the JSON text of a value that of the column; `harvested` names the column in which the source says the
    same. Who answers for something decides who else may (`Duty.APPOINT`); all the rest is curating.
    """

    name: str
    label: str
    cleaner: Cleaner
    cast: str = "text"
    duty: Duty = Duty.CURATE
    harvested: str = ""
    help: str = ""
    members: bool = False  # a set, kept in a table of its own
    labels: bool = False  # rules may name it, so that what is said decides who may see
    stated: bool = True  # false for what only services of their own write


def _text(name: str, label: str, longest: int, help: str = "") -> Fact:  # noqa: A002 - what forms call it
    return Fact(name, label, Text(longest), help=help)


def _markdown(name: str, label: str, harvested: str = "", help: str = "") -> Fact:  # noqa: A002
    return Fact(name, label, clean.MARKDOWN, harvested=harvested, help=help or "Markdown.")


_WHO = Duty.APPOINT

DATASET = (
    _text("title", "Title", 200, "What people call it."),
    _markdown("description", "Meaning", "harvested_description", "What it holds, in a few sentences. Markdown."),
    _markdown("readme", "Read me", help="All that readers should know. Markdown."),
    Fact("owner", "Owner", clean.PERSON, "bigint", _WHO, help="Who answers for it."),
    Fact("steward", "Steward", clean.PERSON, "bigint", _WHO, help="Who keeps what is said of it true."),
    _text("grain", "One record is", 300, "What one record stands for."),
    Fact("record_key", "Key", Names(), "text[]", help="The fields that tell its records apart, where no key says so."),
    Fact("sort_order", "Sorted by", Text(300), harvested="sort_key"),
    Fact("domain", "Domain", clean.DOMAIN, "bigint", _WHO, help="The part of the business it belongs to.", labels=True),
    Fact("product", "Data product", clean.PRODUCT, "bigint", labels=True),
    Fact("tags", "Tags", clean.TAGS, members=True, labels=True),
    Fact("classifications", "Classifications", clean.CLASSIFICATIONS, members=True, labels=True),
    Fact("stage", "Stage", Choice(Dataset.Stage.choices), help="Where in the supply chain of data it stands."),
    Fact("nature", "Nature", Choice(Dataset.Nature.choices)),
    Fact("motion", "Motion", Choice(Dataset.Motion.choices, blank=False)),
    Fact("delivery", "Delivery", Choice(Dataset.Delivery.choices)),
    _markdown("service", "Service", help="What readers may count on: how fresh, how often, how complete. Markdown."),
    Fact("links", "Links", Links(), "jsonb", help="A line for each: Title <https://address>."),
    _text("licence", "Licence", 200, "What one may do with the data."),
    _text("retention", "Retention", 200, "How long its data is kept."),
    Fact("published", "Published", Day(moment=True), "timestamptz", help="Since when people may use it."),
    Fact("lifecycle", "Lifecycle", Choice(Dataset.Lifecycle.choices, blank=False)),
    Fact("deprecation_note", "Why deprecated", Text(2_000, lines=True), help="Why, and what to do."),
    Fact("successor", "Successor", clean.DATASET, "bigint", help="What to use instead: the key of a dataset."),
    Fact("retire_on", "Archived on", Day(), "date", help="When it goes, or went, out of use."),
    Fact("certified_at", "Certified", Day(moment=True), "timestamptz", stated=False),
    Fact("certified_by", "Certified by", clean.PERSON, "bigint", stated=False),
    Fact("certification_note", "Why certified", Text(2_000, lines=True), stated=False),
    Fact("certified_until", "Certified until", Day(), "date", stated=False),
)
FIELD = (
    _markdown("description", "Meaning", "harvested_description", "What it holds. Markdown."),
    Fact(
        "classifications", "Classifications", clean.CLASSIFICATIONS, members=True, labels=True,
        help="Those that people confirmed.",
    ),
)  # fmt: skip
DOMAIN = (
    Fact("name", "Name", Text(120, required=True)),
    _markdown("description", "What it is"),
    Fact("parent", "Part of", clean.DOMAIN, "bigint", _WHO),
    Fact("steward", "Steward", clean.PERSON, "bigint", _WHO),
    Fact("openness", "Who edits", Choice(Domain.Openness.choices, blank=False)),
)
PRODUCT = (
    Fact("name", "Name", Text(120, required=True)),
    _markdown("description", "What it is"),
    Fact("domain", "Domain", clean.DOMAIN, "bigint", _WHO),
    Fact("owner", "Owner", clean.PERSON, "bigint", _WHO),
    _markdown("promise", "Promise", help="What its readers may count on. Markdown."),
    _text("audience", "Audience", 300, "Whom it is made for."),
)
TAG = (
    Fact("name", "Name", Text(80, required=True)),
    _markdown("description", "What it says"),
    Fact("owner", "Owner", clean.PERSON, "bigint", _WHO, help="Who keeps it, besides the data council."),
)
CLASSIFICATION = (
    Fact("name", "Name", Text(120, required=True)),
    _markdown("description", "What it is"),
    _markdown("handling", "Handling rules", help="What one may do with such data, and what not. Markdown."),
)

FACTS: Mapping[str, Mapping[str, Fact]] = {
    kind: {fact.name: fact for fact in facts}
    for kind, facts in (
        ("dataset", DATASET), ("field", FIELD), ("domain", DOMAIN), ("product", PRODUCT), ("tag", TAG),
        ("classification", CLASSIFICATION),
    )
}  # fmt: skip


NAMING = frozenset({"record_key", "sort_order"})  # they name fields, which may be closed to a reader


def column_of(kind: str, fact: str) -> str:
    """The column that holds a fact. Raises `KeyError` for one that is a set."""
    return TRACKED[kind][fact]
