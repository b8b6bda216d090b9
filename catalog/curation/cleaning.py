"""What is given for a fact, made into what is kept: the JSON that history holds too, with ids for what is referred to.

Each cleaner takes many values at once, so that names are looked up by one query however many rows an import has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Model, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from catalog.models import Classification, DataProduct, Dataset, Domain, Tag
from permissions.models import User

if TYPE_CHECKING:
    from permissions.access import Viewer

Cleaned = Any  # what `json` can tell: a text, an id, a list; None where there is nothing
MOST_MEMBERS = 200
_CONTROLS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f]")


class Cleaner(Protocol):
    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        """Return for each value what is kept, or why it cannot be."""


def _each(clean: Callable[[Any], Cleaned], values: Iterable[Any]) -> list[Cleaned | ValidationError]:
    found: list[Cleaned | ValidationError] = []
    for value in values:
        try:
            found.append(clean(value))
        except ValidationError as error:
            found.append(error)
    return found


def _text(value: Any) -> str:
    """A text with plain ends of lines and nothing around it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError("Give text.")
    told = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROLS.search(told) or (not told.isprintable() and told != told.encode("utf-8", "replace").decode()):
        raise ValidationError("Leave out control characters.")
    return told


def _several(value: Any) -> list[Any]:
    """The members of a list, or of a text with commas between them."""
    if value is None:
        return []
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise ValidationError("Give a list, or text.")
    return value.split(",") if isinstance(value, str) else list(value)


@dataclass(frozen=True)
class Text:
    """A text of at most `longest` characters, on one line unless `lines`."""

    longest: int
    lines: bool = False
    required: bool = False

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        return _each(self._clean, values)

    def _clean(self, value: Any) -> str:
        told = _text(value)
        if not self.lines:
            told = " ".join(told.split())
        if len(told) > self.longest:
            raise ValidationError(f"At most {self.longest:,} characters; this has {len(told):,}.")
        if self.required and not told:
            raise ValidationError("It cannot be empty.")
        return told


@dataclass(frozen=True)
class Choice:
    """One of a few words, or their labels in any case; nothing where that is allowed."""

    choices: Sequence[tuple[str, str]]
    blank: bool = True

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        known = {str(label).casefold(): value for value, label in self.choices} | {v: v for v, _ in self.choices}

        def clean(value: Any) -> str:
            told = _text(value)
            if not told and self.blank:
                return ""
            if told.casefold() not in known:
                raise ValidationError(f"Choose one of {', '.join(value for value, _ in self.choices)}.")
            return known[told.casefold()]

        return _each(clean, values)


@dataclass(frozen=True)
class Day:
    """A date as 2026-11-20; with `moment`, kept as the time at which it begins in UTC."""

    moment: bool = False

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        return _each(self._clean, values)

    def _clean(self, value: Any) -> str | None:
        found = value if isinstance(value, date) else self._parsed(_text(value))
        if found is None:
            return None
        if not self.moment:
            return (found.date() if isinstance(found, datetime) else found).isoformat()
        moment = found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()

    def _parsed(self, told: str) -> date | None:
        if not told:
            return None
        try:
            found = parse_date(told) or parse_datetime(told)
        except ValueError:
            found = None
        if found is None:
            raise ValidationError("Give a date as 2026-11-20.")
        return found


@dataclass(frozen=True)
class Reference:
    """The id of what a name stands for, among what the writer may know of; a model's own row is taken as it is."""

    rows: Callable[[Viewer], QuerySet[Any]]
    by: str
    what: str

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        names = _each(self._name, values)
        wanted = {name for name in names if name and isinstance(name, str)}
        found = (
            dict(self.rows(viewer).filter(**{f"{self.by}__in": wanted}).values_list(self.by, "pk")) if wanted else {}
        )

        def clean(name: str | ValidationError) -> int | None:
            if isinstance(name, ValidationError):
                raise name
            if not name:
                return None
            if name not in found:
                raise ValidationError(f"There is no {self.what} “{name}”.")
            return int(found[name])

        return _each(clean, names)

    def _name(self, value: Any) -> str:
        return _text(getattr(value, self.by) if isinstance(value, Model) else value)


@dataclass(frozen=True)
class Members:
    """The ids of several things by their short names, sorted: a list, or one text with commas between them."""

    reference: Reference

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        split = _each(self._split, values)
        names = sorted({name for one in split if isinstance(one, list) for name in one})
        ids = dict(zip(names, self.reference.clean_many(names, viewer), strict=True))

        def clean(given: Any) -> list[int]:
            if isinstance(given, ValidationError):
                raise given
            wrong = [ids[name] for name in given if isinstance(ids[name], ValidationError)]
            if wrong:
                raise ValidationError(wrong)
            return sorted({ids[name] for name in given})

        return _each(clean, split)

    def _split(self, value: Any) -> list[str]:
        names = [self.reference._name(one) for one in _several(value)]
        if len(names) > MOST_MEMBERS:
            raise ValidationError(f"At most {MOST_MEMBERS}.")
        return [name for name in names if name]


@dataclass(frozen=True)
class Names:
    """Several texts in their order: a list, or one text with commas between them."""

    longest: int = 500

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        return _each(self._clean, values)

    def _clean(self, value: Any) -> list[str]:
        names = [name for one in _several(value) if (name := _text(one))]
        if len(names) > MOST_MEMBERS or any(len(name) > self.longest for name in names):
            raise ValidationError(f"At most {MOST_MEMBERS} of at most {self.longest} characters each.")
        return list(dict.fromkeys(names))


@dataclass(frozen=True)
class Links:
    """Pairs of a title and an address; in text, a line for each: ``title <address>`` or the address alone."""

    most: int = 30

    def clean_many(self, values: Sequence[Any], viewer: Viewer) -> list[Cleaned | ValidationError]:
        return _each(self._clean, values)

    def _clean(self, value: Any) -> list[list[str]]:
        lines = [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else None
        given = _several(value) if lines is None else [self._line(line) for line in lines]
        try:
            pairs = [(_text(title), _text(address)) for title, address in given]
        except (TypeError, ValueError) as error:
            raise ValidationError("Give pairs of a title and an address.") from error
        if len(pairs) > self.most or any(len(title) > 200 or len(address) > 2_000 for title, address in pairs):
            raise ValidationError(f"At most {self.most} links, with titles of at most 200 characters.")
        for _, address in pairs:
            URLValidator(schemes=["http", "https"], message=f"“{address[:100]}” is no address of the web.")(address)
        return [[title or address, address] for title, address in pairs]

    def _line(self, line: str) -> tuple[str, str]:
        title, bracket, rest = line.strip().rpartition("<")
        return (title.strip(), rest.rstrip(">").strip()) if bracket and title else ("", line.strip(" <>"))


def _people(viewer: Viewer) -> QuerySet[User]:
    return User.objects.filter(is_active=True)


PERSON = Reference(_people, "username", "person")
DOMAIN = Reference(Domain.objects.visible_to, "slug", "domain")
PRODUCT = Reference(DataProduct.objects.visible_to, "slug", "data product")
DATASET = Reference(Dataset.objects.visible_to, "key", "dataset")
TAGS = Members(Reference(lambda viewer: Tag.objects.all(), "slug", "tag"))
CLASSIFICATIONS = Members(Reference(lambda viewer: Classification.objects.all(), "slug", "classification"))
MARKDOWN = Text(50_000, lines=True)
NOTHING: frozenset[Hashable] = frozenset()
