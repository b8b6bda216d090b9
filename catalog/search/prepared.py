"""Texts as they stand in the index: prepared chunk by chunk and remembered, for names repeat endlessly in a catalog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from catalog.search.text import Analyzer, grams, runs_of_letters

_REMEMBERED = 100_000  # chunks; a few hundred bytes each
_REMEMBERED_TEXTS = 2_000


class Chunk(NamedTuple):
    """One run of letters and digits, an identifier or a plain word; each value is words joined by spaces.

    `raws` leaves out an identifier's whole: it is found by `exact`, and there are as many of them as datasets.
    """

    stems: str
    raws: str
    grams: str


class Preparer:
    """Turns texts into chunks by an analyzer."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._known: dict[str, Chunk] = {}
        self._texts: dict[str, list[Chunk]] = {}
        self._runs: dict[str, str] = {}

    def chunks(self, text: str) -> list[Chunk]:
        """Return the chunks of a text in order."""
        known = self._known
        return [known.get(chunk) or self._prepare(chunk) for chunk in runs_of_letters(text)]

    def repeated(self, text: str) -> list[Chunk]:
        """Return the chunks of a text that many datasets share."""
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= _REMEMBERED_TEXTS:
                self._texts.clear()
            found = self._texts[text] = self.chunks(text)
        return found

    def _prepare(self, text: str) -> Chunk:
        words = self._analyzer.take_apart(text)
        whole = words[-1].raw if len(words) > 1 else ""
        found = Chunk(
            " ".join([word.stem for word in words]),
            " ".join([word.raw for word in words if word.raw != whole]),
            " ".join([self._grams(word.raw) if word.raw != whole else " ".join(grams(whole)) for word in words]),
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[text] = found
        return found

    def _grams(self, raw: str) -> str:
        """The runs of a word that is part of many names, remembered; a whole name is mostly met once."""
        found = self._runs.get(raw)
        if found is None:
            if len(self._runs) >= _REMEMBERED:
                self._runs.clear()
            found = self._runs[raw] = " ".join(grams(raw))
        return found


def stems(chunks: Iterable[Chunk]) -> str:
    """Return the stems of all words."""
    return " ".join([chunk.stems for chunk in chunks])


def raws(chunks: Iterable[Chunk]) -> str:
    """Return all words as they stand, of equal chunks once."""
    return " ".join(dict.fromkeys([chunk.raws for chunk in chunks]))


def runs(chunks: Iterable[Chunk]) -> str:
    """Return the runs of characters of all words."""
    return " ".join([chunk.grams for chunk in chunks])
