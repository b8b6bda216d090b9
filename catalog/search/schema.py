"""What the index holds: one document a dataset, and one that says how far the index has followed the database.

Text is indexed in two groups, because rules close them at different levels. *Identity* (name, title, place) may be
searched by whoever may discover the dataset; *content* (description, columns, tags, people) by whoever may read it.
`everything` holds both, each text as often as it weighs, so that a word counts once for a dataset however many of its
texts hold it (as BM25F does, Robertson and others 2004); `identity` is the same for whoever may not read the content.

Columns that carry labels of their own are a third group, apart by their set of labels (`guarded`, one path a set): a
question looks only into the sets that are open to whoever asks, so what is closed cannot make its dataset match.

Text fields hold words already folded, split and stemmed, joined by spaces; `words` and `content_words` hold them
unstemmed, for beginnings of words and typing mistakes; `grams` and `name_grams` hold their runs of four characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from hashlib import md5
from math import log2
from typing import NamedTuple

import tantivy

from catalog.search.prepared import Chunk, Preparer, raws, runs, stems
from catalog.search.text import compact, fold

VERSION = 5  # of everything below and of `catalog.search.text`; another number makes every machine rebuild its index

LONGEST_NAME = 300
SHORTEST_BEGINNING, LONGEST_BEGINNING = 2, 12  # characters of a name's beginnings that are indexed
LEAST_FACTOR = 0.3  # of a score
DATASET, POSITION = "dataset", "position"  # the types of documents

TITLE_TIMES, PLACE_TIMES, CONTEXT_TIMES = 4, 2, 2  # how often a text stands in `everything` and `identity`
TITLE_WEIGHT = 1.35  # of `title`, beside 1 of `everything`
GUARDED_WEIGHT = 0.5
# The engine's BM25 takes three quarters of a text's length into account, right for columns, too much for prose: words
# that nobody looks for make long and short descriptions nearer to each other.
PADDING = " ." * 100
STEMMED = ("title", "identity", "everything", "description", "columns", "people")
WITH_PLACES = ("identity", "everything")  # phrases are found in them
RAW = ("type", "exact", "begins", "labels", "label_sets", "source", "domain", "kind", "tag", "owner", "certified")
FACETS = ("source", "domain", "kind")


# As portals name datasets: an identifier, with or without dashes, or digits.
_NUMBER = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}|[0-9]+")


class Guarded(NamedTuple):
    """The text of a dataset's columns that carry this set of labels of their own."""

    labels: tuple[str, ...]
    text: str


class Row(NamedTuple):
    """What the database says of one dataset, for its document."""

    id: int
    name: str
    key: str
    title: str
    kind: str
    labels: list[str]
    place: str
    description: str
    source: str
    domain: str
    container: int
    modified: int  # seconds since 1970, 0 where the source does not say
    other_title: str  # the source's, where a person has given another
    context: str  # names of its domain, product and tags
    people: str
    columns: str
    column_names: str
    tags: list[str]
    owners: list[str]
    certified: bool
    deprecated: bool
    part: bool
    popularity: int
    guarded: tuple[Guarded, ...] = ()


