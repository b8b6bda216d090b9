"""Text to words: what search compares, for what it indexes and for what people type. Pure Python.

A name is taken apart where people would: at ``_ . - /``, at camelCase (IDs is one word) and between letters and digits;
the whole is kept beside its parts, so that ``custOrd_id`` is found by "cust", "ord id" and "custordid". Words are
folded (case, accents) and stemmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import snowballstemmer

from catalog.search.lexicon import short_forms
from catalog.search.stopwords import stop_words, weak_words

LONGEST_WORD = 100
LONGEST_QUESTION = 500  # characters
MOST_WORDS = 24
WEAK, NUMBER = 0.25, 0.5  # how much words of counting and numbers count, beside others
_REMEMBERED = 50_000

_CHUNK = re.compile(r"\w+")
_NO_ALPHANUMERIC = re.compile(r"[^a-zA-Z0-9]+")
_ASCII_PIECE = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PIECE = re.compile(r"U+(?=UL)|U?L+|U+|D+|C+")
_ACCENT = re.compile("[\u0300-\u036f]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

Segmenter = Callable[[str], Sequence[str]]


class Word(NamedTuple):
    """A folded word and its stem."""

    raw: str
    stem: str


@dataclass(frozen=True)
class Question:
    """What somebody typed: `words` to find, and `joined` ones that only help, such as neighbours run together.

    `weights` says by stem how much a word counts where that is not 1, `parts` by word what it may be run together from.
    """

    text: str
    words: tuple[Word, ...]
    joined: tuple[Word, ...] = ()
    parts: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    shortened: bool = False

    def taken_apart(self, unknown: Collection[str]) -> Question:
        """Return the question with the parts of its `unknown` words beside them; what is known stays whole."""
        parts = {raw: pieces for raw, pieces in self.parts.items() if raw in unknown}
        if not parts:
            return self
        words = (one for word in self.words for one in (word, *parts.get(word.raw, ())))
        return replace(self, words=tuple(dict.fromkeys(words))[:MOST_WORDS])


def clean(text: str) -> str:
    """Return `text` without what is no character: NUL and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def fold(text: str) -> str:
    """Return `text` without accents and case: ``Ärzte`` and ``arzte`` are the same."""
    return text.lower() if text.isascii() else plain(text).casefold()


def plain(text: str) -> str:
    """Return `text` without accents."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _ACCENT.sub("", unicodedata.normalize("NFKD", text)))


def compact(text: str) -> str:
    """Return the folded letters and digits of `text` alone: ``Cust_Ord-ID`` is ``custordid``."""
    if text.isascii():
        return _NO_ALPHANUMERIC.sub("", text).lower()
    return "".join([char for char in fold(text) if char.isalnum()])


def split_name(name: str) -> list[str]:
    """Return the parts of an identifier, as spelled: ``HTTPServer_log2`` is HTTP, Server, log, 2."""
    if name.isascii():
        return _ASCII_PIECE.findall(name)
    shape = "".join(_shape(char) for char in name)
    return [part for match in _PIECE.finditer(shape) for part in _pieces(name[match.start() : match.end()])]


def _shape(char: str) -> str:
    if char.isdigit():
        return "D"
    if _UNSPACED.match(char):
        return "C"
    if char.isalpha():
        return "U" if char.isupper() else "L"
    return "_"


def _pieces(run: str) -> Iterable[str]:
    """Yield a run itself, or pairs of characters where the script has no spaces between words."""
    if len(run) > 2 and _UNSPACED.match(run):
        return (run[at : at + 2] for at in range(len(run) - 1))
    return (run,)


def runs_of_letters(text: str) -> list[str]:
    """Return the runs of letters, digits and underscores of a text."""
    return _CHUNK.findall(text)


def spans_of(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each of `runs_of_letters` stands in a text."""
    for match in _CHUNK.finditer(text):
        yield match.start(), match.end(), match[0]


def grams(raw: str) -> list[str]:
    """Return the runs of four characters of a word with its ends marked; none in scripts that have no such words."""
    if not raw.isascii():
        return []
    if len(raw) < 3:
        return [f"_{raw}_"]
    marked = f"_{raw}_"
    return [marked[at : at + 4] for at in range(len(marked) - 3)]


