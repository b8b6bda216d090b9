"""What time brings: the council is told of requests left lying, and people of exceptions that end.

Nothing here opens or closes anything: requests are the council's, and exceptions end, by the clock alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from permissions.access_requests.deciders import silent_since
from permissions.access_requests.deciding import conclude
from permissions.access_requests.needless import lift_needless
from permissions.access_requests.notices import tell_council, tell_expired
from permissions.audit import record
from permissions.exceptions import notices
from permissions.models import AccessRequest, AskedRule, RuleException

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

FORGOTTEN = timedelta(days=30)  # a request that nobody answers
SOON = timedelta(days=3)
REVIEW = timedelta(days=14)  # before a standing exception ends, its rule's owner is asked to look at it
AGAIN = timedelta(days=7)
AT_ONCE = 500


class Followed(NamedTuple):
    """How many of each were told of."""

    council: int
    expired: int
    ending: int
    due: int
    ended: int
    lifted: int


def follow_up() -> Followed:
    """Tell whoever is due to be told now; each is told once, however often this runs."""
    return Followed(
        council=_requests(_left_lying(), _hand_over),
        expired=_requests(_forgotten(), _expire),
        ending=_exceptions(_ending(), "warned_at", notices.tell_ending),
        due=_exceptions(due_for_review().filter(_not_asked_lately()), "review_asked_at", notices.tell_due),
        ended=_exceptions(_ended(), "end_told_at", notices.tell_ended),
        lifted=lift_needless(),
    )


def due_for_review() -> QuerySet[RuleException]:
    """Standing exceptions, which nobody asked for, that end within two weeks."""
    return RuleException.objects.in_force().filter(asked=None, until__lte=timezone.now() + REVIEW)


def _left_lying() -> QuerySet[AccessRequest]:
    waiting = AccessRequest.objects.filter(state=AccessRequest.State.OPEN, council_told_at=None)
    return waiting.filter(created_at__lte=silent_since())


def _forgotten() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.filter(state=AccessRequest.State.OPEN, created_at__lte=timezone.now() - FORGOTTEN)


def _ending() -> QuerySet[RuleException]:
    """Those that end within three days, unless they were made for no longer."""
    soon = RuleException.objects.in_force().filter(until__lte=timezone.now() + SOON, warned_at=None)
    return soon.filter(until__gt=F("starts_at") + SOON)


def _ended() -> QuerySet[RuleException]:
    over = RuleException.objects.filter(until__lte=timezone.now(), withdrawn_at=None, end_told_at=None)
    return over.filter(rule__withdrawn_at=None)


def _not_asked_lately() -> Q:
    return Q(review_asked_at=None) | Q(review_asked_at__lte=timezone.now() - AGAIN)


def _requests(due: QuerySet[AccessRequest], act: Callable[[AccessRequest], None]) -> int:
    with transaction.atomic():
        held = list(due.select_for_update(of=("self",), skip_locked=True).select_related("asker")[:AT_ONCE])
        for request in held:
            act(request)
    return len(held)


def _hand_over(request: AccessRequest) -> None:
    request.council_told_at = timezone.now()
    request.save(update_fields=["council_told_at"])
    record("request.escalated", actor=None, thing=request)
    tell_council(request)


def _expire(request: AccessRequest) -> None:
    request.asked.filter(state=AskedRule.State.OPEN).update(state=AskedRule.State.EXPIRED, decided_at=timezone.now())
    conclude(request)
    tell_expired(request)


def _exceptions(due: QuerySet[RuleException], mark: str, tell: Callable[[RuleException], int]) -> int:
    """Tell of some exceptions, and mark them as told in the same transaction."""
    with transaction.atomic():
        held = list(
            due.order_by("pk").select_for_update(of=("self",), skip_locked=True)
            .select_related("rule__owner", "person", "team")[:AT_ONCE]
        )  # fmt: skip
        for exception in held:
            tell(exception)
            if mark == "end_told_at":
                record("exception.ended", actor=None, thing=exception)
        RuleException.objects.filter(pk__in=[one.pk for one in held]).update(**{mark: timezone.now()})
    return len(held)