@cache
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("dataset", indexed=True, fast=True)
    builder.add_text_field("snapshot", stored=True, tokenizer_name="raw", index_option="basic")
    for name in RAW:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in FACETS)
    for name in STEMMED:
        places = "position" if name in WITH_PLACES else "freq"
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=places)
    for name in ("grams", "name_grams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("words", "content_words"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_json_field("guarded", tokenizer_name="whitespace", index_option="freq")
    builder.add_float_field("weight", fast=True)
    for name in ("container", "popularity", "modified"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_text_field("sorted_name", tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def label_set_path(labels: Iterable[str]) -> str:
    """Return the path in the index of the columns that carry exactly these labels."""
    return f"guarded.{_digest(encode_labels(labels))}"


def encode_labels(labels: Iterable[str]) -> str:
    return json.dumps(sorted(labels))


def decode_labels(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def position_document(snapshot: str) -> tantivy.Document:
    """Return the document that says which database, and which moment of it, the index holds."""
    return tantivy.Document.from_dict({"type": POSITION, "snapshot": snapshot}, schema())


def document(row: Row, preparer: Preparer, mentions: int = 0) -> tantivy.Document:
    """Return the document of one dataset; `mentions` is how many others are described by naming it."""
    title = _title(row, preparer)
    place, context, people = map(preparer.repeated, (row.place, row.context, row.people))
    columns, description = map(preparer.chunks, (row.columns, row.description))
    column_names = columns if row.columns == row.column_names else preparer.chunks(row.column_names)
    exact = exact_names(row)
    names, about = f"{stems(title)} ", f"{stems(columns)} "
    identity = f"{names * TITLE_TIMES}{f'{stems(place)} ' * PLACE_TIMES}"
    content = f"{f'{stems([*context, *people])} ' * CONTEXT_TIMES}{stems(description)} {about}"
    values = {
        "type": DATASET,
        "dataset": row.id,
        "exact": exact,
        "begins": beginnings(exact),
        "labels": row.labels,
        "title": names,
        "identity": identity,
        "everything": f"{identity}{content}",
        "description": f"{stems(description)}{PADDING}" if description else "",
        "columns": about,
        "people": stems(people),
        "words": raws([*title, *place]),
        "content_words": raws([*context, *people, *columns, *description]),
        "name_grams": runs(title),
        "grams": runs([*title, *description, *column_names]),
        "source": row.source,
        "domain": [row.domain] if row.domain else [],
        "kind": row.kind,
        "tag": row.tags,
        "owner": row.owners,
        "certified": "yes" if row.certified else "no",
        "weight": stored_weight(multiplier(row, mentions)),
        "container": row.container,
        "popularity": row.popularity,
        "modified": row.modified,
        "sorted_name": fold(row.title or row.name)[:LONGEST_NAME],
    }
    if row.guarded:
        values["label_sets"] = [encode_labels(group.labels) for group in row.guarded]
        values["guarded"] = _guarded(row.guarded, preparer)
    return tantivy.Document.from_dict(values, schema())


def _title(row: Row, preparer: Preparer) -> list[Chunk]:
    """Return the words of a dataset's name and titles, each once; not of a mere number where there is a title."""
    titles = f"{row.title} {row.other_title}".strip()
    name = "" if titles and _NUMBER.fullmatch(row.name) else row.name
    return list(dict.fromkeys(preparer.chunks(f"{titles} {name}")))


def exact_names(row: Row) -> list[str]:
    """Return every spelling under which the dataset is called by its name."""
    spellings = (fold(row.name), compact(row.name), fold(row.key), fold(row.title), compact(row.title))
    return list(dict.fromkeys(spelling[:LONGEST_NAME] for spelling in spellings if spelling))


def beginnings(names: Iterable[str]) -> list[str]:
    """Return what the names begin with: looked up in a moment, however many names begin so."""
    found: set[str] = set()
    for name in names:
        found.update([name[:length] for length in range(SHORTEST_BEGINNING, min(len(name), LONGEST_BEGINNING) + 1)])
    return list(found)


def _guarded(groups: Iterable[Guarded], preparer: Preparer) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in groups:
        chunks = preparer.chunks(group.text)
        found[_digest(encode_labels(group.labels))] = f"{stems(chunks)} {_extra(chunks)}"
    return found


def _extra(chunks: Iterable[Chunk]) -> str:
    """Return the words whose stem is another word."""
    return " ".join(dict.fromkeys(chunk.raws for chunk in chunks if chunk.raws != chunk.stems))


def multiplier(row: Row, mentions: int = 0) -> float:
    """Return what a dataset's score is multiplied by: trust, use and being named by others raise it, deprecation and
    being a part lower it."""
    factor = 1.0 + 0.03 * min(log2(1 + row.popularity), 10)
    if mentions > 1:
        factor *= 1.0 + 0.14 * min(log2(1 + mentions), 8)
    if row.certified:
        factor *= 1.15
    if row.deprecated:
        factor *= 0.6
    return max(factor * 0.5 if row.part else factor, LEAST_FACTOR)


def stored_weight(factor: float) -> float:
    """Return the value that makes the engine multiply by `factor`, up to a constant for all.

    It multiplies by log2(2 + value) and takes a value below 0 for 0.
    """
    return float(2.0 ** (factor / LEAST_FACTOR) - 2.0)
