"""Whether what a definition was agreed on still stands: its fields are there and are what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from catalog.models import SchemaVersion
from definitions.checks import check_criterion, check_names
from definitions.criteria import Column, Node
from definitions.models import Binding, Unproven
from notifications.models import Notice
from notifications.services import tell
from permissions.gate import may
from permissions.levels import Level
from permissions.roles import council_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from permissions.models import User

KIND = "definition_unproven"
FAILS = "It cannot be checked any more: "  # settled by itself once it can
CHANGED = frozenset({"removed", "renamed", "type_narrowed", "type_changed", "generated_changed"})


class Proven(NamedTuple):
    """A binding whose criterion fits its dataset."""

    binding: Binding
    tree: Node


def prove(bindings: Iterable[Binding], columns: tuple[Column, ...]) -> list[Proven]:
    """Return those of `bindings` to one dataset, which has `columns`, that can be counted.

    Doubt about the others is noted, and told to steward and council once; a doubt that is gone is settled.
    """
    found = []
    for binding in bindings:
        tree, problem = _looked_at(binding, columns)
        if problem:
            doubt(binding, FAILS + problem)
            continue
        Unproven.objects.filter(binding=binding, settled_at=None, reason__startswith=FAILS).update(
            settled_at=timezone.now()
        )
        if changed := _changed(binding, tree):
            doubt(binding, changed)
        if tree is not None:
            found.append(Proven(binding, tree))
    return found


def _looked_at(binding: Binding, columns: tuple[Column, ...]) -> tuple[Node | None, str]:
    if binding.dataset is None:
        return None, "its dataset is gone."
    checked = check_criterion(binding.dataset, binding.expression, columns=columns)
    problems = [*checked.problems, *check_names(columns, binding.key_fields)]
    return checked.tree, str(problems[0]) if problems else ""


def _changed(binding: Binding, tree: Node | None) -> str:
    """Say which field that the criterion uses changed its type since it was agreed."""
    used = {node.value.name for node in tree.walk() if node.op == "column"} if tree else set()
    since = binding.version.published_at
    if since is None or binding.doubts.filter(since__gte=since).exclude(reason__startswith=FAILS).exists():
        return ""
    versions = SchemaVersion.objects.filter(dataset=binding.dataset, number__gt=1, created_at__gt=since)
    for changes in versions.values_list("changes", flat=True):
        for change in changes:
            path = change.get("path", "") if isinstance(change, dict) else ""
            if path in used and change.get("kind") in CHANGED:
                return f"The field {path} has changed since this was agreed: look whether it still says what is meant."
    return ""


def doubt(binding: Binding, reason: str) -> None:
    """Note that a binding cannot be relied on, and tell steward and council, once."""
    definition = binding.version.definition
    with transaction.atomic():
        _, new = Unproven.objects.get_or_create(
            binding=binding, settled_at=None, defaults={"definition": definition, "reason": reason[:500]}
        )
        if new:
            tell(_notices(binding))


def _notices(binding: Binding) -> Iterator[Notice]:
    """What steward and council hear, those who may know of the definition and read the dataset."""
    definition = binding.version.definition
    people: dict[int, User] = {person.pk: person for person in council_members()}
    if definition.steward is not None and definition.steward.is_active:
        people[definition.steward.pk] = definition.steward
    for person in people.values():
        readable = binding.dataset is None or may(binding.dataset, person, Level.READ)
        if not readable or not may(definition, person, Level.READ):
            continue
        about = {"subject": "dataset", "subject_id": binding.dataset.pk} if binding.dataset else {}
        yield Notice(
            person=person,
            kind=KIND,
            title=f"What is defined over {binding.dataset or 'a dataset'} is unproven"[:300],
            detail="What it was agreed on has changed: look at its criterion, and propose a version that fits.",
            url=binding.dataset.get_absolute_url() if binding.dataset else reverse("catalog:home"),
            **about,
        )
