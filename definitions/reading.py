"""Definitions and what hangs on them, as far as one person may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404

from catalog.closed import closed_fields
from catalog.curation.diffing import Piece, pieces
from catalog.models import Domain
from definitions.days import today
from definitions.drafting import draft_of, may_decide_locally, may_write
from definitions.models import (
    Ballot,
    Binding,
    Definition,
    DefinitionVersion,
    Meaning,
    Proposal,
    State,
    Unproven,
    Workflow,
)
from permissions.gate import find, may
from permissions.levels import Level
from permissions.things import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from catalog.models import Dataset
    from definitions.querysets import DefinitionQuerySet
    from permissions.models import User

ORDER = ("folded", "pk")
PARTS = (
    ("statement", "Statement"),
    ("why", "Why it matters"),
    ("examples", "Examples"),
    ("counter_examples", "Counter-examples"),
    ("synonyms", "Synonyms"),
    ("false_friends", "False friends"),
    ("criterion", "Criterion"),
)


def definitions_for(viewer: User, wanted: Mapping[str, str]) -> DefinitionQuerySet:
    """Return the definitions that the viewer may read, as `wanted` says: q, domain, kind, scope, status.

    Retired ones only where `status` asks for them.
    """
    found = Definition.objects.readable_by(viewer)
    for name in ("kind", "scope", "status"):
        if value := wanted.get(name):
            found = found.filter(**{name: value})
    if not wanted.get("status"):
        found = found.exclude(status=Definition.Status.RETIRED)
    if slug := wanted.get("domain"):
        found = found.filter(domain__in=Domain.objects.visible_to(viewer).filter(slug=slug))
    for word in wanted.get("q", "").split()[:8]:
        named = Q(name__icontains=word) | Q(current__statement__icontains=word)
        found = found.filter(named | Q(current__synonyms__icontains=word))
    return found.in_order().with_text()


def find_definition(viewer: User, slug: str) -> Definition:
    """Return a definition to read. Raises `Http404` and `permissions.gate.Restricted`."""
    return find(Definition.objects.with_text(), viewer, slug=slug)


def find_version(viewer: User, definition: Definition, number: int) -> DefinitionVersion:
    """Return a version that the viewer may read: an agreed one, or any where they review it. Raises `Http404`."""
    versions = DefinitionVersion.objects.readable_by(viewer).select_related("author", "definition")
    version = versions.filter(definition=definition, number=number).first()
    if version is None:
        raise Http404(NOTHING)
    return version


@dataclass(frozen=True)
class Shown:
    """A version as one person may read it: without bindings to closed data, and without expressions over it."""

    version: DefinitionVersion
    bindings: list[Binding]
    plain: bool

    @property
    def criterion(self) -> str:
        """The criterion, where nothing closed is in it."""
        return self.version.criterion if self.plain else ""

    @property
    def criterion_closed(self) -> bool:
        return not self.plain and bool(self.version.criterion)


def shown(viewer: User, version: DefinitionVersion) -> Shown:
    """Return a version with the bindings that the viewer may read."""
    every = list(version.bindings.select_related("dataset", "dataset__source", "event_dataset", "version__definition"))
    open_to = _plainly_readable(viewer, [one.dataset for one in every if one.dataset])
    events = _plainly_readable(viewer, [one.event_dataset for one in every if one.event_dataset])
    for one in every:
        if one.event_dataset_id not in events:
            one.event_dataset, one.event_state, one.event_time, one.event_key = None, "", "", []
    readable = [one for one in every if one.dataset_id in open_to]
    return Shown(version, readable, plain=len(readable) == len(every))


def _plainly_readable(viewer: User, datasets: Iterable[Dataset]) -> set[int]:
    """Those of the datasets that the viewer reads without any field closed: expressions could tell of those."""
    readable = {one for one in datasets if may(one, viewer, Level.READ)}
    closed = closed_fields(viewer, readable) if readable else {}
    return {one.pk for one in readable if not closed[one.pk].any_closed()}


@dataclass(frozen=True)
class DefinitionPage:
    """A definition as one person may see it."""

    definition: Definition
    shown: Shown
    versions: list[DefinitionVersion]
    draft: DefinitionVersion | None
    proposal: Proposal | None
    decided: Proposal | None
    dissent: list[Ballot]
    states: list[State]
    meanings: list[Meaning]
    doubts: list[Unproven]
    may_write: bool
    stewards: bool

    @property
    def version(self) -> DefinitionVersion:
        return self.shown.version

    @property
    def is_due(self) -> bool:
        return self.definition.is_due(today())


def page_of(viewer: User, definition: Definition, version: DefinitionVersion | None = None) -> DefinitionPage:
    """Return what the page of a definition shows: the version given, else the one in force, else the latest.

    Raises `Http404` where no version is open to the viewer.
    """
    readable = DefinitionVersion.objects.readable_by(viewer).select_related("author")
    versions = list(readable.filter(definition=definition).order_by("-number")[:100])
    shown_version = version or definition.current or next(iter(versions), None)
    if shown_version is None:
        raise Http404(NOTHING)
    shown_version.definition = definition
    text = shown(viewer, shown_version)
    proposals = Proposal.objects.readable_by(viewer).with_text().filter(definition=definition)
    draft = draft_of(definition)
    decided = proposals.filter(version=shown_version, state=Proposal.State.APPROVED).order_by("-decided_at").first()
    return DefinitionPage(
        definition=definition, shown=text, versions=versions,
        draft=draft if draft in versions else None,
        proposal=proposals.filter(state=Proposal.State.OPEN).first(),
        decided=decided, dissent=dissent_of(decided) if decided else [],
        states=_states(viewer, definition), meanings=_meanings(viewer, definition),
        doubts=_doubts(text.bindings), may_write=draft is None or may_write(viewer, draft),
        stewards=viewer.pk == definition.steward_id or may_decide_locally(viewer, definition),
    )  # fmt: skip


def dissent_of(proposal: Proposal) -> list[Ballot]:
    """The objections to what was decided on, the last of each who made one: they stay with the definition."""
    ballots = proposal.ballots.filter(version=proposal.version_id).select_related("voter", "seat").order_by("pk")
    last = {(one.seat_id, one.voter_id): one for one in ballots}
    return [one for one in last.values() if one.choice == "object"]


def _states(viewer: User, definition: Definition) -> list[State]:
    found = definition.states.filter(workflow__in=Workflow.objects.readable_by(viewer)).select_related("workflow")
    return list(found.order_by("workflow__name")[:50])


def _meanings(viewer: User, definition: Definition) -> list[Meaning]:
    found = Meaning.objects.readable_by(viewer).filter(definition=definition)
    linked = list(found.select_related("dataset", "dataset__source", "field", "version", "linked_by")[:200])
    closed = closed_fields(viewer, {one.dataset for one in linked}) if linked else {}
    return [one for one in linked if one.field is None or not closed[one.dataset_id].closes(one.field.path)]


def _doubts(bindings: Iterable[Binding]) -> list[Unproven]:
    ids = [one.pk for one in bindings]
    found = Unproven.objects.filter(binding__in=ids, settled_at=None) if ids else Unproven.objects.none()
    return list(found.select_related("binding__dataset", "binding__version__definition").order_by("since"))


def differences(before: Shown, after: Shown) -> list[tuple[str, list[Piece]]]:
    """Return what differs between two versions, part by part, word by word."""
    told = [(label, _text(before, name), _text(after, name)) for name, label in PARTS]
    told.append(("Bindings", _bindings_in_words(before), _bindings_in_words(after)))
    return [(label, pieces(old, new)) for label, old, new in told if old != new]


def _text(one: Shown, name: str) -> str:
    value: Any = one.criterion if name == "criterion" else getattr(one.version, name)
    return "\n".join(value) if isinstance(value, list) else value


def _bindings_in_words(one: Shown) -> str:
    return "\n".join(
        f"{binding.dataset.key if binding.dataset else ''}: {binding.expression}"
        f" (key {', '.join(binding.key_fields) or 'not said'})"
        for binding in one.bindings
    )
