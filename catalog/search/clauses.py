"""A question as one query of the engine, inside what the viewer may search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

import tantivy
from django.utils.text import slugify

from catalog.search import conf
from catalog.search.asking import Asked, Operators
from catalog.search.results import Filters
from catalog.search.schema import DATASET, LONGEST_BEGINNING, SHORTEST_BEGINNING, STEMMED, schema
from catalog.search.scope import Clause, Group, Scope, either, without
from catalog.search.text import Analyzer, Question, Word, clean, compact, fold, grams

EXACT, BEGINS = 1_000.0, 40.0  # beyond what words can score; more than most do
NEAR, LESS_NEAR, BEGINNING = 4.0, 2.0, 3.0  # a typing mistake, two, a word's beginning
NEAR_AMONG = 0.25  # of them in a question of several words: a guess must not outweigh what is known
JOINED = 0.6  # a word that only helps
PROSE = 0.5  # of what a description scores, beside 1 of all texts
HELD = 0.6  # of a word's rarity: for holding it at all, so that more words come before one word more often
GRAMS, GRAMS_BELOW = 0.1, 0.1  # weight; only of words that a smaller part of the datasets holds
MOST_ALIKE = 20_000  # datasets that hold a word or a run of letters, for it to be told apart by
LONGEST_SOUGHT = 60  # characters of a beginning

_Should, _Must, _MustNot = tantivy.Occur.Should, tantivy.Occur.Must, tantivy.Occur.MustNot
_EXACT_FILTERS = ("source", "domain", "kind")


@dataclass(frozen=True)
class Near:
    """A word that nothing the viewer may search holds: sought with so many typing mistakes, and as a beginning."""

    raw: str
    distance: int


def stems(words: Iterable[Word], weight: float = 1.0) -> Callable[[Group], Iterable[Clause]]:
    """Return the clauses for whole words, in each text by its weight."""
    sought = list(words)
    return lambda group: (
        boosted(term(name, word.stem), weight * by_text) for name, by_text in group.stemmed.items() for word in sought
    )


def nears(words: Iterable[Near], among: float = 1.0) -> Callable[[Group], Iterable[Clause]]:
    """Return the clauses for words as people mistype or begin them; `among` is what they count."""
    sought = list(words)
    return lambda group: (
        clause
        for name, weight in group.plain.items()
        for word in sought
        for clause in _near(name, among * weight, word)
    )


def beginnings(raw: str) -> Callable[[Group], Iterable[Clause]]:
    """Return the clauses for words that begin so."""
    return lambda group: (begins(name, raw, BEGINNING * weight) for name, weight in group.plain.items())


def _near(name: str, weight: float, word: Near) -> Iterable[Clause]:
    if len(word.raw) > 2:
        yield begins(name, word.raw, BEGINNING * weight)
    for distance in range(1, word.distance + 1):
        fuzzy = tantivy.Query.fuzzy_term_query(schema(), name, word.raw, distance, transposition_cost_one=True)
        yield tantivy.Query.const_score_query(fuzzy, (NEAR if distance == 1 else LESS_NEAR) * weight)


def begins(name: str, raw: str, score: float) -> Clause:
    """Return the query for words of a text that begin with `raw`."""
    query = tantivy.Query.fuzzy_term_query(schema(), name, raw, 0, prefix=True)
    return tantivy.Query.const_score_query(query, score)


def called(text: str) -> Iterable[Clause]:
    """Yield the clauses for datasets that are called `text`, or whose name begins so."""
    for name in dict.fromkeys((fold(text), compact(text))):
        if name:
            yield tantivy.Query.const_score_query(tantivy.Query.term_query(schema(), "exact", name, "basic"), EXACT)
        if SHORTEST_BEGINNING <= len(name) <= LONGEST_BEGINNING:
            yield tantivy.Query.const_score_query(tantivy.Query.term_query(schema(), "begins", name, "basic"), BEGINS)
        elif LONGEST_BEGINNING < len(name) <= LONGEST_SOUGHT:
            yield begins("exact", name, BEGINS)


def question_query(question: Question, near: Iterable[Near], scope: Scope, searcher: tantivy.Searcher) -> Clause:
    """Return the query for a question: datasets called so, and those with any of its words; everything when empty."""
    if not question.text:
        return term("type", DATASET)
    guesses = nears(near, NEAR_AMONG if len(question.words) > 1 else 1.0)
    words, alike = _words(question, searcher), _alike(question, searcher)

    def clauses(group: Group) -> Iterator[Clause]:
        if found := [*words(group), *guesses(group)]:
            more = [(_Should, query) for query in alike(group)]
            yield tantivy.Query.boolean_query([(_Must, either(found)), *more]) if more else either(found)

    return either([*called(question.text), scope.anywhere(clauses)])


def matching_query(question: Question, near: Iterable[Near], scope: Scope) -> Clause:
    """Return the query for the datasets of `question_query`, for counting: without scores, each word once."""
    if not question.text:
        return term("type", DATASET)
    words, guesses = stems([*question.words, *question.joined]), nears(near)

    def clauses(group: Group) -> Iterator[Clause]:
        others = {name: 1.0 for name in group.stemmed if name not in STEMMED}
        yield from words(replace(group, stemmed=others | {group.whole: 1.0}) if group.whole else group)
        yield from guesses(group)

    return either([*called(question.text), scope.anywhere(clauses)])


def _words(question: Question, searcher: tantivy.Searcher) -> Callable[[Group], Iterator[Clause]]:
    """Return the clauses for the words of a question, each by how much it counts."""

    def clauses(group: Group) -> Iterator[Clause]:
        for word in question.words:
            weight = question.weights.get(word.stem, 1.0)
            yield from stems([word], weight)(group)
            if group.prose:
                yield boosted(term(group.prose, word.stem), PROSE * weight)
            if group.whole and len(question.words) > 1:
                yield _held(group.whole, word.stem, weight, searcher)
        yield from stems(question.joined, JOINED)(group)

    return clauses


def _held(name: str, stem: str, weight: float, searcher: tantivy.Searcher) -> Clause:
    term = tantivy.Query.term_query(schema(), name, stem, "basic")
    return tantivy.Query.const_score_query(term, HELD * weight * _rarity(name, stem, searcher))


def _rarity(name: str, term: str, searcher: tantivy.Searcher) -> float:
    """The inverse document frequency, as BM25 has it."""
    held = searcher.doc_freq(name, term)
    return log(1 + (searcher.num_docs - held + 0.5) / (held + 0.5)) if held <= searcher.num_docs else 0.0


def _alike(question: Question, searcher: tantivy.Searcher) -> Callable[[Group], Iterator[Clause]]:
    """Return the clauses for texts that share runs of letters with the rarer words."""
    most = min(searcher.num_docs * GRAMS_BELOW, MOST_ALIKE)

    def clauses(group: Group) -> Iterator[Clause]:
        if group.grams:
            rare = [word.raw for word in question.words if searcher.doc_freq(group.whole, word.stem) <= most]
            runs = dict.fromkeys(run for raw in rare for run in grams(raw))
            few = (run for run in runs if searcher.doc_freq(group.grams, run) <= MOST_ALIKE)
            yield from (boosted(term(group.grams, run), GRAMS) for run in few)

    return clauses


def narrowed(query: Clause, filters: Filters, scope: Scope, left_out: list[int]) -> Clause:
    """Return `query` with what `filters` ask for, without what is hidden and the datasets `left_out`."""
    clauses = [(_Must, query), *((_Must, clause) for clause in _filters(filters, scope))]
    if left_out:
        clauses.append((_MustNot, tantivy.Query.term_set_query(schema(), "dataset", left_out)))
    if not scope.hidden.nothing:
        clauses.append((_MustNot, scope.hidden.query))
    return tantivy.Query.boolean_query(clauses)


def operated(query: Clause, asked: Asked, scope: Scope) -> Clause:
    """Return `query` with what the operators of a question demand and leave out."""
    analyzer = conf.analyzer()
    wanted = [(_Must, _unscored(clause)) for clause in _demands(asked.wanted, scope, analyzer)]
    unwanted = [(_MustNot, clause) for clause in _demands(asked.unwanted, scope, analyzer)]
    return tantivy.Query.boolean_query([(_Must, query), *wanted, *unwanted]) if wanted or unwanted else query


def _demands(operators: Operators, scope: Scope, analyzer: Analyzer) -> Iterator[Clause]:
    values = operators.values
    yield from (_is({name: [slugify(value) for value in values[name]]}) for name in _EXACT_FILTERS if name in values)
    if "tag" in values:
        yield without(_is({"tag": [slugify(value) for value in values["tag"]]}), scope.unreadable)
    if "owner" in values:
        yield either(_owned(value, scope, analyzer) for value in values["owner"])
    for value in values.get("field", ()):
        yield _all_in(value, scope, analyzer, lambda group: group.columns)
    for text in operators.phrases:
        yield _phrase(text, scope, analyzer)
    for word in operators.words:
        yield _all_in(word, scope, analyzer, lambda group: list(group.stemmed))


def _owned(value: str, scope: Scope, analyzer: Analyzer) -> Clause:
    exact = _is({"owner": [value, fold(value)]})
    return either([exact, _all_in(value, scope, analyzer, lambda group: group.people)])


def _all_in(text: str, scope: Scope, analyzer: Analyzer, names: Callable[[Group], Iterable[str]]) -> Clause:
    """Return the query for datasets that hold every word of `text` in the texts that `names` gives."""
    words = analyzer.question(text).words
    each = [
        scope.anywhere(lambda group, stem=word.stem: [term(name, stem) for name in names(group)])  # type: ignore[misc]
        for word in words
    ]
    return tantivy.Query.boolean_query([(_Must, clause) for clause in each])


def _phrase(text: str, scope: Scope, analyzer: Analyzer) -> Clause:
    """Return the query for words that stand together; parts of a word, and the whole of a name, may stand between."""
    words = [word.stem for word in analyzer.spoken(text)]

    def clauses(group: Group) -> Iterator[Clause]:
        if group.whole and len(words) > 1:
            slop = 2 * (len(words) - 1)
            yield tantivy.Query.phrase_query(schema(), group.whole, [*words], slop=slop)
        elif group.whole and words:
            yield term(group.whole, words[0])
        elif words:  # columns with labels of their own: their words are not counted by place
            paths = (
                tantivy.Query.boolean_query([(_Must, term(path, word)) for word in words]) for path in group.columns
            )
            yield from paths

    return scope.anywhere(clauses)


def _filters(filters: Filters, scope: Scope) -> Iterable[Clause]:
    certified = () if filters.certified is None else ("yes" if filters.certified else "no",)
    for name in ("source", "domain", "kind", "owner"):
        if values := getattr(filters, name):
            yield _is({name: values})
    if certified:
        yield _is({"certified": certified})
    if filters.tag:
        yield without(_is({"tag": filters.tag}), scope.unreadable)


def _is(wanted: Mapping[str, Iterable[str]]) -> Clause:
    terms = (
        tantivy.Query.term_query(schema(), name, clean(value), "basic")
        for name, many in wanted.items()
        for value in many
    )
    return _unscored(either(terms))


def _unscored(query: Clause) -> Clause:
    return tantivy.Query.const_score_query(query, 0.0)


def term(name: str, word: str) -> Clause:
    """Return the query for a word of a text."""
    return tantivy.Query.term_query(schema(), name, word, "freq")


def boosted(query: Clause, weight: float) -> Clause:
    """Return `query`, scored so many times."""
    return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)
