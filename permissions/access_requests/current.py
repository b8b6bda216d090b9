"""What a request means today: its rule and its thing may have changed since it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permissions.access import forget_denials
from permissions.explain import explain_thing
from permissions.levels import Level
from permissions.models import OptOutRule
from permissions.rules.draft import draft_of
from permissions.things import thing_as_it_is

if TYPE_CHECKING:
    from permissions.models import AskedRule, Team
    from permissions.things import Thing


def still_stops(asked: AskedRule) -> bool:
    """Whether the rule, as it is now, keeps whom the request is for from what it is for."""
    rule = OptOutRule.objects.in_force().filter(pk=asked.rule_id).first()
    level = Level(asked.request.level)
    if rule is None or rule.level not in level.closed_by:
        return False
    thing = _thing(asked)
    if thing is None or rule.label not in thing.labels:
        return False
    if asked.team:
        return _stops_some(rule, asked.team)
    forget_denials(asked.request.asker)
    return rule in explain_thing(asked.request.asker, thing, level).rules


def label_to_waive(asked: AskedRule) -> str:
    """What an exception has to be for, to open the thing past the rule as it is now."""
    thing = _thing(asked)
    return thing.narrowed_to(asked.rule.label).label if thing else asked.label


def _stops_some(rule: OptOutRule, team: Team) -> bool:
    return draft_of(rule).whom.stopped().filter(teams=team).exists()


def _thing(asked: AskedRule) -> Thing | None:
    return thing_as_it_is(asked.request.thing_kind, asked.request.thing_id)
