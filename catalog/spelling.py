"""What somebody may have meant to type, from words of what was found: nothing closed can be among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from catalog.search import conf
from catalog.search.asking import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.search.results import Hit
    from catalog.search.text import Word

SHORTEST, LONG = 4, 8  # letters of a word that may have one mistake, and two


def did_you_mean(text: str, hits: Iterable[Hit]) -> str:
    """Return `text` with words that were only nearly found put right, or nothing where all were found."""
    found = set(_marked(hits))
    stems = {word.stem for word in found}
    meant = text
    for word in conf.analyzer().question(parse(text).text).words:
        near = None if word.stem in stems or not word.raw.isalpha() else _nearest(word.raw, found)
        if near:
            meant = re.sub(rf"\b{re.escape(word.raw)}\b", near, meant, flags=re.IGNORECASE)
    return meant if meant.casefold() != text.casefold() else ""


def _marked(hits: Iterable[Hit]) -> Iterable[Word]:
    parts = (part for hit in hits for match in hit.matches for part in match.parts if part.hit)
    return (word for part in parts for word in conf.analyzer().words(part.text))


def _nearest(raw: str, found: Iterable[Word]) -> str | None:
    """The word that fewest mistakes make of `raw`; none where `raw` only begins it, for then nothing is wrong."""
    most = 2 if len(raw) >= LONG else 1 if len(raw) >= SHORTEST else 0
    words = {word.raw for word in found}
    if any(word.startswith(raw) for word in words):
        return None
    distances = ((OSA.distance(raw, word, score_cutoff=most), word) for word in words)
    return min(((distance, word) for distance, word in distances if distance <= most), default=(0, None))[1]
