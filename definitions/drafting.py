"""Writing definitions: a draft may be changed until it is proposed, and is its reviewers' alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from core.slugs import free_slug
from definitions.models import Binding, Definition, DefinitionVersion
from definitions.reviewers import votes
from permissions.audit import record
from permissions.models import Duty
from permissions.roles import is_council

if TYPE_CHECKING:
    from catalog.models import Dataset, Domain
    from permissions.models import User

Status = DefinitionVersion.Status
RESERVED = {"new"}  # addresses below /definitions/ that are pages of their own


@dataclass(frozen=True)
class Text:
    """What a version says."""

    statement: str
    why: str = ""
    examples: list[str] = field(default_factory=list)
    counter_examples: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    false_friends: list[str] = field(default_factory=list)
    criterion: str = ""
    change_note: str = ""


@dataclass(frozen=True)
class Bound:
    """Where it can be seen in data, as `Binding` has it."""

    dataset: Dataset
    criterion: str = ""
    key_fields: list[str] = field(default_factory=list)
    event_dataset: Dataset | None = None
    event_key: list[str] = field(default_factory=list)
    event_state: str = ""
    event_time: str = ""
    event_value: str = ""


@transaction.atomic
def start_definition(
    *, actor: User, name: str, kind: str, scope: str, domain: Domain | None, text: Text,
    bindings: list[Bound] | None = None, steward: User | None = None,
) -> Definition:  # fmt: skip
    """Begin a definition as a draft that its author and its reviewers see. Raises `ValidationError`."""
    within = domain if scope == Definition.Scope.LOCAL else None
    made = Definition(
        slug=_slug_for(name, within), name=name.strip(), kind=kind, scope=scope, domain=domain,
        author=actor, steward=steward or actor,
    )  # fmt: skip
    made.full_clean(exclude=["labels", "slug"], validate_constraints=False)
    if scope == Definition.Scope.LOCAL and domain is None:
        raise ValidationError({"domain": "Say in which domain it holds."})
    made.save()
    write_version(DefinitionVersion(definition=made, number=1, author=actor), text, bindings or [])
    record("definition.drafted", actor=actor, thing=made, after={"version": 1})
    return made


def _slug_for(name: str, domain: Domain | None) -> str:
    """``active-customer``; with its domain for what holds in one alone, as ``active-customer-finance``."""
    base = slugify(name) or "definition"
    if domain or base in RESERVED:
        base = f"{base}-{domain.slug if domain else 'definition'}"
    return free_slug(Definition.objects.all(), base)


def draft_of(definition: Definition) -> DefinitionVersion | None:
    """Return the draft of a definition's next version, if somebody is writing one."""
    return definition.versions.filter(status=Status.DRAFT).order_by("-number").first()


@transaction.atomic
def save_draft(
    *, actor: User, definition: Definition, text: Text, bindings: list[Bound] | None = None
) -> DefinitionVersion:
    """Write the next version of a definition, or write it anew; returns the draft. `None` keeps its bindings.

    Raises `PermissionDenied` where somebody else is writing one, or the actor may not; `ValidationError`.
    """
    definition = Definition.objects.select_for_update().get(pk=definition.pk)
    if definition.status == Definition.Status.RETIRED:
        raise ValidationError("It is retired. Begin a new definition instead.")
    draft = draft_of(definition)
    if draft is not None and not may_write(actor, draft):
        raise PermissionDenied(f"{draft.author or 'Somebody'} is writing version {draft.number}: talk to them first.")
    if draft is None:
        draft = DefinitionVersion(definition=definition, number=next_number(definition), author=actor)
        before = definition.current
        bindings = bindings_of(before) if bindings is None and before else bindings
        record("definition.drafted", actor=actor, thing=definition, after={"version": draft.number})
    write_version(draft, text, bindings)
    return draft


def may_write(actor: User, draft: DefinitionVersion) -> bool:
    """Whether a draft is theirs to change: its author's, its steward's, or the domain's stewards'."""
    definition = draft.definition
    if actor.pk in (draft.author_id, definition.steward_id):
        return True
    return definition.domain is not None and actor.has_perm(Duty.CURATE, definition.domain)


def next_number(definition: Definition) -> int:
    return (definition.versions.aggregate(most=Max("number"))["most"] or 0) + 1


def bindings_of(version: DefinitionVersion) -> list[Bound]:
    """Return the bindings of a version, for another to take over; those whose dataset is gone are left out."""
    found = version.bindings.select_related("dataset", "event_dataset")
    names = ("criterion", "key_fields", "event_dataset", "event_key", "event_state", "event_time", "event_value")
    return [Bound(one.dataset, **{name: getattr(one, name) for name in names}) for one in found if one.dataset]


def text_of(version: DefinitionVersion) -> Text:
    """Return what a version says, for another to begin with."""
    return Text(**{name: getattr(version, name) for name in Text.__dataclass_fields__})


def write_version(draft: DefinitionVersion, text: Text, bindings: list[Bound] | None) -> None:
    for name, value in asdict(text).items():
        setattr(draft, name, [one.strip() for one in value if one.strip()] if isinstance(value, list) else value)
    draft.full_clean(exclude=["definition"], validate_unique=False, validate_constraints=False)
    draft.save()
    if bindings is None:
        return
    draft.bindings.all().delete()
    for position, one in enumerate(bindings):
        columns: dict[str, Any] = {name: getattr(one, name) for name in Bound.__dataclass_fields__}
        Binding.objects.create(version=draft, position=position, **columns)


@transaction.atomic
def discard_draft(*, actor: User, draft: DefinitionVersion) -> bool:
    """Throw a draft away, with its definition where that said nothing yet; returns whether that went too."""
    definition = Definition.objects.select_for_update().get(pk=draft.definition_id)
    draft = DefinitionVersion.objects.select_for_update().get(pk=draft.pk)
    if draft.status != Status.DRAFT:
        raise ValidationError("It was proposed: withdraw the proposal instead.")
    if not may_write(actor, draft):
        raise PermissionDenied("Only who writes a draft throws it away.")
    record("definition.discarded", actor=actor, thing=definition, before={"version": draft.number})
    draft.delete()
    if definition.versions.exists():
        return False
    definition.delete()
    return True


def may_decide_locally(person: User, definition: Definition) -> bool:
    """Whether they say what holds in the definition's own domain: its stewards and the council do."""
    if is_council(person) or votes(person):
        return True
    return definition.domain is not None and person.has_perm(Duty.CURATE, definition.domain)
