"""Approving and declining what a request asks of one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from permissions.access_requests.current import label_to_waive, still_stops
from permissions.access_requests.deciders import may_decide
from permissions.access_requests.notices import tell_asker
from permissions.audit import record
from permissions.exceptions.services import end_of, waive
from permissions.models import AccessRequest, AskedRule, OptOutRule

if TYPE_CHECKING:
    from datetime import date

    from permissions.models import RuleException, User

State = AskedRule.State
NOT_YOURS = "This is not yours to decide: the rule's owner does, or the council, and nobody for themselves."
LEAST_WORDS = 5


class Decided(ValidationError):
    """It was decided, or taken back, before."""

    def __init__(self, asked: AskedRule) -> None:
        who = f" by {asked.decided_by}" if asked.decided_by else ""
        super().__init__(f"Nothing was changed: this is {asked.get_state_display()}{who} already.")


@transaction.atomic
def approve(
    *, actor: User, asked: AskedRule, until: date, whole_rule: bool = False, words: str = ""
) -> RuleException | None:
    """Waive the rule for who asked, to the end of the day `until` in UTC: for the thing, or wholly.

    None when the rule does not stop them any more, so that nothing needs to be waived. Raises `PermissionDenied`,
    `Decided`, and `ValidationError` for an end that has passed or lies beyond what was asked for.
    """
    asked = _locked(asked, actor)
    if not still_stops(asked):
        _decide(asked, State.LIFTED, None, words)
        return None
    exception = waive(
        actor=actor, rule=asked.rule, person=asked.person, team=asked.team, purpose=asked.request.purpose,
        label="" if whole_rule else label_to_waive(asked), until=end_of(until), most_days=asked.request.days,
    )  # fmt: skip
    asked.exception = exception
    after = {"rule": str(asked.rule), "label": exception.label, "until": exception.until}
    record("request.approved", actor=actor, thing=asked.request, after=after, note=words)
    _decide(asked, State.APPROVED, actor, words)
    return exception


@transaction.atomic
def decline(*, actor: User, asked: AskedRule, words: str) -> None:
    """Leave the rule as it is for who asked, and say why.

    Raises `PermissionDenied`, `Decided`, and `ValidationError` without a reason.
    """
    if len(words.strip()) < LEAST_WORDS:
        raise ValidationError({"words": "Say why, so that the person knows what to do instead."})
    asked = _locked(asked, actor)
    record("request.declined", actor=actor, thing=asked.request, after={"rule": str(asked.rule)}, note=words)
    _decide(asked, State.DECLINED, actor, words)


def _locked(asked: AskedRule, actor: User) -> AskedRule:
    """What is asked with its rule, both held until the decision stands: first the rule, as whoever changes one does."""
    rule = OptOutRule.objects.select_for_update().get(pk=asked.rule_id)
    held = AskedRule.objects.select_for_update(of=("self",)).select_related("request__asker", "decided_by")
    found = held.get(pk=asked.pk)
    found.rule = rule
    if not found.is_open:
        raise Decided(found)
    if not may_decide(actor, found):
        raise PermissionDenied(NOT_YOURS)
    return found


def _decide(asked: AskedRule, state: str, actor: User | None, words: str) -> None:
    asked.state, asked.decided_by, asked.decided_at, asked.words = state, actor, timezone.now(), words.strip()
    asked.full_clean(validate_constraints=False, validate_unique=False)
    asked.save()
    conclude(asked.request)
    tell_asker(asked)


def conclude(request: AccessRequest) -> None:
    """Close a request of which nothing waits: approved unless an owner declined, or nothing was left to approve."""
    states = set(AskedRule.objects.filter(request=request).values_list("state", flat=True))
    if State.OPEN in states:
        return
    outcome = next((one for one in (State.DECLINED, State.EXPIRED, State.APPROVED) if one in states), State.LIFTED)
    request.state, request.closed_at = AccessRequest.State(outcome), timezone.now()
    request.save(update_fields=["state", "closed_at"])
