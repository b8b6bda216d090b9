"""Writing down what people search for: the words they used last, and the searches they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from catalog.models import RecentSearch, SavedSearch

if TYPE_CHECKING:
    from permissions.models import User

RECENT_KEPT = 20  # for each person
SAVED_KEPT = 100
LONGEST_TEXT = 200
LONGEST_SAVED = 4_000  # characters of a query string

_REMEMBER = """
    WITH kept AS (
        INSERT INTO catalog_recentsearch AS known (person_id, text, at) VALUES (%s, %s, now())
        ON CONFLICT ON CONSTRAINT recent_search_once DO UPDATE SET at = excluded.at
        WHERE known.at < excluded.at - interval '10 seconds'
    )
    DELETE FROM catalog_recentsearch WHERE id IN (
        SELECT id FROM catalog_recentsearch WHERE person_id = %s AND text <> %s ORDER BY at DESC, id DESC OFFSET %s
    )
"""


def remember_search(*, actor: User, text: str) -> None:
    """Note that `actor` searched for `text`; the 20 latest are kept."""
    words = " ".join(text.replace("\0", " ").split())[:LONGEST_TEXT]
    if words:
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, [actor.pk, words, actor.pk, words, RECENT_KEPT - 1])


def forget_searches(*, actor: User) -> int:
    """Forget what `actor` searched for; returns how many searches."""
    forgotten, _ = RecentSearch.objects.filter(person=actor).delete()
    return forgotten


def save_search(*, actor: User, name: str, query: str, notify: str) -> SavedSearch:
    """Keep a search under a name; a search of that name is replaced. Raises `ValidationError`."""
    if len(query) > LONGEST_SAVED:
        raise ValidationError("This search is too long to keep: use fewer words or filters.")
    known = SavedSearch.objects.filter(person=actor)
    if known.exclude(name=name).count() >= SAVED_KEPT:
        raise ValidationError(f"You keep {SAVED_KEPT} searches already: delete one that you no longer need.")
    saved = known.filter(name=name).first() or SavedSearch(person=actor, name=name)
    if saved.query != query:
        saved.position, saved.created_at = "", timezone.now()
    saved.query, saved.notify = query, notify
    saved.full_clean()
    saved.save()
    return saved


def delete_search(*, search: SavedSearch) -> None:
    """Delete a search and what it found; notices about its datasets stay."""
    search.delete()
