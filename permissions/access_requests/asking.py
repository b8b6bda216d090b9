"""Asking for access, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from permissions.access_requests.notices import tell_deciders
from permissions.audit import record
from permissions.exceptions.services import end_exceptions
from permissions.explain import explain_thing
from permissions.models import AccessRequest, AskedRule, Team, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.explain import Explanation
    from permissions.levels import Level
    from permissions.models import OptOutRule
    from permissions.things import Thing

MOST_OPEN = 50
OPEN_TO_YOU = "It is open to you already: no rule keeps you from this."


class AlreadyAsked(ValidationError):
    """An open request asks the same of the same rule; `request` is that one."""

    def __init__(self, request: AccessRequest) -> None:
        super().__init__("You have asked for this already. Withdraw that request first if you need something else.")
        self.request = request


def ask(*, actor: User, thing: Thing, level: Level, purpose: str, days: int, team: Team | None = None) -> AccessRequest:
    """Ask every rule that keeps `actor` from `level` with `thing` for an exception of some days.

    The caller has found the thing for the actor, who may therefore know of it. Raises `ValidationError`: for a part
    that does not fit, when nothing stops the actor, and `AlreadyAsked`.
    """
    explanation = explain_thing(actor, thing, level)
    _check(actor, explanation, days, team)
    request = AccessRequest(
        asker=actor, team=team, thing_kind=thing.kind, thing_id=thing.id, label=thing.label, level=level,
        title=thing.title[:300], purpose=purpose.strip(), days=days,
    )  # fmt: skip
    request.full_clean(exclude=["asker", "team"])
    if same := open_request(actor, thing, explanation, team):
        raise AlreadyAsked(same)
    try:
        _keep(request, thing, explanation.rules)
    except IntegrityError as error:  # asked twice at the same moment
        raise AlreadyAsked(_same(actor, thing, explanation, team).get().request) from error
    return request


@transaction.atomic
def _keep(request: AccessRequest, thing: Thing, rules: tuple[OptOutRule, ...]) -> None:
    request.save()
    person = None if request.team else request.asker
    for rule in rules:
        label = thing.narrowed_to(rule.label).label
        AskedRule.objects.create(request=request, rule=rule, person=person, team=request.team, label=label)
    record("request.asked", actor=request.asker, thing=request, after=_told(request), note=request.purpose)
    tell_deciders(request)


def _check(actor: User, explanation: Explanation, days: int, team: Team | None) -> None:
    if explanation.allowed:
        raise ValidationError(OPEN_TO_YOU)
    if not 1 <= days <= settings.ACCESS_MAX_DAYS:
        raise ValidationError({"days": f"Access can be asked for between 1 and {settings.ACCESS_MAX_DAYS} days."})
    if team is not None and not team.members.filter(pk=actor.pk).exists():
        raise ValidationError({"team": "You can ask for a team that you are in."})
    if AccessRequest.objects.filter(asker=actor, state=AccessRequest.State.OPEN).count() >= MOST_OPEN:
        raise ValidationError(f"{MOST_OPEN} of your requests are waiting already. Withdraw those you no longer need.")


def open_request(actor: User, thing: Thing, explanation: Explanation, team: Team | None = None) -> AccessRequest | None:
    """Return the open request that asks the same of one of these rules."""
    found = _same(actor, thing, explanation, team).first()
    return found.request if found else None


def _same(actor: User, thing: Thing, explanation: Explanation, team: Team | None) -> QuerySet[AskedRule]:
    whom = {"team": team} if team else {"person": actor}
    labels = {thing.narrowed_to(rule.label).label for rule in explanation.rules}
    asked = AskedRule.objects.filter(label__in=labels, rule__in=explanation.rules, state=AskedRule.State.OPEN, **whom)
    return asked.select_related("request").order_by("pk")


@transaction.atomic
def withdraw_request(*, actor: User, request: AccessRequest) -> bool:
    """Take a request back, and give back what it brought; returns whether there was anything to take back.

    Raises `PermissionDenied` for anybody but the asker.
    """
    if request.asker_id != actor.pk:
        raise PermissionDenied("Only who asked can withdraw a request.")
    now = timezone.now()
    parts = list(AskedRule.objects.select_for_update().filter(request=request))
    waiting = [part.pk for part in parts if part.is_open]
    AskedRule.objects.filter(pk__in=waiting).update(state=AskedRule.State.WITHDRAWN, decided_at=now)
    given = [part.exception_id for part in parts if part.exception_id]
    ended = end_exceptions(actor=actor, ids=given, because="Given back by who had asked.")
    if not (waiting or ended):
        return False
    AccessRequest.objects.filter(pk=request.pk).update(state=AccessRequest.State.WITHDRAWN, closed_at=now)
    request.refresh_from_db()
    record("request.withdrawn", actor=actor, thing=request)
    return True


def _told(request: AccessRequest) -> dict[str, Any]:
    """What the record keeps of a request."""
    rules = [str(part.rule) for part in request.asked.select_related("rule")]
    team = str(request.team) if request.team else None
    return {"label": request.label, "level": request.level, "days": request.days, "team": team, "rules": rules}
