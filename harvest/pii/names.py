"""Reading names of columns: which known phrase they hold, and what the words around it do to the meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from harvest.pii.model import Rule
from harvest.pii.rules import RULES
from harvest.pii.words import ABOUT_SOMETHING_ELSE, AMBIGUOUS, COMPOUNDING, KEYS, NEUTRAL, PERSON

_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SPECIAL_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe", "đ": "d"})
_ELSEWHERE = ABOUT_SOMETHING_ELSE - PERSON
_STUDIED = frozenset(["subject", "respondent"])  # keys of people in studies
_LONG_ENOUGH = 6  # letters of a word that may end a longer one
_LONGEST = 40  # words of a name looked at; longer names are prose

Tokens = tuple[str, ...]
Strength = Literal["strong", "weak"]


class NameMatch(NamedTuple):
    """A rule's phrase in a name; weak where other words may change what it means."""

    rule: Rule
    strength: Strength
    phrase: str
    language: str


class _Entry(NamedTuple):
    rule: Rule
    phrase: str
    language: str


def tokens(name: str) -> Tokens:
    """Split a name into folded words: ``eMailAdresse_2`` gives e, mail, adresse, 2."""
    plain = unicodedata.normalize("NFKD", name.translate(_SPECIAL_LETTERS)).encode("ascii", "ignore").decode()
    return tuple(token.lower() for token in _TOKEN.findall(plain)[:_LONGEST])


def about_people(name_tokens: Tokens) -> bool:
    """Return whether a table so named holds people."""
    return bool(name_tokens) and not PERSON.isdisjoint(name_tokens) and name_tokens[-1] not in ABOUT_SOMETHING_ELSE


def is_key_of_person(name_tokens: Tokens) -> bool:
    """Return whether a column so named ties its row to a person: ``patient_id``."""
    return len(name_tokens) == 2 and name_tokens[0] in PERSON | _STUDIED and name_tokens[1] in KEYS


def match_name(name_tokens: Tokens) -> dict[str, NameMatch]:
    """Return for each rule (by id) that the name speaks for the best match."""
    best: dict[str, NameMatch] = {}
    for entry, before, after in _phrases(name_tokens):
        strength = _strength(entry, before, after)
        known = best.get(entry.rule.id)
        if strength and (known is None or known.strength == "weak"):
            best[entry.rule.id] = NameMatch(entry.rule, strength, entry.phrase, entry.language)
    return best


@cache
def _index() -> dict[str, list[_Entry]]:
    """Return the phrases of all rules without spaces, the longest of the equally spelled first."""
    index: dict[str, list[_Entry]] = {}
    for rule in RULES:
        for language, phrases in rule.names.items():
            for phrase in phrases.split(","):
                index.setdefault("".join(tokens(phrase)), []).append(_Entry(rule, phrase.strip(), language))
    return index


def _phrases(name_tokens: Tokens) -> Iterator[tuple[_Entry, Tokens, Tokens]]:
    """Yield each phrase found with the words before and after it, long phrases before short ones."""
    count = len(name_tokens)
    for length in range(min(count, 6), 0, -1):
        for start in range(count - length + 1):
            joined = "".join(name_tokens[start : start + length])
            before, after = name_tokens[:start], name_tokens[start + length :]
            yield from ((entry, before, after) for entry in _entries(joined))
            if length == 1:
                yield from ((entry, (*before, rest), after) for entry, rest in _compounds(joined))


def _entries(joined: str) -> list[_Entry]:
    index = _index()
    return index.get(joined) or (index.get(joined[:-1], []) if joined.endswith("s") and len(joined) > 4 else [])


def _compounds(word: str) -> Iterator[tuple[_Entry, str]]:
    """Yield phrases that end a compound: ``privattelefonnummer``."""
    for start in range(2, len(word) - _LONG_ENOUGH + 1):
        for entry in _index().get(word[start:], ()):
            if entry.language in COMPOUNDING:
                yield entry, word[:start]


def _strength(entry: _Entry, before: Tokens, after: Tokens) -> Strength | None:
    rule = entry.rule
    around = {*before, *after}
    if not around.isdisjoint(rule.unless) or not around.isdisjoint(_ELSEWHERE):
        return None
    if all(map(_is_neutral, around)):
        return "weak" if entry.phrase in AMBIGUOUS else "strong"
    if rule.exact:
        return None
    return "strong" if all(map(_is_neutral, after)) else "weak"


def _is_neutral(token: str) -> bool:
    return token in NEUTRAL or token in PERSON or token.isdigit() or len(token) == 1
