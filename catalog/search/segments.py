"""Takes apart words that are run together: ``custacct`` is cust acct, where the catalog knows cust and acct.

The cheapest way to spell a word by known ones, each costing the logarithm of how rare it is (as in Norvig, "Natural
Language Corpus Data", 2009). A word that is known for itself, by prose or by the lexicon, stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log

from catalog.search.lexicon import short_forms, words_of

SHORTEST, LONGEST = 5, 80  # letters of a word that may be several
_LONGEST_PART = 30
_BEFOREHAND, _SHORT_FORM = 3, 2  # as how often seen a word of the lexicon counts, and a short form
_TWO_LETTERS = """
as at by cd dt fk gl hr id in ip is lu nm no of on or ph pk qa to us yr
"""
_OF_TWO_LETTERS = frozenset(_TWO_LETTERS.split())

Stem = Callable[[str], str]


class Segmenter:
    """Takes words apart by how often `names` and `prose` have others; both count folded words."""

    def __init__(self, language: str, stem: Stem, names: Mapping[str, int], prose: Mapping[str, int]) -> None:
        self._stem, self._names, self._prose = stem, names, prose
        self._short = short_forms(language)
        self._known = frozenset(map(stem, words_of(language)))
        self._seen = self._count(language)
        self._total = sum(self._seen.values()) or 1

    def _count(self, language: str) -> dict[str, int]:
        seen = {word: count for word, count in self._names.items() if len(word) > 2}
        for word, count in self._prose.items():
            if len(word) > 2 and count > 1:
                seen[word] = seen.get(word, 0) + count
        for word in words_of(language):
            seen[word] = seen.get(word, 0) + _BEFOREHAND
        for word in (*self._short, *_OF_TWO_LETTERS):
            seen[word] = seen.get(word, 0) + _SHORT_FORM
        return seen

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the words that `word` is run together from, and what short forms stand for; none when it is one."""
        parts = self.parts(word)
        return (*parts, *(self._short[part] for part in parts or (word,) if part in self._short))

    def parts(self, word: str) -> tuple[str, ...]:
        """Return the words that `word` is run together from; none when it is one."""
        if not SHORTEST <= len(word) <= LONGEST or not (word.isascii() and word.isalpha()) or self._is_whole(word):
            return ()
        return tuple(piece for part in self._cheapest(word) for piece in self.parts(part) or (part,))

    def _is_whole(self, word: str) -> bool:
        return word in self._short or self._prose.get(word, 0) > 2 or self._stem(word) in self._known

    def _cheapest(self, word: str) -> tuple[str, ...]:
        """Return the cheapest split into at least two words, none where there is no split."""
        often = self._names.get(word, 0)
        best: list[tuple[float, tuple[str, ...]]] = [(0.0, ("",))]
        for end in range(1, len(word) + 1):
            ways = (
                (best[start][0] + cost, (*best[start][1], word[start:end]))
                for start in range(max(0, end - _LONGEST_PART), end)
                if best[start][1] and (start or end < len(word)) and (cost := self._cost(word[start:end], often))
            )
            best.append(min(ways, default=(0.0, ())))
        return best[-1][1][1:]

    def _cost(self, part: str, often: int) -> float:
        """Return what a part costs, 0 where it is no word, or one no better known than the whole."""
        seen = self._seen.get(part, 0)
        if seen < 2 or (len(part) < 3 and part not in _OF_TWO_LETTERS):
            return 0.0
        if seen <= often and part not in _OF_TWO_LETTERS and self._stem(part) not in self._known:
            return 0.0
        return log(1 + self._total / seen)
