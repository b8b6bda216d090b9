"""Suggesting what others may write, and deciding on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from catalog.curation.given import given as given_now
from catalog.curation.kinds import KINDS, kind_of
from catalog.curation.outcome import Refusal, Refused
from catalog.curation.services import edit
from catalog.models import Dataset, Domain, Edit, Field, Suggestion
from notifications.models import Notice
from notifications.services import tell
from permissions.access import denials_of
from permissions.audit import record
from permissions.gate import may
from permissions.levels import Level
from permissions.models import Duty, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_OPEN = 200  # of one person
CLOSED = "The stewards of this domain take no suggestions. Ask them instead."


class AlreadyDecided(Exception):
    """Somebody has decided, or the author has withdrawn it; `str()` says so."""


def takes_suggestions(dataset: Dataset) -> bool:
    domain = dataset.effective_domain
    return domain is None or domain.openness != Domain.Openness.STEWARDS


@transaction.atomic
def suggest(*, actor: User, thing: Dataset | Field, changes: Mapping[str, Any], why: str = "") -> Suggestion:
    """Suggest facts of a thing to those who may write it, and tell whom to ask for it.

    Raises `Refused` where a value does not fit, nothing would change, or none are taken here.
    """
    dataset = thing.dataset if isinstance(thing, Field) else thing
    if not takes_suggestions(dataset):
        raise Refused([Refusal(0, "", CLOSED)])
    if Suggestion.objects.filter(author=actor, state=Suggestion.State.OPEN).count() >= MOST_OPEN:
        raise Refused([Refusal(0, "", f"You have {MOST_OPEN} open suggestions. Wait until some are decided.")])
    _check(actor, thing, changes)
    now = given_now(thing, actor)
    told = {name: value for name, value in changes.items() if value != now[name]}
    if not told:
        raise Refused([Refusal(0, "", "It says so already.")])
    made = Suggestion.objects.create(
        dataset=dataset, field=thing if isinstance(thing, Field) else None, author=actor, given=told,
        before={name: now[name] for name in told}, why=why.strip()[:500],
    )  # fmt: skip
    _tell_responsible(made)
    return made


def _check(actor: User, thing: Dataset | Field, changes: Mapping[str, Any]) -> None:
    facts = kind_of(thing).facts
    refusals = []
    for name, value in changes.items():
        if name not in facts or not facts[name].stated:
            refusals.append(Refusal(0, name, "There is no such fact."))
            continue
        (cleaned,) = facts[name].cleaner.clean_many([value], actor)
        if isinstance(cleaned, ValidationError):
            refusals.append(Refusal(0, name, " ".join(cleaned.messages)))
    if refusals:
        raise Refused(refusals)


def to_decide(actor: User) -> QuerySet[Suggestion]:
    """Open suggestions on what the actor curates, not their own."""
    mine = Dataset.objects.writable_by(actor, Duty.CURATE)
    found = Suggestion.objects.filter(state=Suggestion.State.OPEN, dataset__in=mine).exclude(author=actor)
    return _of_open_fields(found, actor).select_related("author", "dataset__source", "field__dataset")


def suggested_by(actor: User) -> QuerySet[Suggestion]:
    """What the actor suggested of what they may still read."""
    found = _of_open_fields(Suggestion.objects.readable_by(actor).filter(author=actor), actor)
    return found.select_related("decided_by", "dataset__source", "field__dataset")


def _of_open_fields(found: QuerySet[Suggestion], actor: User) -> QuerySet[Suggestion]:
    """Without those of closed fields, so that a page of a list that is not full does not tell of them."""
    if denials_of(actor).empty:
        return found
    field = Field.objects.wholly_open_to(actor, Level.READ).filter(pk=OuterRef("field"))
    return found.filter(Q(field=None) | Exists(field))


def may_decide(actor: User, suggestion: Suggestion) -> bool:
    thing = suggestion.thing
    return bool(kind_of(thing).writable_ids(actor, Duty.CURATE, [thing.pk], labels=True))


def visible_suggestion(actor: User, pk: int) -> Suggestion | None:
    """A suggestion that the actor made or may decide on, of what they may read."""
    found = Suggestion.objects.readable_by(actor).filter(pk=pk)
    one = found.select_related("author", "decided_by", "dataset__source__domain", "dataset__domain", "field__dataset")
    suggestion = one.first()
    if suggestion is None:
        return None
    if suggestion.field_id and not KINDS["field"].known(actor, [suggestion.field_id]):
        return None
    return suggestion if suggestion.author_id == actor.pk or may_decide(actor, suggestion) else None


@transaction.atomic
def accept(
    *, actor: User, suggestion: Suggestion, changes: Mapping[str, Any] | None = None, answer: str = "",
    base: int | None = None,
) -> Suggestion:  # fmt: skip
    """Write what is suggested, or `changes` made of it, with thanks; the author is named in history.

    Raises `AlreadyDecided`, `Refused` where the actor may not write it, `Conflict` as `edit` does.
    """
    locked = _lock(suggestion)
    why = locked.why or "Suggested"
    written = edit(
        actor=actor, thing=locked.thing, changes=changes or locked.given, why=why, origin=Edit.Origin.SUGGESTION,
        base=base,
    ).edit  # fmt: skip
    if written and locked.author_id:
        Edit.objects.filter(pk=written.pk).update(suggested_by=locked.author_id)
    return _decide(locked, Suggestion.State.ACCEPTED, actor, answer, written)


@transaction.atomic
def decline(*, actor: User, suggestion: Suggestion, answer: str) -> Suggestion:
    """Say no, with a reason. Raises `AlreadyDecided`, `PermissionDenied`, and `ValidationError` without a reason."""
    locked = _lock(suggestion)
    if not may_decide(actor, locked):
        raise PermissionDenied("Those who may write it decide.")
    if not answer.strip():
        raise ValidationError({"answer": "Say why, so that the next suggestion is better."})
    return _decide(locked, Suggestion.State.DECLINED, actor, answer, None)


@transaction.atomic
def withdraw(*, actor: User, suggestion: Suggestion) -> Suggestion:
    """Take one's own back. Raises `AlreadyDecided`, `PermissionDenied`."""
    locked = _lock(suggestion)
    if locked.author_id != actor.pk:
        raise PermissionDenied("It is not yours.")
    return _decide(locked, Suggestion.State.WITHDRAWN, actor, "", None)


