"""What people type: words, and operators that say where or whether something must be found.

    late "purchase order" -draft field:email tag:gold source:crm owner:ada domain:finance kind:view

A phrase is demanded in a short question; a whole sentence may quote without demanding. A dash in front of a word, a
phrase or an operator leaves out what matches. Values with spaces stand in quotes. What is no operator is words; nothing
that can be typed is an error. Several sources, domains, kinds, tags or owners mean any of them; several fields or
phrases mean all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog.search.text import LONGEST_QUESTION, clean

MOST_OPERATORS = 20
MOST_BESIDE = 6  # words beside a phrase; in a longer sentence quotation marks only quote
OPERATORS = ("field", "owner", "tag", "source", "domain", "kind")

_TOKEN = re.compile(r'(?P<no>-)?(?:(?P<name>[a-zA-Z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')


@dataclass
class Operators:
    """Values by operator, and phrases."""

    values: dict[str, list[str]] = field(default_factory=dict)
    phrases: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # only of what is left out

    def __bool__(self) -> bool:
        return bool(self.values or self.phrases or self.words)


@dataclass
class Asked:
    """A question taken apart: `text` is the words to rank by, those of wanted phrases among them, `wanted` what must be
    found, `unwanted` what must not."""

    text: str
    wanted: Operators = field(default_factory=Operators)
    unwanted: Operators = field(default_factory=Operators)
    shortened: bool = False


def parse(typed: str) -> Asked:
    """Take apart what somebody typed. Never fails."""
    typed = clean(typed)
    asked, free, count = Asked("", shortened=len(typed) > LONGEST_QUESTION), [], 0
    for match in _TOKEN.finditer(typed[:LONGEST_QUESTION]):
        if not _is_operator(match) or (match["quoted"] and not match["no"] and not match["name"]):
            free.append(match[0].replace('"', " ").strip())
        if not _is_operator(match):
            continue
        if count < MOST_OPERATORS:
            count += 1
            _add(match, asked.unwanted if match["no"] else asked.wanted)
        else:
            asked.shortened = True
    asked.text = " ".join(filter(None, free))
    if len(asked.text.split()) > MOST_BESIDE + sum(len(phrase.split()) for phrase in asked.wanted.phrases):
        asked.wanted.phrases.clear()
    return asked


def _is_operator(match: re.Match[str]) -> bool:
    value, name = (match["quoted"] or match["plain"] or "").strip(), (match["name"] or "").lower()
    if name:
        return name in OPERATORS and any(char.isalnum() for char in value)
    if match["quoted"] is not None:
        return any(char.isalnum() for char in value)
    return bool(match["no"]) and value[:1].isalnum()


def _add(match: re.Match[str], to: Operators) -> None:
    value, name = (match["quoted"] or match["plain"]).strip(), (match["name"] or "").lower()
    if name:
        to.values.setdefault(name, []).append(value)
    elif match["quoted"] is not None:
        to.phrases.append(value)
    else:
        to.words.append(value)