class Analyzer:
    """Turns text into words, in one language; remembers what it has seen, for names repeat endlessly in a catalog.

    `segment` takes apart a word that is several run together (``custacct``), where somebody knows how.
    """

    def __init__(self, language: str = "english", segment: Segmenter | None = None) -> None:
        self.language = language
        self._stem = snowballstemmer.stemmer(language).stemWord
        self._stop, self._weak = stop_words(language), weak_words(language)
        self._short = short_forms(language)
        self._segment = segment
        self._known: dict[str, tuple[Word, ...]] = {}
        self._parts: dict[str, tuple[Word, ...]] = {}
        self._stems: dict[str, Word] = {}
        self._forms: dict[str, list[str]] | None = None

    def words(self, text: str) -> list[Word]:
        """Return the words of `text` in order, an identifier's parts before the whole."""
        return [word for chunk in _CHUNK.findall(text) for word in self._known.get(chunk) or self.chunk(chunk)]

    def spoken(self, text: str) -> list[Word]:
        """Return the words of `text` as they stand, stop words too, names taken apart at what separates their parts."""
        parts = (part for chunk in _CHUNK.findall(clean(text)) for part in split_name(plain(chunk)))
        return [self._word(part.casefold()[:LONGEST_WORD]) for part in parts][:MOST_WORDS]

    def chunk(self, chunk: str) -> tuple[Word, ...]:
        """Return the words of one identifier or plain word."""
        known = self._known.get(chunk)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            known = self._known[chunk] = tuple(self.take_apart(chunk))
        return known

    def take_apart(self, chunk: str) -> list[Word]:
        """Return the words of one identifier or plain word, without remembering it."""
        parts = [part.casefold()[:LONGEST_WORD] for part in split_name(plain(chunk))]
        found = [word for part in parts for word in self._parts.get(part) or self._part(part)]
        if len(parts) > 1:
            found.append(_whole(compact(chunk)))
        return found

    def _part(self, part: str) -> tuple[Word, ...]:
        pieces = self._segment(part) if self._segment else ()
        found = (self._word(part), *(self._word(piece) for piece in pieces if piece != part))
        if len(self._parts) >= _REMEMBERED:
            self._parts = {}
        self._parts[part] = found
        return found

    def forms_of(self, stems: Iterable[str]) -> list[str]:
        """Return the short forms of the words with these stems."""
        if self._forms is None:
            self._forms = defaultdict(list)
            for form, word in self._short.items():
                self._forms[self.stem(word)].append(form)
        return [form for stem in stems for form in self._forms.get(stem, ())]

    def stem(self, raw: str) -> str:
        """Return the stem of a folded word."""
        return self._word(raw).stem

    def _word(self, raw: str) -> Word:
        if not raw.isalpha():
            return Word(raw, raw)
        known = self._stems.get(raw)
        if known is None:
            if len(self._stems) >= _REMEMBERED:
                self._stems = {}
            known = self._stems[raw] = Word(raw, self._stem(raw))
        return known

    def question(self, text: str) -> Question:
        """Return what to look for; function and asking words count only when there is nothing else."""
        text = clean(text)
        spoken, joined = self._heard(text[:LONGEST_QUESTION])
        words = [word for word in spoken if word.raw not in self._stop] or spoken
        joined += (_whole(left.raw + right.raw) for left, right in pairwise(words))
        joined += (self._word(self._short[word.raw]) for word in words if word.raw in self._short)
        return Question(
            text=text[:LONGEST_QUESTION].strip(),
            words=tuple(words[:MOST_WORDS]),
            joined=tuple(dict.fromkeys(joined))[:MOST_WORDS],
            parts={word.raw: pieces for word in words[:MOST_WORDS] if (pieces := self._pieces_of(word))},
            weights=dict(self._weights(words)),
            shortened=len(text) > LONGEST_QUESTION or len(words) > MOST_WORDS,
        )

    def _weights(self, words: Iterable[Word]) -> Iterator[tuple[str, float]]:
        for word in words:
            if word.raw in self._weak:
                yield word.stem, WEAK
            elif word.raw.isdigit():
                yield word.stem, NUMBER

    def _pieces_of(self, word: Word) -> tuple[Word, ...]:
        return () if word.raw in self._weak else self._part(word.raw)[1:]

    def _heard(self, text: str) -> tuple[list[Word], list[Word]]:
        """Return the words of a text, each once, and the identifiers it holds that have several parts."""
        spoken: dict[str, Word] = {}
        wholes: list[Word] = []
        for chunk in _CHUNK.findall(text):
            parts = split_name(plain(chunk))
            for word in (self._word(part.casefold()[:LONGEST_WORD]) for part in parts):
                spoken.setdefault(word.stem, word)
            if len(parts) > 1:
                wholes.append(_whole(compact(chunk)))
        return list(spoken.values()), wholes


def _whole(raw: str) -> Word:
    return Word(raw[:LONGEST_WORD], raw[:LONGEST_WORD])
