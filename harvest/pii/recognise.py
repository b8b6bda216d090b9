"""Weighing name, type, comment and values of each column against the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.names import split_path
from harvest.pii.model import Column, Finding, Rule
from harvest.pii.names import NameMatch, Tokens, about_people, is_key_of_person, match_name, tokens
from harvest.pii.rules import RULES
from harvest.pii.values import ALONE, MATCHERS, SLOW, SLOW_VALUES, Matcher
from harvest.pii.words import LANGUAGES

_REPORTED = 0.5  # findings below are kept to ourselves
_MOST_VALUES = 100  # different values tested per column
_SCREENED = 6  # first values that decide whether the rest is worth testing, where the name says nothing
_COMMENT_WORDS = 6  # a comment's opening is read like a name when it is this short
_WEAK, _BY_COMMENT = 0.2, 0.1  # taken off the confidence
_FILE_ENDING = re.compile(r"(?:\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|avro|orc|xlsx|gz|zst|bz2))+$", re.IGNORECASE)
_PERSON_CATEGORIES = frozenset(["person name", "birth date"])
_PROVING_RULES = tuple(rule for rule in RULES if rule.values_only)


class _Hint(NamedTuple):
    """What speaks for a rule before values are looked at."""

    match: NameMatch
    by_comment: bool


class _Share(NamedTuple):
    fitting: int
    tested: int

    @property
    def ratio(self) -> float:
        return self.fitting / self.tested if self.tested else 0.0


@dataclass(frozen=True)
class _Look:
    """A column made ready."""

    column: Column
    name: Tokens
    table: Tokens
    values: tuple[str, ...]  # different, stripped, not empty
    hints: dict[str, _Hint]


def recognise(columns: Sequence[Column], table: str) -> list[Finding]:
    """Return what personal data or credentials the columns of one table seem to hold, at most one finding a column.

    `table` is the table's path or name; with the other columns it tells whether rows are about people, which some
    rules need. Findings come in the order of `columns`.
    """
    looks = [_look(column, table) for column in columns]
    people = about_people(_table_tokens(table)) or any(is_key_of_person(look.name) for look in looks)
    first = {look.column.path: _best(look, people) for look in looks}
    named = any(finding and finding.category in _PERSON_CATEGORIES for finding in first.values())
    if named and not people:
        return [finding for look in looks if (finding := _best(look, True))]
    return [finding for finding in first.values() if finding]


def _look(column: Column, table: str) -> _Look:
    parts = split_path(column.path)
    name = tokens(parts[-1]) if parts else ()
    values = tuple(dict.fromkeys(stripped for value in column.values if (stripped := value.strip())))[:_MOST_VALUES]
    return _Look(column, name, _table_tokens(table) + _enclosing(parts), values, _hints(name, column.comment))


def _table_tokens(table: str) -> Tokens:
    parts = split_path(_FILE_ENDING.sub("", table))
    return tokens(parts[-1]) if parts else ()


def _enclosing(parts: Sequence[str]) -> Tokens:
    return tuple(token for part in parts[:-1] for token in tokens(part))


def _hints(name: Tokens, comment: str) -> dict[str, _Hint]:
    by_comment = {rule: _Hint(match, True) for rule, match in match_name(_opening(comment)).items()}
    return by_comment | {rule: _Hint(match, False) for rule, match in match_name(name).items()}


def _opening(comment: str) -> Tokens:
    words = tokens(re.split(r"[.;:,(\n]", comment, maxsplit=1)[0])
    return words if len(words) <= _COMMENT_WORDS else ()


def _best(look: _Look, people: bool) -> Finding | None:
    people = people or about_people(look.table)
    findings = [finding for finding in _findings(look, people) if finding.confidence >= _REPORTED]
    return max(findings, key=lambda finding: finding.confidence, default=None)


def _findings(look: _Look, people: bool) -> Iterator[Finding]:
    for rule in _rules_to_try(look):
        if look.column.type not in rule.types or (rule.needs_person and not people):
            continue
        if rule.unless_table.isdisjoint(look.table):
            hint = look.hints.get(rule.id)
            found = _by_hint(look, hint, people) if hint else None
            found = found or _by_values(look, rule)
            if found:
                yield found


def _rules_to_try(look: _Look) -> Iterator[Rule]:
    yield from (hint.match.rule for hint in look.hints.values())
    yield from (rule for rule in _PROVING_RULES if look.values and rule.id not in look.hints)


def _by_hint(look: _Look, hint: _Hint, people: bool) -> Finding | None:
    rule, less = hint.match.rule, _deduction(hint)
    if not look.values or not rule.values:
        enough = rule.name_only and hint.match.strength == "strong"
        return _finding(look, rule, rule.name_only - less, _name_evidence(hint, people)) if enough else None
    share = _share(rule.values, MATCHERS[rule.values], look.values)
    if share.ratio < rule.share:
        return None
    return _finding(look, rule, _scaled(rule.both, share) - less, (*_name_evidence(hint, people), _said(rule, share)))


def _deduction(hint: _Hint) -> float:
    return _WEAK * (hint.match.strength == "weak") + _BY_COMMENT * hint.by_comment


def _by_values(look: _Look, rule: Rule) -> Finding | None:
    if not rule.values_only or len(look.values) < rule.values_needed or not rule.unless.isdisjoint(look.name):
        return None
    matcher = ALONE.get(rule.values, MATCHERS[rule.values])
    screened = sum(map(matcher, look.values[:_SCREENED]))
    if screened < _SCREENED / 2:
        return None
    share = _share(rule.values, matcher, look.values)
    if share.ratio < rule.share_alone:
        return None
    return _finding(look, rule, _scaled(rule.values_only, share), (_said(rule, share),))


def _share(key: str, matcher: Matcher, values: Sequence[str]) -> _Share:
    tested = values[:SLOW_VALUES] if key in SLOW else values
    return _Share(sum(map(matcher, tested)), len(tested))


def _scaled(confidence: float, share: _Share) -> float:
    return confidence * (0.8 + 0.2 * share.ratio)


def _name_evidence(hint: _Hint, people: bool) -> tuple[str, ...]:
    where = "comment" if hint.by_comment else "column name"
    language = LANGUAGES[hint.match.language]
    evidence = [f"{where} says '{hint.match.phrase}' ({language})"]
    if hint.match.rule.needs_person and people:
        evidence.append("the table is about people")
    return tuple(evidence)


def _said(rule: Rule, share: _Share) -> str:
    verb = "is" if share.fitting == 1 else "are"
    looks = rule.plural if not rule.plural.startswith("like ") else f"shaped {rule.plural}"
    return f"{share.fitting} of {share.tested} sampled values {verb} {looks}"


def _finding(look: _Look, rule: Rule, confidence: float, evidence: Iterable[str]) -> Finding:
    sure = round(min(max(confidence, 0.0), 0.99), 2)
    return Finding(look.column.path, rule.category, rule.classification, sure, tuple(evidence))
