"""What pipelines find: a test that fails opens one ticket, however often it is told, and closes it when it passes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from feedback.kinds import Kind
from feedback.models import Ticket
from feedback.reading import knows_of, parts_of
from feedback.services import _locked, _set_state, open_ticket
from feedback.workflow import OPEN, Part, State

if TYPE_CHECKING:
    from catalog.models import Dataset, Field
    from permissions.models import User

MOST_AN_HOUR = 500  # tickets opened by one pipeline
AGAIN = "Its test fails again."
PASSES = "Its test passes."


class Result(NamedTuple):
    """How one test of a dataset ended. `key` is what the pipeline always calls this test of this dataset."""

    dataset: Dataset
    key: str
    passed: bool
    title: str
    field: Field | None = None
    detail: str = ""
    severity: str = "major"
    kind: str = Kind.WRONG.value
    url: str = ""


class Taken(NamedTuple):
    """What came of a result: ``opened``, ``again``, ``reopened``, ``closed`` or ``nothing``, and to which ticket."""

    outcome: str
    ticket: Ticket | None


@transaction.atomic
def take_result(*, actor: User, result: Result) -> Taken:
    """Open, update or close the one ticket of a test. Results of one test wait for each other.

    Raises `ValidationError`, `PermissionDenied` for who neither opened the ticket nor triages it.
    """
    _wait_for_turn(result)
    states = [state.value for state in OPEN]
    found = Ticket.objects.filter(dataset=result.dataset, key=result.key, state__in=states).first()
    if result.passed:
        return _pass(actor, found) if found else Taken("nothing", None)
    return _fail_again(actor, found, result) if found else _open(actor, result)


def _wait_for_turn(result: Result) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [result.dataset.pk % 2**31, result.key])


def _open(actor: User, result: Result) -> Taken:
    since = timezone.now() - timedelta(hours=1)
    if Ticket.objects.filter(reporter=actor, created_at__gte=since).exclude(key="").count() >= MOST_AN_HOUR:
        raise ValidationError(f"{MOST_AN_HOUR} tickets were opened within an hour. Wait a while.")
    ticket = open_ticket(
        actor, dataset=result.dataset, field=result.field, kind=result.kind, severity=result.severity, key=result.key,
        title=" ".join(result.title.split())[:200], body=result.detail, evidence=result.url,
    )  # fmt: skip
    return Taken("opened", ticket)


def _fail_again(actor: User, ticket: Ticket, result: Result) -> Taken:
    """Nobody is told of the same again, unless it had been said to be fixed; one statement where one's own fails."""
    if ticket.reporter_id != actor.pk:
        _require_own(actor, ticket)
    changed = {"body": result.detail} if result.detail else {}
    Ticket.objects.filter(pk=ticket.pk).update(times=F("times") + 1, updated_at=timezone.now(), **changed)
    if ticket.stands is not State.FIXED:
        return Taken("again", ticket)
    ticket = _locked(ticket)
    _set_state(ticket, actor, State.IN_PROGRESS, AGAIN)
    return Taken("reopened", ticket)


def _pass(actor: User, ticket: Ticket) -> Taken:
    """What passes is fixed, and the test is the evidence."""
    _require_own(actor, ticket)
    ticket = _locked(ticket)
    if ticket.stands is not State.FIXED:
        _set_state(ticket, actor, State.FIXED, PASSES)
    _set_state(ticket, actor, State.CONFIRMED, PASSES)
    return Taken("closed", ticket)


def _require_own(actor: User, ticket: Ticket) -> None:
    if not knows_of(actor, ticket) or not parts_of(actor, ticket) & {Part.REPORTER, Part.TRIAGER}:
        raise PermissionDenied("Another pipeline, or somebody, opened the ticket of this test.")
