"""Vouching for a dataset: by a person, with a reason, until a day, and only while its metadata protocol is complete."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from catalog.curation.editing import editing
from catalog.models import Dataset, Edit
from catalog.protocol.evaluating import examine, refresh_edited
from catalog.protocol.requirements import known
from catalog.telling import answering, followers, tell_of
from permissions.audit import record
from permissions.models import Duty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from catalog.protocol.requirements import Requirement
    from permissions.models import User

USUAL, LONGEST = timedelta(days=365), timedelta(days=2 * 366)
GRACE = timedelta(days=14)  # for what certified data must have and does not any more
WARNING = timedelta(days=14)  # before a certificate ends
LONGEST_NOTE = 2_000
NOT_YOURS = "Those who curate a dataset certify it."
FACTS = ("certified_at", "certified_by_id", "certification_note", "certified_until")


class NotComplete(Exception):
    """`missing` is what its metadata protocol asks of certified data and is not there."""

    def __init__(self, missing: list[Requirement]) -> None:
        super().__init__("Missing: " + ", ".join(one.label.lower() for one in missing) + ".")
        self.missing = missing


@transaction.atomic
def certify(
    *, actor: User, dataset: Dataset, note: str, until: date | None = None, origin: str = Edit.Origin.PAGE
) -> Edit:
    """Vouch for a dataset; again renews. Without `until`, for a year.

    Raises `PermissionDenied`, `ValidationError` by member, `NotComplete`.
    """
    _lock(dataset)
    if not actor.has_perm(Duty.CURATE, dataset):
        raise PermissionDenied(NOT_YOURS)
    today = timezone.localdate()
    until = until or today + USUAL
    _check(dataset, note, until)
    missing = examine(dataset, as_certified=True).missing
    if missing:
        raise NotComplete(missing)
    values = {
        "certified_at": timezone.now(), "certified_by": actor, "certification_note": note.strip(),
        "certified_until": until,
    }  # fmt: skip
    edit = _write(dataset, actor, origin, note, values)
    record("dataset.certified", actor=actor, thing=dataset, after={"until": until.isoformat()}, note=note)
    return edit


@transaction.atomic
def withdraw(*, actor: User | None, dataset: Dataset, why: str, origin: str = Edit.Origin.PAGE) -> Edit:
    """Vouch for it no more, and tell whoever answers for it and follows it. No `actor` is the catalog itself.

    Raises `PermissionDenied`, and `ValidationError` without a reason or a certificate.
    """
    _lock(dataset)
    if actor is not None and not actor.has_perm(Duty.CURATE, dataset):
        raise PermissionDenied(NOT_YOURS)
    if not why.strip():
        raise ValidationError({"why": "Say why: those who rely on it are told."})
    if dataset.certified_at is None:
        raise ValidationError("It is not certified.")
    certifier = {dataset.certified_by_id} if dataset.certified_by_id else set()
    values = {"certified_at": None, "certified_by": None, "certification_note": "", "certified_until": None}
    edit = _write(dataset, actor, origin, why, values)
    record("dataset.certificate_withdrawn", actor=actor, thing=dataset, note=why)
    title = f"Not certified any more: {dataset.title or dataset.name}"
    people = answering(dataset) | followers(dataset) | certifier
    tell_of(dataset, people, kind="certificate_withdrawn", title=title, detail=why, besides=actor)
    return edit


def check_certificates() -> int:
    """Withdraw certificates that have ended, or of data that is incomplete for too long; returns how many.

    Whoever answers for data is told a fortnight before.
    """
    for dataset, why in _about_to_end():
        title = f"About to lose its certificate: {dataset.title or dataset.name}"
        people = answering(dataset) | ({dataset.certified_by_id} if dataset.certified_by_id else set())
        tell_of(dataset, people, kind="certificate_ending", title=title, detail=why, again_after=2 * WARNING)
    count = 0
    for dataset, why in _ended():
        withdraw(actor=None, dataset=dataset, why=why, origin=Edit.Origin.SYSTEM)
        count += 1
    return count


def _certified() -> QuerySet[Dataset]:
    return Dataset.objects.exclude(certified_at=None).select_related("completeness").order_by("pk")


def _ended() -> Iterator[tuple[Dataset, str]]:
    today = timezone.localdate()
    for one in list(_certified().filter(certified_until__lt=today)):
        yield one, f"Its certificate ended on {one.certified_until:%-d %B %Y}."
    late = _certified().exclude(completeness__missing=[]).filter(completeness__since__lt=timezone.now() - GRACE)
    for one in list(late):
        yield one, f"Incomplete for {GRACE.days} days. {_missing(one)}"


def _about_to_end() -> Iterator[tuple[Dataset, str]]:
    today = timezone.localdate()
    for one in list(_certified().filter(certified_until__gte=today, certified_until__lte=today + WARNING)):
        yield one, f"It ends on {one.certified_until:%-d %B %Y}. Whoever curates it can renew it."
    late = _certified().exclude(completeness__missing=[]).filter(completeness__since__gte=timezone.now() - GRACE)
    for one in list(late):
        yield one, f"{_missing(one)} It is withdrawn on {one.completeness.since + GRACE:%-d %B %Y}."


def _missing(dataset: Dataset) -> str:
    labels = ", ".join(one.label.lower() for one in known(dataset.completeness.missing))
    return f"Missing: {labels}."


def _check(dataset: Dataset, note: str, until: date) -> None:
    today = timezone.localdate()
    if not note.strip():
        raise ValidationError({"note": "Say what was checked: readers see it."})
    if len(note) > LONGEST_NOTE:
        raise ValidationError({"note": f"At most {LONGEST_NOTE:,} characters."})
    if not today < until <= today + LONGEST:
        raise ValidationError({"until": "A day from tomorrow on, within two years."})
    if dataset.archived_at or dataset.lifecycle in (Dataset.Lifecycle.DEPRECATED, Dataset.Lifecycle.ARCHIVED):
        raise ValidationError("Nothing is certified that goes, or went, out of use.")


def _lock(dataset: Dataset) -> None:
    """Whoever certifies the same dataset waits, and sees what stands there then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM catalog_dataset WHERE id = %s FOR NO KEY UPDATE", [dataset.pk])
    dataset.refresh_from_db(fields=[*FACTS, "lifecycle", "archived_at", "owner", "steward"])


def _write(dataset: Dataset, actor: User | None, origin: str, why: str, values: Mapping[str, Any]) -> Edit:
    with editing(actor=actor, origin=origin, why=why) as edit:
        Dataset.objects.filter(pk=dataset.pk).update(**values)
        refresh_edited(edit)
    for name, value in values.items():
        setattr(dataset, name, value)
    return edit