def _lock(suggestion: Suggestion) -> Suggestion:
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("dataset__source", "field__dataset")
    locked = rows.get(pk=suggestion.pk)
    if locked.state != Suggestion.State.OPEN:
        raise AlreadyDecided(f"This was {locked.get_state_display()} before.")
    return locked


def _decide(locked: Suggestion, state: str, actor: User, answer: str, written: Edit | None) -> Suggestion:
    locked.state, locked.decided_by, locked.decided_at = state, actor, timezone.now()
    locked.answer, locked.edit = answer.strip()[:500], written
    locked.save(update_fields=["state", "decided_by", "decided_at", "answer", "edit"])
    record(f"suggestion.{state}", actor=actor, thing=locked.dataset, after={"suggestion": locked.pk}, note=answer)
    if locked.author and locked.author != actor and _may_read(locked.author, locked):
        tell([_notice(locked.author, locked, f"{actor} {state} your suggestion", locked.answer)])
    return locked


def _may_read(person: User, made: Suggestion) -> bool:
    fields = Field.objects.wholly_open_to(person, Level.READ)
    return may(made.dataset, person, Level.READ) and (not made.field_id or fields.filter(pk=made.field_id).exists())


def _tell_responsible(made: Suggestion) -> None:
    whom = made.dataset.responsible
    if isinstance(whom, User) and whom != made.author and _may_read(whom, made):
        tell([_notice(whom, made, f"{made.author} suggests a change", made.why)])


def _notice(person: User, made: Suggestion, title: str, detail: str) -> Notice:
    return Notice(
        person=person, kind="suggestion", title=f"{title}: {made.dataset.title or made.dataset.name}"[:300],
        detail=detail[:300], url=made.get_absolute_url(), subject="dataset_text", subject_id=made.dataset_id,
    )  # fmt: skip
