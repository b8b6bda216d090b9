"""Why a dataset was found: the texts that hold what was looked for, of those the viewer may read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from rapidfuzz.distance import OSA

from catalog.closed import closed_fields
from catalog.models import Dataset, Field
from catalog.querysets import FieldQuerySet
from catalog.search import conf
from catalog.search.clauses import Near
from catalog.search.results import Match, Part
from catalog.search.text import Analyzer, Question, Word, fold, spans_of
from core.markdown import to_text
from core.statements import one_of, text_of
from permissions.access import Viewer
from permissions.levels import Level
from permissions.statements import GuardedStatement

MOST_COLUMNS = 5  # a hit
MOST_ROWS = 2_000  # columns looked at for a page of hits
EXCERPT = 160  # characters


@dataclass(frozen=True)
class Wanted:
    """What was looked for, to be recognised in a text."""

    stems: frozenset[str]
    near: tuple[Near, ...] = ()
    _known: dict[str, bool] = field(default_factory=dict, compare=False)  # which runs of letters hold a wanted word

    @classmethod
    def of(cls, question: Question, near: Iterable[Near], others: Iterable[Word] = ()) -> Wanted:
        return cls(frozenset(word.stem for word in (*question.words, *question.joined, *others)), tuple(near))

    def __bool__(self) -> bool:
        return bool(self.stems or self.near)

    def __contains__(self, word: Word) -> bool:
        return word.stem in self.stems or any(_is_near(word.raw, near) for near in self.near)

    def among(self, chunk: str, analyzer: Analyzer) -> bool:
        """Whether one run of letters holds a wanted word."""
        known = self._known.get(chunk)
        if known is None:
            likely = self._likely.search(fold(chunk)) is not None
            known = self._known[chunk] = likely and any(word in self for word in analyzer.chunk(chunk))
        return known

    @cached_property
    def _likely(self) -> re.Pattern[str]:
        return re.compile(self.likely())

    def likely(self) -> str:
        """A regular expression for texts that keeps those that hold a wanted word, and few others."""
        short = conf.analyzer().forms_of(self.stems)
        beginnings = [*(stem[: max(3, len(stem) - 2)] for stem in sorted(self.stems)), *short]
        if self.near or not all(beginning.isascii() and beginning.isalnum() for beginning in beginnings):
            return ""
        return "|".join(beginnings)


def _is_near(raw: str, near: Near) -> bool:
    return raw.startswith(near.raw) or OSA.distance(raw, near.raw, score_cutoff=near.distance) <= near.distance


def columns_of(datasets: Sequence[Dataset], viewer: Viewer, wanted: Wanted) -> dict[int, list[tuple[str, str, str]]]:
    """Return path, name and description of the columns that may hold what was wanted, by dataset; two queries."""
    closed = closed_fields(viewer, datasets)
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for dataset, path, name, text in _COLUMNS.run(viewer, datasets=list(closed), likely=wanted.likely()):
        if not closed[dataset].stopping(path, Level.READ):
            found[dataset].append((path, name, text))
    return found


def _likely(readable: FieldQuerySet) -> QuerySet[Field, tuple[int, str, str, str]]:
    description = Coalesce(
        NullIf(F("human_description"), Value("", output_field=TextField())), F("harvested_description")
    )
    likely = Q(name__iregex=text_of("likely")) | Q(text__iregex=text_of("likely"))
    found = readable.present().filter(one_of("dataset", "datasets")).annotate(text=description).filter(likely)
    return found.order_by("dataset", "position").values_list("dataset_id", "path", "name", "text")[:MOST_ROWS]


_COLUMNS: GuardedStatement[FieldQuerySet, tuple[int, str, str, str]] = GuardedStatement(
    Level.READ, Field.objects.all(), _likely
)


def matches_of(
    dataset: Dataset, columns: Iterable[tuple[str, str, str]], wanted: Wanted, analyzer: Analyzer, reader: Viewer | None
) -> tuple[Match, ...]:
    """Return what of a dataset was found; `reader` is who may read its documentation, None where that is closed."""
    if not wanted:
        return ()
    texts = [*_identity(dataset), *(_content(dataset, reader) if reader else ())]
    found = [Match(where, parts) for where, text in texts if (parts := mark(text, wanted, analyzer))]
    return (*found, *_column_matches(columns, wanted, analyzer))


def _identity(dataset: Dataset) -> Iterator[tuple[str, str]]:
    yield "name", dataset.name
    yield "title", dataset.title
    yield "place", dataset.container.path if dataset.container else ""
    yield "place", dataset.source.name


def _content(dataset: Dataset, reader: Viewer) -> Iterator[tuple[str, str]]:
    yield "description", to_text(dataset.description)
    yield "description", dataset.grain
    yield from (("tag", tag.name) for tag in dataset.tags.all())
    domain = dataset.domain_known_to(reader)
    yield "domain", domain.name if domain else ""
    yield from (("people", str(person)) for person in (dataset.owner, dataset.steward) if person)


def _column_matches(columns: Iterable[tuple[str, str, str]], wanted: Wanted, analyzer: Analyzer) -> Iterator[Match]:
    marked = ((path, mark(name, wanted, analyzer) or mark(text, wanted, analyzer)) for path, name, text in columns)
    found = (Match("column", parts, label=path) for path, parts in marked if parts)
    return islice(found, MOST_COLUMNS)


def mark(text: str, wanted: Wanted, analyzer: Analyzer) -> tuple[Part, ...]:
    """Return an excerpt of `text` in parts, those that were wanted marked; nothing when none was."""
    spans = [(start, end) for start, end, chunk in spans_of(text) if wanted.among(chunk, analyzer)]
    if not spans:
        return ()
    first, last = _window(text, spans[0][0])
    return tuple(_parts(text, [span for span in spans if span[1] <= last], first, last))


def _window(text: str, around: int) -> tuple[int, int]:
    """Where the excerpt begins and ends: at the beginning of the text if it can, else a little before `around`."""
    if len(text) <= EXCERPT or around < EXCERPT // 2:
        return 0, min(len(text), EXCERPT)
    start = text.find(" ", around - EXCERPT // 3, around) + 1 or around
    return start, min(len(text), start + EXCERPT)


def _parts(text: str, spans: Iterable[tuple[int, int]], first: int, last: int) -> Iterator[Part]:
    at = first
    if first:
        yield Part("…", hit=False)
    for start, end in spans:
        if start > at:
            yield Part(text[at:start], hit=False)
        yield Part(text[start:end], hit=True)
        at = end
    if at < last or last < len(text):
        yield Part(text[at:last] + ("…" if last < len(text) else ""), hit=False)
