"""What of this app notices may be about, and to whom it is open now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.often import Often
from notifications.subjects import Subject
from notifications.topics import Topic
from permissions.access_requests.notices import SUBJECT
from permissions.models import AccessRequest
from permissions.rules.known import known_rules
from permissions.rules.review import SUBJECT as RULE
from permissions.things import known_refs

if TYPE_CHECKING:
    from collections.abc import Collection

    from permissions.models import User


def access_requests(person: User, ids: Collection[int]) -> set[int]:
    """Requests about things that the person may know of."""
    rows = AccessRequest.objects.filter(pk__in=ids).values_list("pk", "thing_kind", "thing_id")
    asked = {pk: (kind, thing) for pk, kind, thing in rows}
    known = known_refs(person, asked.values())
    return {pk for pk, ref in asked.items() if ref in known}


def rules(person: User, ids: Collection[int]) -> set[int]:
    """Rules that the person may know of."""
    return set(known_rules(person).filter(pk__in=ids).values_list("pk", flat=True))


RULES = frozenset({"rule_review", "rule_lapsed", "rule_uncovered", "rule_spares", "rule_closes_less"})
EXCEPTIONS = frozenset({f"exception_{what}" for what in ("made", "changed", "ended", "ending", "due")})
TOPICS = (
    Topic(
        "access",
        "Access that you asked for, or that others ask you for",
        frozenset({"access_asked", "access_decided"}),
        Often.AT_ONCE,
    ),
    Topic("rules", "Rules that you answer for, or sit in council over", RULES),
    Topic("exceptions", "Exceptions for you, or from rules of yours", EXCEPTIONS),
)
SUBJECTS = (
    Subject(RULE, rules),
    Subject(SUBJECT, access_requests),
)
