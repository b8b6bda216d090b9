"""From notices to mails: what is due for one person at one moment is one mail."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications.models import Mail, Notice

MOST_NOTICES: Final = 200  # of one mail; the rest is in the next
MOST_PEOPLE: Final = 2_000


def gather() -> int:
    """Make mails of what is due; returns how many."""
    people = _due().order_by("person").values_list("person", flat=True).distinct()[:MOST_PEOPLE]
    return sum(_gather_for(person) for person in list(people))


def _due() -> QuerySet[Notice]:
    return Notice.objects.filter(mail=None, mail_at__lte=timezone.now())


@transaction.atomic
def _gather_for(person: int) -> int:
    """A notice is in one mail: whoever gathers at the same time takes others."""
    mine = _due().filter(person=person).order_by("created_at", "pk").select_for_update(skip_locked=True)
    ids = list(mine.values_list("pk", flat=True)[:MOST_NOTICES])
    if not ids:
        return 0
    mail = Mail.objects.create(person_id=person)
    Notice.objects.filter(pk__in=ids).update(mail=mail)
    return 1
