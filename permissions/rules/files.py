"""Rules as a table (CSV) and as code (YAML): written and read so that nothing is lost on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import yaml

from core.tabular.cells import harmless, meant
from core.tabular.code import NotPlain, load
from permissions.models import OptOutRule, RuleState
from permissions.rules.draft import content_of
from permissions.rules.spec import PARTS, spec_of

if TYPE_CHECKING:
    from permissions.models.rules import RuleQuerySet

LARGEST = 2_000_000  # bytes of a file
MOST = 5_000  # rules in a file
COLUMNS = ("id", *PARTS)
HEAD = "# Opt-out rules of Concord. Apply it with: manage.py rules apply FILE --dry-run\n"


class Unreadable(ValueError):
    """The file is not one of rules; `str()` says where and what to do."""


def exported(among: RuleQuerySet | None = None) -> list[dict[str, Any]]:
    """Return every rule that has not ended, or those of some, the oldest first."""
    ended = OptOutRule.objects.in_state(RuleState.LAPSED).values("pk")
    rules = OptOutRule.objects.all() if among is None else among
    rules = rules.filter(withdrawn_at=None).exclude(pk__in=ended).with_people().order_by("pk")
    return [spec_of(rule, content_of(rule)) for rule in rules]


def to_csv(specs: Iterable[dict[str, Any]]) -> str:
    """Return a table with a line for each rule; several names in one cell have spaces between."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerows([_cell(spec.get(name)) for name in COLUMNS] for spec in specs)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return harmless(value)


def from_csv(text: str) -> list[dict[str, Any]]:
    """Return what each line says. Raises `Unreadable`."""
    try:
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
        columns = [name.strip() for name in reader.fieldnames or ()]
        _require_known(columns, "column")
        reader.fieldnames = columns
        return _bounded(_line(line, reader.line_num) for line in reader)
    except csv.Error as error:
        raise Unreadable(f"This is no table as CSV: {error}.") from error


def _line(line: dict[str, Any], number: int) -> dict[str, Any]:
    if None in line:
        raise Unreadable(f"Line {number} has more cells than there are columns.")
    return {name: meant(value or "") for name, value in line.items()}


def to_yaml(specs: Iterable[dict[str, Any]]) -> str:
    """Return a file with a list of rules, those parts left out that say nothing."""
    rules = [{name: value for name, value in spec.items() if value not in ("", [], False, None)} for spec in specs]
    return HEAD + yaml.safe_dump({"rules": rules}, sort_keys=False, allow_unicode=True, width=110)


def from_yaml(text: str) -> list[dict[str, Any]]:
    """Return what each rule says. Raises `Unreadable`."""
    try:
        told = load(text.encode())
    except NotPlain as error:
        raise Unreadable(str(error)) from error
    rules = told.get("rules") if isinstance(told, dict) else None
    if not isinstance(rules, list):
        raise Unreadable("A file of rules holds a list under “rules:”.")
    return _bounded(_entry(one, number) for number, one in enumerate(rules, start=1))


def _entry(one: Any, number: int) -> dict[str, Any]:
    if not isinstance(one, dict) or not all(isinstance(name, str) for name in one):
        raise Unreadable(f"Rule {number} is not a mapping of parts to values.")
    _require_known(one, "part")
    return {name: [] for name in ("people", "teams", "except_people", "except_teams")} | {"everyone": False} | one


def _require_known(names: Iterable[str], kind: str) -> None:
    if unknown := [name for name in names if name not in COLUMNS]:
        raise Unreadable(f"There is no {kind} {', '.join(unknown)}. Known are: {', '.join(COLUMNS)}.")


def _bounded(entries: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for entry in entries:
        if len(found) == MOST:
            raise Unreadable(f"There are more than {MOST:,} rules. Give them in several files.")
        found.append(entry)
    return found


def read_file(name: str, raw: bytes) -> list[dict[str, Any]]:
    """Return the rules of a file, by the ending of its name. Raises `Unreadable`."""
    if len(raw) > LARGEST:
        raise Unreadable(f"The file has {len(raw):,} bytes; at most {LARGEST:,} are read.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not UTF-8 text.") from error
    if "\0" in text:
        raise Unreadable("The file holds a character that cannot be stored (NUL).")
    if name.lower().endswith(".csv"):
        return from_csv(text)
    if name.lower().endswith((".yaml", ".yml")):
        return from_yaml(text)
    raise Unreadable("Give a file whose name ends in .csv, .yaml or .yml.")
