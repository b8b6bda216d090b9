"""What people say under a ticket, and that it hits them too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback.models import Comment, Ticket, Vote, Watch
from feedback.promises import note_answer
from feedback.reading import knows_of
from feedback.services import stop_waiting, wait_for_reporter, watch
from feedback.telling import tell_mentioned, tell_watchers
from permissions.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_COMMENT = 20_000
MOST_MENTIONS = 20  # people told by one comment
_MENTION = re.compile(r"(?<![\w@./-])@([\w.+-]{1,150})")


@transaction.atomic
def comment(*, actor: User, ticket: Ticket, body: str, wait: bool = False) -> Comment:
    """Say something; watchers, and those who are mentioned and may read it, are told.

    With `wait`, the clocks stand still until the reporter answers. Raises `ValidationError`, `PermissionDenied`.
    """
    body = body.strip()
    if not body or len(body) > LONGEST_COMMENT:
        raise ValidationError({"body": f"Say something, in at most {LONGEST_COMMENT:,} characters."})
    made = Comment.objects.create(ticket=ticket, author=actor, body=body)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=made.created_at)
    note_answer(ticket, actor)
    if ticket.reporter_id == actor.pk:
        stop_waiting(ticket, actor)
    elif wait:
        wait_for_reporter(actor=actor, ticket=ticket)
    if not ticket.watches.filter(person=actor).exists():
        watch(actor=actor, ticket=ticket)
    mentioned = [one for one in people_mentioned(body) if one != actor and knows_of(one, ticket)]
    for person in mentioned:
        Watch.objects.get_or_create(ticket=ticket, person=person)
    tell_mentioned(ticket, actor, mentioned, body)
    tell_watchers(ticket, actor, "has a new comment", body, besides=mentioned)
    return made


def people_mentioned(body: str) -> Iterable[User]:
    """The people whose usernames stand behind an @, each once."""
    names = [name.rstrip(".").lower() for name in _MENTION.findall(body)]
    wanted = list(dict.fromkeys(names))[:MOST_MENTIONS]
    return User.objects.filter(username__in=wanted, is_active=True, is_service=False) if wanted else ()


@transaction.atomic
def vote(*, actor: User, ticket: Ticket, on: bool = True, use_case: str = "") -> int:
    """Say that it hits one too, or take that back; returns how many it hits."""
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    if on:
        Vote.objects.update_or_create(ticket=ticket, person=actor, defaults={"use_case": use_case.strip()[:500]})
        if not ticket.watches.filter(person=actor).exists():
            watch(actor=actor, ticket=ticket)
    else:
        Vote.objects.filter(ticket=ticket, person=actor).delete()
    votes = Vote.objects.filter(ticket=ticket).count()
    Ticket.objects.filter(pk=ticket.pk).update(votes=votes, updated_at=timezone.now())
    return votes
