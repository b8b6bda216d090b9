"""Rules as plain data, with names instead of rows: as tables, files and the API give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.dateparse import parse_date, parse_datetime

from permissions.models import OptOutRule, Team, User
from permissions.rules.draft import NAMED, RuleDraft, Whom

M = TypeVar("M", bound=models.Model)
Spec = Mapping[str, Any]

TEXTS = ("label", "level", "mask", "reason", "legal_basis", "at_review")
PARTS = (
    "label", "level", "mask", "everyone", "people", "teams", "except_people", "except_teams", "reason", "legal_basis",
    "owner", "starts_at", "review_on", "at_review",
)  # fmt: skip
REQUIRED = ("label", "level", "reason", "review_on")


@dataclass(frozen=True)
class Names:
    """People and teams by their short names in small letters."""

    people: dict[str, User]
    teams: dict[str, Team]

    def users(self, names: Iterable[str], place: str) -> list[User]:
        return _found(self.people, names, place, "person")

    def groups(self, names: Iterable[str], place: str) -> list[Team]:
        return _found(self.teams, names, place, "team")


def names_in(specs: Iterable[Spec]) -> Names:
    """Read everybody that the specs name, in two queries."""
    users, teams = set(), set()
    for spec in specs:
        users |= {*_list(spec.get("people")), *_list(spec.get("except_people")), str(spec.get("owner") or "")}
        teams |= {*_list(spec.get("teams")), *_list(spec.get("except_teams"))}
    return Names(
        {row.username.lower(): row for row in _rows(User, "username", users)},
        {row.slug.lower(): row for row in _rows(Team, "slug", teams)},
    )


def draft_from(spec: Spec, names: Names, *, owner: User | None = None, base: RuleDraft | None = None) -> RuleDraft:
    """Return the rule that a spec describes; what it leaves out is as in `base`, or usual. `owner` is the usual one.

    Raises `ValidationError`, by part.
    """
    problems: dict[str, list[str]] = {}
    values = dict(_parts(spec, names, problems))
    for name in REQUIRED if base is None else ():
        if not spec.get(name):
            problems.setdefault(name, []).append("Give this.")
    if problems:
        raise ValidationError(problems)
    if base is not None:
        whom = base.whom._replace(**{name: values.pop(name) for name in ("everyone", *NAMED) if name in values})
        return replace(base, whom=whom, **values)
    whom = Whom(**{name: values.pop(name) for name in ("everyone", *NAMED) if name in values})
    values.setdefault("owner", owner)
    if values["owner"] is None:
        raise ValidationError({"owner": ["Name who answers for it."]})
    return RuleDraft(whom=whom, **values)


def whom_from(spec: Spec, names: Names) -> Whom:
    """Return whom a spec names. Raises `ValidationError`, by part."""
    problems: dict[str, list[str]] = {}
    values = dict(_parts({name: spec[name] for name in ("everyone", *NAMED) if name in spec}, names, problems))
    if problems:
        raise ValidationError(problems)
    return Whom(**values)


def spec_of(rule: OptOutRule, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule as a table or a file gives it, from its content."""
    return {"id": rule.pk} | {name: content[name] for name in PARTS}


def _parts(spec: Spec, names: Names, problems: dict[str, list[str]]) -> Iterator[tuple[str, Any]]:
    for name in PARTS:
        if name not in spec or spec[name] is None or (spec[name] == "" and name in ("owner", "starts_at", "review_on")):
            continue
        try:
            yield name, _part(name, spec[name], names)
        except ValidationError as error:
            problems.setdefault(name, []).extend(error.messages)


def _part(name: str, value: Any, names: Names) -> Any:
    if name in TEXTS:
        return _text(value) or {"mask": OptOutRule.Mask.HIDDEN, "at_review": OptOutRule.AtReview.NAG}.get(name, "")
    if name == "everyone":
        return _yes(value)
    if name == "owner":
        return names.users([_text(value)], name)[0]
    if name in ("people", "except_people"):
        return names.users(_list(value), name)
    if name in ("teams", "except_teams"):
        return names.groups(_list(value), name)
    return _day(value) if name == "review_on" else _moment(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(f"“{value}” is not a text.")
    if "\0" in value:
        raise ValidationError("This holds a character that cannot be stored (NUL).")
    return value


def _yes(value: Any) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
    found = value if isinstance(value, bool) else known.get(str(value).strip().lower())
    if found is None:
        raise ValidationError(f"“{value}” is neither yes nor no.")
    return found


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return value.replace(",", " ").replace(";", " ").split()
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        found = parse_date(str(value).strip())
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(f"“{value}” is not a day; write it as 2027-01-31.")
    return found


def _moment(value: Any) -> datetime:
    """A time with its zone, in UTC where it has none; a day begins at midnight UTC."""
    if isinstance(value, str):
        try:
            found: Any = parse_datetime(value.strip())
        except ValueError:
            found = None
        value = found or _day(value)
    if not isinstance(value, datetime):
        value = datetime.combine(_day(value), time(0, tzinfo=UTC))
    moment: datetime = value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rows(model: type[M], column: str, names: set[str]) -> list[M]:
    wanted = {name.lower() for name in names if name and "\0" not in name}  # no name holds one
    return list(model._default_manager.annotate(folded=Lower(column)).filter(folded__in=wanted)) if wanted else []


def _found(known: dict[str, M], names: Iterable[str], place: str, kind: str) -> list[M]:
    given = list(dict.fromkeys(names))
    if missing := [name for name in given if name.lower() not in known]:
        raise ValidationError(f"There is no {kind} {', '.join(missing)}.")
    return [known[name.lower()] for name in given]
