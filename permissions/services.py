"""Writing and withdrawing opt-out rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from permissions.models import OptOutRule

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from permissions.levels import Level
    from permissions.models import Team, User


class Whom(NamedTuple):
    """Whom a rule keeps out, and whom of those it spares."""

    everyone: bool = False
    people: Collection[User] = ()
    teams: Collection[Team] = ()
    except_people: Collection[User] = ()
    except_teams: Collection[Team] = ()

    @property
    def nobody(self) -> bool:
        return not (self.everyone or self.people or self.teams)


@transaction.atomic
def write_rule(
    *, actor: User, label: str, level: Level | str, whom: Whom, reason: str, review_on: date, **more: Any
) -> OptOutRule:
    """Close what carries `label` to `whom`, from now on; `actor` owns the rule. `more` are further columns.

    Raises `ValidationError` when a part does not fit, or when the rule would stop nobody.
    """
    if whom.nobody:
        raise ValidationError("Say whom the rule keeps out: everyone, people or teams.")
    rule = OptOutRule(
        owner=actor, label=label, level=level, everyone=whom.everyone, reason=reason, review_on=review_on, **more
    )
    rule.full_clean()
    rule.save()
    rule.people.set(whom.people)
    rule.teams.set(whom.teams)
    rule.except_people.set(whom.except_people)
    rule.except_teams.set(whom.except_teams)
    return rule


def withdraw_rule(*, rule: OptOutRule) -> bool:
    """End a rule now; returns whether it had not ended already. It stays on record."""
    ended = OptOutRule.objects.filter(pk=rule.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    return bool(ended)
