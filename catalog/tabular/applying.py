"""A folder of metadata applied: what it would change, and changing it, all or nothing, as one edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from catalog.curation.editing import editing
from catalog.models import Edit
from catalog.tabular.importing import NotTaken, Plan, import_within
from core.tabular.reading import Given, Unreadable

if TYPE_CHECKING:
    from catalog.tabular.as_code import Said
    from core.tabular.collections import Collection
    from permissions.models import User


class Part(NamedTuple):
    """What becomes of the rows of one collection that say the same columns; `places` are their files, by line."""

    collection: Collection
    places: list[str]
    plan: Plan


def apply_folder(*, actor: User, said: Iterable[Said], why: str = "", dry_run: bool = False) -> list[Part]:
    """Make the catalog what a folder says. Raises `Unreadable`, and `NotTaken` with the first part that is refused."""
    groups = _grouped(said)
    with transaction.atomic():
        with editing(actor=actor, origin=Edit.Origin.IMPORT, why=why) as edit:
            parts = [_applied(actor, group, edit) for group in groups]
        refused = next((part for part in parts if part.plan.refused), None)
        if dry_run or refused:
            transaction.set_rollback(True)
    if refused and not dry_run:
        raise NotTaken(refused.plan, f"Nothing was changed: {_first(refused)}")
    return parts


def _first(part: Part) -> str:
    line, column, reason = part.plan.refusals[0]
    return f"{part.places[line - 1]}: {f'{column}: ' if column else ''}{reason}"


def _grouped(said: Iterable[Said]) -> list[list[Said]]:
    """Rows of one collection and the same columns together, words before what is marked with them."""
    groups: defaultdict[tuple[str, tuple[str, ...]], list[Said]] = defaultdict(list)
    seen: dict[tuple[str, ...], str] = {}
    for one in said:
        key = (one.collection.name, *(one.cells[name] for name in one.collection.key))
        if key in seen:
            raise Unreadable(f"{one.place}: {' '.join(key)} is said in {seen[key]} already.")
        seen[key] = one.place
        if len(one.cells) > len(one.collection.key):
            groups[one.collection.name, tuple(sorted(one.cells))].append(one)
    order = ("classifications", "tags", "domains", "products", "datasets", "fields")
    return [groups[key] for key in sorted(groups, key=lambda key: (order.index(key[0]), key[1]))]


def _applied(actor: User, group: list[Said], edit: Edit) -> Part:
    collection, columns = group[0].collection, tuple(sorted(group[0].cells))
    rows = ((number, [one.cells[name] for name in columns]) for number, one in enumerate(group, start=1))
    plan = import_within(edit, actor=actor, collection=collection, given=Given(columns, rows))
    return Part(collection, [one.place for one in group], plan)
