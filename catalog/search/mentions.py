"""Names of datasets that stand in descriptions, told from other words by how they are spelled. Pure Python.

A dataset that the descriptions of many others name ("built on ImageNet", "joins to order_items") is well known.
"""

from __future__ import annotations

import re

from catalog.search.text import plain

LONGEST = 4  # words of a name
LEAST_LETTERS = 3
_WORD = re.compile(r"\w+")
# Words with a capital, a digit or an underscore, one after the other.
_RUN = re.compile(r"\b[a-z]*[A-Z0-9_]\w*(?:[ \-/.&'][a-z]*[A-Z0-9_]\w*)*")
_PLAIN = re.compile(r"[A-Z]?[a-z]+")  # may be a word where a sentence begins


def names_in(text: str) -> set[str]:
    """Return whatever may be a name in `text`: ``order_items``, ``ImageNet``, ``Penn Treebank`` and its words."""
    found: set[str] = set()
    for run in _RUN.findall(text):
        words = _WORD.findall(run)
        for first in range(len(words)):
            found.update(" ".join(words[first:last]) for last in range(first + 1, min(first + LONGEST, len(words)) + 1))
    return {name for name in found if not _PLAIN.fullmatch(name)}


def name_of(name: str) -> str:
    """Return `name` as `names_in` would find it; nothing where it is spelled like a word, or too short to tell."""
    words = " ".join(_WORD.findall(plain(name)))
    unlike = _PLAIN.fullmatch(words) or sum(map(str.isalpha, words)) < LEAST_LETTERS
    return "" if unlike else words
