"""When whoever changes a rule takes themselves out of what it stops, the council hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.models import Notice
from notifications.services import tell
from permissions.levels import Level
from permissions.models import OptOutRule, User
from permissions.roles import administrators, council_members
from permissions.rules.review import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable

Closed = frozenset[tuple[str, Level]]  # what a rule closes to somebody: its label, and each level


def closed_by(rule: OptOutRule, person: User) -> Closed:
    """What the rule closes to a person now, themselves or by a program that they answer for; exceptions apart."""
    theirs = (person, *person.service_accounts.all())
    in_force = OptOutRule.objects.in_force().filter(pk=rule.pk)
    if not any(in_force.stopping(one).exists() for one in theirs):
        return frozenset()
    return frozenset((rule.label, level) for level in Level if rule.level in level.closed_by)


def tell_council_of_spared(rule: OptOutRule, author: User) -> int:
    """Tell the council, or administrators where nobody else sits in it, that a change spares its author."""
    return tell(
        Notice(
            person=person, kind="rule_spares", url=rule.get_absolute_url(), subject=SUBJECT, subject_id=rule.pk,
            title=f"{author} changed a rule that stopped them: {rule}"[:300],
            detail="It closes less to them now. Look at whether that is as it should be.",
        )
        for person in _others(author)
    )  # fmt: skip


def _others(author: User) -> Iterable[User]:
    council = council_members().exclude(pk=author.pk)
    return council if council.exists() else administrators().exclude(pk=author.pk)
